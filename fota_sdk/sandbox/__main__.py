"""``python -m fota_sdk.sandbox``: serve a sandbox until Ctrl-C, and print what a shell needs to use it."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import signal
import sys
import threading
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from fota_sdk.sandbox import Sandbox


def main() -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m fota_sdk.sandbox",
        description="Serve a stand-in of the FOTA service on this machine, with campaigns in memory.",
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--speed", type=float, default=1, help="how fast the campaigns' clock goes (default: 1)")
    arguments = parser.parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell has its jobs in the background ignore Ctrl-C
        signal.signal(number, _stop)
    with contextlib.suppress(KeyboardInterrupt):
        from fota_sdk.exceptions import ConfigurationError
        from fota_sdk.sandbox import Sandbox

        try:
            sandbox = Sandbox(speed=arguments.speed, port=arguments.port)
            url = sandbox.url
        except (ConfigurationError, OSError) as error:
            print(f"the sandbox cannot be started: {error}", file=sys.stderr)
            return 2
        with sandbox:
            _serve(sandbox, url)
    return 0


def _serve(sandbox: Sandbox, url: str) -> NoReturn:
    variables = {
        "FOTA_BASE_URL": url,
        "FOTA_API_TOKEN": sandbox.api_token,
        "FOTA_SESSION_TOKEN": sandbox.session_token,
        "FOTA_ACCOUNT": sandbox.account,
    }
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    print("# serving until Ctrl-C", file=sys.stderr, flush=True)
    never = threading.Event()
    while True:
        never.wait(1)  # a wait without end does not hear Ctrl-C everywhere


def _stop(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
