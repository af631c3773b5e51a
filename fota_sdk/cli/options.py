"""Options that many commands share, and the example at the end of their help."""

from __future__ import annotations

import math
from typing import Any

import click

from fota_sdk.times import seconds_of

_A_YEAR = 366 * 86400


class Written(click.ParamType):  # type: ignore[type-arg] # generic in newer releases of click only
    """The base of what an option may hold."""


class SecondsType(Written):
    """A time, as ``90``, ``15m``, ``2h`` or ``3d``."""

    name = "TIME"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds."""
        seconds = seconds_of(str(value))  # of a default, too
        if seconds is None or not 0 < seconds <= _A_YEAR:
            self.fail(f"{value!r} is not a time such as 90, 15m, 2h or 3d, up to a year.", param, ctx)
        return seconds


class AmountType(Written):
    """A number from 0, up to another one where there is one."""

    name = "NUMBER"

    def __init__(self, most: float = math.inf) -> None:
        self._most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0 <= number <= self._most or number == math.inf:
            up_to = "" if self._most == math.inf else f" to {self._most:g}"
            self.fail(f"{value!r} is not a number from 0{up_to}.", param, ctx)
        return number


def only_one(ctx: click.Context, parameter: click.Parameter, values: tuple[Any, ...]) -> Any:
    """Return the value of an option that takes one: of several, click would keep the last and drop the others."""
    if len(values) > 1:
        raise click.BadParameter("takes one value; run the command once for each", ctx, parameter)
    return values[0] if values else None


def account(*, required: bool = True) -> click.Option:
    """Return ``--account``."""

    def given(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
        if required and value is None and not ctx.resilient_parsing:
            raise click.UsageError("no account: give --account, or set FOTA_ACCOUNT", ctx)
        return value

    return click.Option(
        ["--account"],
        envvar="FOTA_ACCOUNT",
        show_envvar=True,
        callback=given,
        help="Billing account, such as 0000123456-00001; required.",
    )


def campaign_id() -> click.Argument:
    """Return the campaign's id."""
    return click.Argument(["campaign_id"])


def as_json() -> click.Option:
    """Return ``--json``."""
    return click.Option(["--json", "as_json"], is_flag=True, is_eager=True, help="Print the response as JSON.")


def as_csv(text: str) -> click.Option:
    """Return ``--csv``."""

    def given(ctx: click.Context, parameter: click.Parameter, value: bool) -> bool:
        if value and ctx.params.get("as_json"):
            raise click.UsageError("--csv and --json do not go together", ctx)
        return value

    return click.Option(["--csv", "as_csv"], is_flag=True, callback=given, help=text)


def yes() -> click.Option:
    """Return ``--yes``."""
    return click.Option(["--yes", "-y"], is_flag=True, help="Do not ask.")


def dry_run() -> click.Option:
    """Return ``--dry-run``."""
    return click.Option(["--dry-run"], is_flag=True, help="Check everything and print the request; do not send it.")


def changing() -> list[click.Parameter]:
    """Return the options of all commands that change something."""
    return [yes(), dry_run(), as_json()]


def json_file(*, required: bool) -> click.Option:
    """Return ``--file``."""
    return click.Option(
        ["--file", "file"],
        type=click.Path(allow_dash=True, dir_okay=False),
        required=required,
        multiple=True,
        callback=only_one,
        metavar="JSON",
        help="The request as a JSON file, in the service's own names; - is standard input.",
    )


def example(*lines: str) -> str:
    """Return the example at the end of a command's help."""
    return "\b\nExample:\n  " + "\n  ".join(lines)
