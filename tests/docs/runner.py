"""Runs the blocks of a page as a reader would: in order, in one folder, against a sandbox."""

from __future__ import annotations
import __future__

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

from fota_sdk import FotaClient
from fota_sdk.sandbox import Sandbox
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
    """Run every Python and shell block of a page that has no excuse."""
    names: dict[str, Any] = {"__name__": "__main__"}
    tests = []
    with _in_folder(folder, sandbox):
        try:
            for block in blocks_of(page):
                if block.excuse is None and block.language == "python":
                    _run_python(block, names, folder)
                    if block.file is None and "\ndef test_" in block.text:
                        tests.append(f"test_line_{block.line}.py")
                        (folder / tests[-1]).write_text(block.text)
                elif block.excuse is None and block.language == "sh":
                    _run_shell(block)
            if tests:
                command = f"unset ${{!FOTA_*}}; python3 -m pytest -q -W error -p no:cacheprovider {' '.join(tests)}"
                _run_shell(Block(page, 0, "sh", command, None, None))
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


def _run_shell(block: Block) -> None:
    command = ["bash", "-euo", "pipefail", "-c", block.text]
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            process.wait(timeout=50)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also what it left in the background
            process.wait()
            output.seek(0)
            assert process.returncode == 0, f"{block} ended with {process.returncode}:\n{output.read()}"


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
        "PYTEST_ADDOPTS": "",
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
