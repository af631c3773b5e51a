"""The status of a campaign, as an option takes it."""

from __future__ import annotations

from typing import Any

import click

from fota_sdk import CampaignStatus
from fota_sdk.cli.options import Written
from fota_sdk.cli.output import say
from fota_sdk.cli.suggestions import did_you_mean
from fota_sdk.models.campaign_status import meant_status

_STATUSES = {
    name.lower().replace("_", "-"): value
    for name, value in vars(CampaignStatus).items()
    if name.isupper() and isinstance(value, str)
}


class StatusType(Written):
    """A status, in the service's word or in the short one."""

    name = "STATUS"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the service's word; one that is close to none of the known is taken as it is, with a warning."""
        if value == "":
            self.fail("a status is a word such as scheduled.", param, ctx)
        short = value.lower().replace("_", "-")
        if short in _STATUSES:
            return _STATUSES[short]
        meant = meant_status(value)
        if meant is not None:
            close = [short for short, status in _STATUSES.items() if status == meant]
            self.fail(f"{value!r} is no known status.{did_you_mean(close)}", param, ctx)
        if value not in _STATUSES.values() and not (ctx and ctx.resilient_parsing):
            say(f"{value!r} is no known status, and is taken as it is; known are {', '.join(_STATUSES)}")
        return str(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[Any]:
        """Return the known statuses that begin so."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(name) for name in _STATUSES if name.startswith(incomplete.lower())]
