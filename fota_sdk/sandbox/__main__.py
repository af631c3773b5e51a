"""``python -m fota_sdk.sandbox``: serve a sandbox until Ctrl-C, and print what a shell needs to use it."""

from __future__ import annotations

import argparse
import contextlib
import math
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NoReturn

from fota_sdk.times import seconds_of

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
            _serve(sandbox, url, credentials=chosen.credentials)
    return 0


def _parser(program: str, epilog: str | None = None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program,
        usage=f"{program} [options]",
        epilog=epilog,
        description="Serve a stand-in of the FOTA service on this machine, with devices and campaigns in memory. "
        "Nothing reaches the real service or a device.",
    )
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free one)")
    parser.add_argument(
        "--credentials", action="store_true", help="print what tokens are fetched with, in the place of tokens"
    )
    clock = parser.add_argument_group("the campaigns' clock")
    clock.add_argument("--speed", type=float, default=1, help="how fast it goes (default: 1)")
    clock.add_argument(
        "--today",
        type=_day,
        metavar="YYYY-MM-DD",
        help="day on which it starts (default: now), such as 2020-08-20 for the vendor's examples",
    )
    _add_device_options(parser)
    _add_account_options(parser)
    return parser


def _add_device_options(parser: argparse.ArgumentParser) -> None:
    devices = parser.add_argument_group("devices, and what becomes of their upgrades")
    devices.add_argument(
        "--devices",
        metavar="FILE",
        help="file of the IMEIs of all devices that exist, or CSV file with a column imei and others for their facts, "
        "such as make, model, firmware, software, protocol, eligible, licensed and account; - is standard input "
        "(default: every IMEI is a device)",
    )
    devices.add_argument(
        "--outcomes",
        type=_outcomes,
        default={},
        metavar="failed=SHARE,silent=SHARE,retried=SHARE,seed=N",
        help="shares of devices that fail, never finish, or are tried twice, from 0 to 1 (default: none)",
    )
    for name, text in (
        ("fail", "a device whose upgrades fail; may be given several times"),
        ("reject", "a device that campaigns reject, likewise"),
        ("silence", "a device that never finishes, likewise"),
    ):
        devices.add_argument(f"--{name}", action="append", default=[], metavar="IMEI", help=text)


def _add_account_options(parser: argparse.ArgumentParser) -> None:
    accounts = parser.add_argument_group("accounts and their reports")
    accounts.add_argument(
        "--pilot-rule",
        nargs="?",
        default=False,
        const="account",
        choices=("account", "customer"),
        help="a package goes to 20 devices of an account (default), or of all accounts of a customer, until a pilot "
        "has succeeded",
    )
    accounts.add_argument(
        "--purchase",
        metavar="KIND",
        help="MRC: by month, with a license for each device; EVNT: by upgrade; EVNT,MRC: either way "
        "(default: either way, with --licenses MRC)",
    )
    accounts.add_argument(
        "--licenses", type=int, metavar="N", help="monthly licenses of each account (default: as many as it may need)"
    )
    accounts.add_argument(
        "--page-size", type=int, metavar="N", help="entries on a page (default: 1000 devices, 100 campaigns)"
    )
    accounts.add_argument(
        "--report-lag",
        type=_seconds,
        default=0,
        metavar="TIME",
        help="how old the state is that reports show, such as 90, 30m, 6h or 2d (default: 0)",
    )


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


def _seconds(text: str) -> float:
    seconds = seconds_of(text)
    if seconds is None or seconds == math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 90, 30m, 6h or 2d")
    return seconds


def _built(chosen: argparse.Namespace) -> Sandbox:
    from fota_sdk.sandbox import Sandbox
    from fota_sdk.sandbox.device_file import read_device_file

    declared = [] if chosen.devices is None else read_device_file(chosen.devices)
    sandbox = Sandbox(
        speed=chosen.speed,
        pilot_rule=chosen.pilot_rule,
        port=chosen.port,
        report_lag=chosen.report_lag,
        page_size=chosen.page_size,
        today=chosen.today,
        purchase=chosen.purchase,
        licenses=chosen.licenses,
    )
    for imeis, facts in declared:
        sandbox.add_devices(imeis, **facts)
    if chosen.outcomes != {}:
        sandbox.outcomes(**chosen.outcomes)
    for imei in chosen.fail:
        sandbox.fail_device(imei)
    for imei in chosen.reject:
        sandbox.reject_device(imei)
    for imei in chosen.silence:
        sandbox.silence_device(imei)
    return sandbox


def _serve(sandbox: Sandbox, url: str, *, credentials: bool) -> NoReturn:
    tokens = {"FOTA_API_TOKEN": sandbox.api_token, "FOTA_SESSION_TOKEN": sandbox.session_token}
    logins = {
        "FOTA_CLIENT_ID": sandbox.client_id,
        "FOTA_CLIENT_SECRET": sandbox.client_secret,
        "FOTA_USERNAME": sandbox.username,
        "FOTA_PASSWORD": sandbox.password,
    }
    if credentials:  # beside which the tokens of an earlier sandbox would not be taken
        print(f"unset {' '.join(tokens)}", flush=True)
    variables = {"FOTA_BASE_URL": url, **(logins if credentials else tokens), "FOTA_ACCOUNT": sandbox.account}
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
