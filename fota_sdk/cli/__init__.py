"""The ``fota`` command (extra ``cli``)."""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: What follows ``fota`` on the command line; None takes it from there.
    """
    if find_spec("click") is None or find_spec("rich") is None:
        sys.stderr.write("fota needs more than the library: pip install 'fota-sdk[cli]'\n")
        return 2
    from fota_sdk.cli.application import run

    return run(arguments)
