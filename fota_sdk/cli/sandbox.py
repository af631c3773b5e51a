"""``fota sandbox``: the sandbox's own program, and clock and faults of a sandbox that another process serves."""

from __future__ import annotations

from typing import Any

import click

from fota_sdk.cli import options
from fota_sdk.cli.group import Group
from fota_sdk.cli.options import AmountType

_SERVE = "serve"
_COMMANDS = """\
fota sandbox advance --days 1 --hours 6 puts the clock of a running sandbox forward, and fota sandbox now shows it. \
lose-next-answer, cut-next-answer, delay-next, fail-next, throttle-next and expire-tokens have something go wrong with \
its next call. Each of them has a --help of its own.
"""

_FAULTS = {
    "lose_next_answer": "Have the next call carried out, and its response lost.",
    "cut_next_answer": "Have the next call carried out, and half of its response arrive.",
    "delay_next": "Have the next call carried out, and its response come late.",
    "fail_next": "Have the next calls fail with a status, without being carried out.",
    "throttle_next": "Have the next calls meet the rate limit: 429, not carried out.",
    "expire_tokens": "End all tokens, and print new ones for a shell.",
}
_WHICH = "The sandbox is that of FOTA_BASE_URL. The calls that fetch tokens meet no fault."


def command(name: str) -> click.Command:
    """Return the command."""
    return _Sandbox(
        name,
        commands=[_advance(), _now(), *map(_fault, _FAULTS), _serve()],
        add_help_option=False,
        help="Serve a stand-in of the service on this machine.",
    )


class _Sandbox(Group):
    """Serves, unless its first word is a command."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands; serving needs none."""
        return [name for name in self.commands if name != _SERVE]

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        serves = args == [] or args[0].startswith("-")
        return super().parse_args(ctx, [_SERVE, *args] if serves and not ctx.resilient_parsing else args)


def _serve() -> click.Command:
    def serve(arguments: tuple[str, ...]) -> int:
        from fota_sdk.sandbox.__main__ import main

        try:
            return main(arguments, "fota sandbox", _COMMANDS)
        except SystemExit as end:  # how argparse ends after --help or a wrong option
            return end.code if isinstance(end.code, int) else 0

    return click.Command(
        _SERVE,
        callback=serve,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        add_help_option=False,
        hidden=True,
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    )


def _advance() -> click.Command:
    def advance(**given: float | None) -> int:
        amounts = {name: amount for name, amount in given.items() if amount is not None}
        if amounts == {}:
            raise click.UsageError("how far: give --days, --hours or --minutes")
        return _clock("POST", amounts)

    helps = {"days": "So many times 24 hours.", "hours": "So many hours.", "minutes": "So many minutes."}
    return click.Command(
        "advance",
        callback=advance,
        params=[
            click.Option([f"--{name}"], type=AmountType(), multiple=True, callback=options.only_one, help=text)
            for name, text in helps.items()
        ],
        help="Put the clock of a running sandbox forward, and show its new time.\n\n"
        "The sandbox is that of FOTA_BASE_URL. Its campaigns and devices are then where they would be by that time; "
        "nothing has to be waited for.",
        epilog=options.example("fota sandbox advance --days 1 --hours 6"),
    )


def _now() -> click.Command:
    return click.Command(
        "now",
        callback=lambda: _clock("GET", None),
        help="Show the time of a running sandbox, which is that of FOTA_BASE_URL.",
        epilog=options.example("fota sandbox now"),
    )


def _clock(method: str, amounts: dict[str, float] | None) -> int:
    from fota_sdk.cli.sandbox_routes import ask_clock  # which loads the client: serving hears Ctrl-C before that

    return ask_clock(method, amounts)


def _fault(call: str) -> click.Command:
    def run(**given: Any) -> int:
        from fota_sdk.cli.sandbox_routes import inject

        return inject(call, {name: value for name, value in given.items() if value is not None})

    operation = click.Option(
        ["--operation"], metavar="NAME", help="Which call, such as v3.cancel_campaign; by default any."
    )
    times = click.Option(["--times"], type=click.IntRange(1), metavar="NUMBER", help="How many calls; by default one.")
    status = click.Option(
        ["--status"], type=click.IntRange(200, 599), metavar="STATUS", help="HTTP status; by default 503."
    )
    after = click.Option(
        ["--retry-after"], type=click.IntRange(0), metavar="SECONDS", help="Seconds that Retry-After names."
    )
    seconds = click.Option(["--seconds"], type=AmountType(), required=True, help="How late.")
    params = {
        "delay_next": [seconds, operation],
        "fail_next": [status, times, operation],
        "throttle_next": [times, after, operation],
        "expire_tokens": [],
    }
    name = call.replace("_", "-")
    return click.Command(
        name,
        callback=run,
        params=list(params.get(call, [operation])),
        help=f"{_FAULTS[call]}\n\n{_WHICH}",
        short_help=_FAULTS[call],
        epilog=options.example(f"fota sandbox {name}" + (" --seconds 5" if call == "delay_next" else "")),
    )
