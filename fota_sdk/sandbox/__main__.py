"""``python -m fota_sdk.sandbox``: serve a sandbox until Ctrl-C, and print what a shell needs to use it."""

from __future__ import annotations

import argparse
import contextlib
import sys
import threading

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.server import Sandbox


def main() -> int:
    """Serve until Ctrl-C; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m fota_sdk.sandbox",
        description="Serve a stand-in of the FOTA service on this machine, with campaigns in memory.",
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    port = parser.parse_args().port
    try:
        sandbox = Sandbox(port=port)
    except (ConfigurationError, OSError) as error:
        print(f"the sandbox cannot be started on port {port}: {error}", file=sys.stderr)
        return 2
    with sandbox:
        print(f"export FOTA_BASE_URL={sandbox.url}")
        print(f"export FOTA_API_TOKEN={sandbox.api_token}")
        print(f"export FOTA_SESSION_TOKEN={sandbox.session_token}")
        print(f"export FOTA_ACCOUNT={sandbox.account}", flush=True)
        print("# serving until Ctrl-C", file=sys.stderr, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
