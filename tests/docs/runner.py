"""Runs the blocks of a page as a reader would: in order, in one folder, against a sandbox."""

from __future__ import annotations
import __future__

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any
from unittest.mock import patch

from fota_sdk import FotaClient
from fota_sdk.sandbox import Sandbox
from tests.conftest import QUICKLY
from tests.docs.pages import Block, blocks_of

# Installs nothing: all is installed where tests run, and there may be no network.
_TOOL = f"""#!/bin/sh
case "$(basename "$0") $1 $2" in
  python*" -m venv") mkdir -p "$3/bin" && cp "$(dirname "$0")"/* "$3/bin" ;;
  python*" -m pip" | "pip "*) ;;
  "fota "*) exec "{sys.executable}" -m fota_sdk.cli "$@" ;;
  *) exec "{sys.executable}" "$@" ;;
esac
"""


def run_page(page: str, folder: Path, sandbox: Sandbox) -> None:
    """Run every Python and shell block of a page that has no excuse, and compare what it is said to print."""
    names: dict[str, Any] = {"__name__": "__main__"}
    tests = []
    with _in_folder(folder, sandbox), Shell(folder) as shell:
        try:
            for block in blocks_of(page):
                if block.excuse is None and block.language == "python":
                    _run_python(block, names, folder)
                    if block.file is None and "\ndef test_" in block.text:
                        tests.append(f"test_line_{block.line}.py")
                        (folder / tests[-1]).write_text(block.text)
                elif block.excuse is None and block.language == "sh":
                    shell.run(block)
                elif block.file is not None:
                    (folder / block.file).write_text(block.text)
                elif block.remark == "printed":
                    shell.compare(block)
            if tests:
                command = f"unset ${{!FOTA_*}}; python3 -m pytest -q -W error {' '.join(tests)}"
                shell.run(Block(page, 0, "sh", command, None, None))
        finally:
            for value in names.values():
                if isinstance(value, FotaClient):
                    value.close()


def _run_python(block: Block, names: dict[str, Any], folder: Path) -> None:
    if block.file is not None:
        (folder / block.file).write_text(block.text)
    # Signatures are shown without the imports of their types.
    code = compile(block.text, str(block), "exec", flags=__future__.annotations.compiler_flag)
    try:
        exec(code, names)
    except SystemExit as stop:
        if stop.code not in (None, 0):
            raise AssertionError(f"{block} ended with {stop.code}") from None


class Shell:
    """The terminals of a reader: what a block exports, the next ones have; what it starts lasts as long as the page.

    The comment before a block may say that it is run "in a terminal of its own", where it stays, or which "exit code"
    its last command has.

    Args:
        folder: Where it keeps what was exported.
    """

    def __init__(self, folder: Path) -> None:
        self._exported = folder / "tools" / "exported"
        self._stack = contextlib.ExitStack()
        self._printed = ""

    def __enter__(self) -> Shell:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def run(self, block: Block) -> None:
        remark = block.remark or ""
        before = f'[ ! -e "{self._exported}" ] || . "{self._exported}"'
        after = f"""trap 'export -p > "{self._exported}"' EXIT"""
        command = ["bash", "-euo", "pipefail", "-c", f"{before}\n{after}\n{block.text}"]
        with tempfile.TemporaryFile("w+") as output, contextlib.ExitStack() as stack:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
            stack.callback(_end, process)
            if remark == "in a terminal of its own":
                _wait_for_a_word(process, output)
            else:
                process.wait(timeout=50)
                output.seek(0)
                self._printed = output.read()
                wanted = int(remark.removeprefix("exit code ")) if remark.startswith("exit code ") else 0
                assert process.returncode == wanted, f"{block} ended with {process.returncode}:\n{self._printed}"
            if _is_alive(process):
                self._stack.push(stack.pop_all())

    def compare(self, block: Block) -> None:
        """Compare what the last block has printed with what a page says; "..." stands for any lines."""
        wanted = ".*".join(re.escape(part) for part in _timeless(block.text).split("...\n"))
        assert re.fullmatch(wanted, _timeless(self._printed), re.DOTALL), f"{block} is not:\n{self._printed}"


def _timeless(text: str) -> str:
    """Return a text without minutes, as the clock of a sandbox goes on while commands run."""
    return re.sub(r"in \d+ (?:d|h|min)(?: \d+ (?:h|min))?|(?<=\d\d):\d\d(?::\d\d)?", "*", text)


def _wait_for_a_word(process: subprocess.Popen[bytes], output: IO[str]) -> None:
    end = time.monotonic() + 20
    while os.fstat(output.fileno()).st_size == 0:
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.02)


def _is_alive(process: subprocess.Popen[bytes]) -> bool:
    """Return whether there is still something that a block has started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, 0)
        return True
    return False


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # also what it left in the background
    process.wait()


@contextlib.contextmanager
def _in_folder(folder: Path, sandbox: Sandbox) -> Iterator[None]:
    # The environment that "Getting started" makes is there on all pages.
    tools = folder / "tools"
    for name in ("python3", "python", "pip", "fota"):
        for path in (tools / name, folder / ".venv" / "bin" / name):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_TOOL)
            path.chmod(0o755)
    environment = {
        "FOTA_BASE_URL": sandbox.url,
        "FOTA_API_TOKEN": sandbox.api_token,
        "FOTA_SESSION_TOKEN": sandbox.session_token,
        "FOTA_ACCOUNT": sandbox.account,
        "PATH": f"{tools}:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTEST_ADDOPTS": " ".join(QUICKLY),
        "TZ": "UTC",
    }
    before, modules = Path.cwd(), set(sys.modules)
    with patch.dict(os.environ, environment), patch.object(sys, "path", [str(folder), *sys.path]):
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)
            for name in set(sys.modules) - modules:
                if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
                    del sys.modules[name]
