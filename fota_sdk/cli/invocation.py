"""How the command was called, for commands that are shown to be copied."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path


def typed() -> str:
    """Return what stands before the arguments in the caller's shell: ``fota``, ``.venv/bin/fota`` or a Python."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return shlex.join([sys.orig_argv[0], "-m", "fota_sdk.cli"])
    on_path = shutil.which("fota")
    if called.stem != "fota" or (on_path is not None and called.exists() and called.samefile(on_path)):
        return "fota"
    return shlex.quote(sys.argv[0])
