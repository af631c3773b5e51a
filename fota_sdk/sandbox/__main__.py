"""``python -m fota_sdk.sandbox``: serve a sandbox until Ctrl-C, and print what a shell needs to use it."""

from __future__ import annotations

import argparse
import contextlib
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from fota_sdk.sandbox import Sandbox

_OUTCOMES = {"failed": float, "silent": float, "retried": float, "seed": int}


def main(
    arguments: Sequence[str] | None = None, program: str = "python -m fota_sdk.sandbox", epilog: str | None = None
) -> int:
    """Serve until Ctrl-C or SIGTERM; return the exit code.

    Args:
        arguments: Those of the command; None for those of the process.
        program: What the help calls it.
        epilog: What the help says last.
    """
    chosen = _parser(program, epilog).parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGINT):  # a shell has its jobs in the background ignore Ctrl-C
        signal.signal(number, _stop)
    with contextlib.suppress(KeyboardInterrupt):
        from fota_sdk.exceptions import ConfigurationError, ValidationError

        try:
            sandbox = _built(chosen)
            url = sandbox.url
        except (ConfigurationError, ValidationError, OSError) as error:
            print(f"the sandbox cannot be started: {error}", file=sys.stderr)
            return 2
        with sandbox:
            _serve(sandbox, url)
    return 0


def _parser(program: str, epilog: str | None = None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        epilog=epilog,
        description="Serve a stand-in of the FOTA service on this machine, with devices and campaigns in memory. "
        "Nothing reaches the real service or a device.",
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument("--speed", type=float, default=1, help="how fast the campaigns' clock goes (default: 1)")
    parser.add_argument(
        "--today",
        type=_day,
        metavar="YYYY-MM-DD",
        help="day on which the campaigns' clock starts (default: now), such as 2020-08-20 for the vendor's examples",
    )
    parser.add_argument(
        "--devices",
        metavar="FILE",
        help="file of the IMEIs of all devices that exist, or CSV file with a column imei and others for their facts, "
        "such as make, model, firmware, software, protocol, eligible, licensed and account; - is standard input "
        "(default: every IMEI is a device)",
    )
    parser.add_argument(
        "--outcomes",
        type=_outcomes,
        default={},
        metavar="failed=SHARE,silent=SHARE,retried=SHARE,seed=N",
        help="shares of devices that fail, never finish, or are tried twice, from 0 to 1 (default: none)",
    )
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day in the form YYYY-MM-DD") from None


def _outcomes(text: str) -> dict[str, Any]:
    chosen: dict[str, Any] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        name = name.strip()
        if name not in _OUTCOMES or name in chosen:
            known = "failed=SHARE, silent=SHARE, retried=SHARE and seed=N"
            raise argparse.ArgumentTypeError(f"{part!r} is none of {known}, each once")
        try:
            chosen[name] = _OUTCOMES[name](value)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{value!r} is no number, which {name} must be") from None
    return chosen


def _built(chosen: argparse.Namespace) -> Sandbox:
    from fota_sdk.sandbox import Sandbox
    from fota_sdk.sandbox.device_file import read_device_file

    declared = [] if chosen.devices is None else read_device_file(chosen.devices)
    sandbox = Sandbox(speed=chosen.speed, port=chosen.port, today=chosen.today)
    for imeis, facts in declared:
        sandbox.add_devices(imeis, **facts)
    if chosen.outcomes != {}:
        sandbox.outcomes(**chosen.outcomes)
    return sandbox


def _serve(sandbox: Sandbox, url: str) -> NoReturn:
    variables = {
        "FOTA_BASE_URL": url,
        "FOTA_API_TOKEN": sandbox.api_token,
        "FOTA_SESSION_TOKEN": sandbox.session_token,
        "FOTA_ACCOUNT": sandbox.account,
    }
    for name, value in variables.items():
        print(f"export {name}={shlex.quote(value)}", flush=True)
    print(
        f"# a stand-in of the service: nothing reaches the real one or a device; its day is {sandbox.today}; "
        "serving until Ctrl-C",
        file=sys.stderr,
        flush=True,
    )
    never = threading.Event()
    while True:
        never.wait(1)  # a wait without end does not hear Ctrl-C everywhere


def _stop(number: int, frame: object) -> NoReturn:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
