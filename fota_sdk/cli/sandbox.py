"""``fota sandbox``: the sandbox's own program, and the clock of a sandbox that another process serves."""

from __future__ import annotations

import math
from typing import Any

import click

from fota_sdk.cli.group import Group
from fota_sdk.cli.options import Written, only_one

_SERVE = "serve"
_COMMANDS = """\
fota sandbox advance --days 1 --hours 6 puts the clock of a running sandbox forward, and fota sandbox now shows it; \
both have a --help of their own.
"""


def command(name: str) -> click.Command:
    """Return the command."""
    return _Sandbox(
        name,
        commands=[_advance(), _now(), _serve()],
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


class _Amount(Written):
    name = "NUMBER"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 <= number < math.inf:
            self.fail(f"{value!r} is not a number from 0.", param, ctx)
        return number


def _advance() -> click.Command:
    from fota_sdk.cli.change import example

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
            click.Option([f"--{name}"], type=_Amount(), multiple=True, callback=only_one, help=text)
            for name, text in helps.items()
        ],
        help="Put the clock of a running sandbox forward, and show its new time.\n\n"
        "The sandbox is that of FOTA_BASE_URL. Its campaigns and devices are then where they would be by that time; "
        "nothing has to be waited for.",
        epilog=example("fota sandbox advance --days 1 --hours 6"),
    )


def _now() -> click.Command:
    from fota_sdk.cli.change import example

    return click.Command(
        "now",
        callback=lambda: _clock("GET", None),
        help="Show the time of a running sandbox, which is that of FOTA_BASE_URL.",
        epilog=example("fota sandbox now"),
    )


def _clock(method: str, amounts: dict[str, float] | None) -> int:
    from fota_sdk.cli.sandbox_clock import ask  # which loads the client: serving hears Ctrl-C before that

    return ask(method, amounts)
