"""An environment with the vendor's SDK and nothing of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_REQUIREMENT = "sdksio-verizon-apis-sdk==2.0.0"
_ASK_VERSION = "from importlib.metadata import version; print(version('sdksio-verizon-apis-sdk'))"


class NoVendorError(Exception):
    """The vendor's SDK cannot be run here; the message says why."""


def version(python: str) -> str:
    """Return the version of the vendor's SDK that an interpreter has.

    Raises:
        NoVendorError: It has none.
    """
    try:
        done = subprocess.run([python, "-I", "-c", _ASK_VERSION], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.SubprocessError) as error:
        raise NoVendorError(f"{python} cannot be run: {type(error).__name__}") from None
    if done.returncode != 0:
        raise NoVendorError(f"{python} has no {_REQUIREMENT}")
    return done.stdout.strip()


def make() -> str:
    """Return the interpreter of the environment, which is made in the user's cache where it is not there yet.

    Raises:
        NoVendorError: It cannot be made.
    """
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    place = cache / "fota-sdk-benchmarks" / f"vendor-2.0.0-{sys.implementation.cache_tag}"
    python = str(place / "bin" / "python")
    try:
        version(python)
    except NoVendorError:
        try:
            _run([sys.executable, "-m", "venv", "--clear", str(place)])
            _run([python, "-m", "pip", "install", "--quiet", "--retries", "1", _REQUIREMENT])
        except (OSError, subprocess.SubprocessError) as error:
            raise NoVendorError(f"{_REQUIREMENT} cannot be installed: {_last_line(error)}") from None
    return python


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True, text=True, timeout=300)


def _last_line(error: Exception) -> str:
    lines = (getattr(error, "stderr", None) or "").strip().splitlines()
    return lines[-1] if lines else type(error).__name__
