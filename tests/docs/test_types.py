"""The code that the pages show has no error for a type checker, so that who copies it has none either."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, Block, blocks_of, page_names

pytestmark = pytest.mark.pages

FUTURE = "from __future__ import annotations"  # signatures of examples name what they do not import


def is_signature(block: Block) -> bool:
    """Return whether a block shows only the outside of a function or class, without what it needs to run."""
    bodies = [getattr(node, "body", None) for node in ast.parse(block.text).body]
    return all(isinstance(body, list) and ast.unparse(body[-1]).endswith("...") for body in bodies)


def module_of(blocks: list[Block]) -> str:
    """Return a module of blocks in which each line has the number that it has on its page."""
    lines: list[str] = []
    for block in blocks:
        lines += [""] * (block.line - 1 - len(lines)) + block.text.splitlines()
    return "\n".join([FUTURE, *lines[1:], ""])


def modules() -> dict[str, str]:
    """Return the code of the pages by file: what is to be saved as one, and all the rest of a page together."""
    made = {}
    for page in page_names():
        blocks = [block for block in blocks_of(page) if block.language == "python" and not is_signature(block)]
        rest = [block for block in blocks if block.file is None]
        for block in blocks:
            if block.file is not None:
                assert block.file not in made, f"{block} is a second {block.file}"
                made[block.file] = module_of([block])
        if rest:
            made[re.sub(r"\W", "_", page) + ".py"] = module_of(rest)
    return made


def errors_in(code: dict[str, str], folder: Path) -> list[str]:
    for name, text in code.items():
        (folder / name).write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--allow-redefinition", "--ignore-missing-imports"]
    command += ["--allow-untyped-decorators", "--untyped-calls-exclude=distributed"]  # what others do not declare
    command += ["--no-error-summary", "--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", "cache", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=55)
    assert done.stderr == ""
    return [line for line in done.stdout.splitlines() if ": error: " in line]


def test_the_code_on_the_pages_has_no_error_for_a_type_checker(tmp_path: Path) -> None:
    code = modules()
    assert len(code) > 90
    mistake = Block("mistake", 7, "python", "from fota_sdk import V3TimeWindow\nV3TimeWindow(18)\n", None, None)
    found = errors_in({**code, "mistake.py": module_of([mistake])}, tmp_path)
    assert [error for error in found if not error.startswith("mistake.py:8: error: ")] == []
    assert len(found) == 1
