"""The ``fota`` command (extra ``cli``): its commands, questions, tables and exit codes.

It stands on all other folders; nothing imports it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code.

    Args:
        arguments: What follows ``fota`` on the command line; None takes it from there.
    """
    missing = [name for name in ("click", "rich") if find_spec(name) is None]
    if missing != []:
        sys.stderr.write(f"fota needs {' and '.join(missing)} beside the library: pip install {' '.join(missing)}\n")
        return 2
    from fota_sdk.cli.application import run

    return run(arguments)
