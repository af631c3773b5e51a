"""``wait``: follow a campaign until it has a status."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from fota_sdk import CampaignStatus, WaitError
from fota_sdk.cli import options
from fota_sdk.cli.connection import connect
from fota_sdk.cli.errors import report, sending
from fota_sdk.cli.exit_codes import DONE, ENDED_OTHERWISE
from fota_sdk.cli.options import SecondsType
from fota_sdk.cli.output import can_redraw, printable, say
from fota_sdk.cli.responses import show_response
from fota_sdk.cli.status import StatusType
from fota_sdk.cli.versions import Version

if TYPE_CHECKING:
    from fota_sdk import Campaign, CampaignSoftware

_LONGEST_SILENCE = 240  # seconds; some CI services end a job that is silent for ten minutes
_INTERVAL = 24.0  # the pauses grow to ten times as much, which is the longest silence
_GROWTH = 1.5  # of the pauses: how much longer than the last one the next may be


def wait_command(version: Version) -> click.Command:
    """Return ``wait``."""

    def wait(
        account: str, campaign_id: str, until: tuple[str, ...], timeout: float | None, interval: float, as_json: bool
    ) -> int:
        shown = _display(campaign_id, as_json)
        with connect() as client, sending("", safe=True):
            try:
                with shown:
                    campaign = getattr(client, version.campaigns).wait_for_status(
                        account,
                        campaign_id,
                        until=until or None,
                        timeout=timeout,
                        interval=interval,
                        on_poll=shown.poll,
                    )
            except WaitError as error:
                if as_json and error.campaign is not None:
                    show_response("", error.campaign, as_json)
                return report(error)
            except KeyboardInterrupt:
                say("no longer watched; the campaign goes on")
                raise
        if as_json:
            show_response("", campaign, as_json)
        if not until and campaign.status != CampaignStatus.ENDED:
            say(f"the campaign did not end by itself: {campaign.status}")
            return ENDED_OTHERWISE
        if campaign.status == CampaignStatus.ENDED and not as_json:  # which says nothing about success
            say("what became of its devices:")
            say("  " + shlex.join(["fota", version.name, "report", "--account", account, campaign_id]))
        return DONE

    return click.Command(
        "wait",
        callback=wait,
        params=[options.account(), *_wait_options(), options.as_json(), options.campaign_id()],
        help="Follow a campaign until it has a status: by default until it ends.\n\n"
        "On a terminal this shows a live display, elsewhere a line for each change, and at least one every four "
        "minutes, unless a longer --interval is given.\n\n"
        "The exit code is 0 for an awaited status, 5 when time is over, 6 when the campaign ended otherwise; without "
        "--until that is anything but CampaignEnded.",
        short_help="Follow a campaign until it has a status.",
        epilog=options.example(f"fota {version.name} wait --until scheduled --timeout 2h CAMPAIGN_ID"),
    )


def _wait_options() -> list[click.Parameter]:
    return [
        click.Option(
            ["--until"],
            type=StatusType(),
            multiple=True,
            help="Status to wait for, such as scheduled; may be repeated.",
        ),
        click.Option(
            ["--timeout"],
            type=SecondsType(),
            help="How long to wait at most, such as 90, 15m or 2h.  [default: no limit]",
        ),
        click.Option(
            ["--interval"],
            type=SecondsType(),
            default=_INTERVAL,
            help="First pause between two looks; it grows to ten times as much.  "
            f"[default: {_INTERVAL:.0f}, so that the longest is four minutes]",
        ),
    ]


class Lines:
    """A line for each change of status, and one before there would be none for some minutes."""

    def __init__(self, *, err: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._err = err
        self._clock = clock
        self._status: Any = self
        self._told = self._looked = clock()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing is left to do."""

    def poll(self, campaign: Campaign | CampaignSoftware) -> None:
        """Tell the status of a campaign that was just read."""
        now = self._clock()
        next_look = now + (now - self._looked) * _GROWTH
        self._looked = now
        if campaign.status == self._status and next_look - self._told <= _LONGEST_SILENCE:
            return
        still = "still " if campaign.status == self._status else ""
        moment = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime())
        click.echo(f"{moment} {still}{printable(str(campaign.status))}", err=self._err)
        self._status, self._told = campaign.status, now


def _display(campaign_id: str, as_json: bool) -> Any:
    # With --json the response alone goes to standard output.
    if can_redraw(err=as_json):
        from fota_sdk.cli.display import Display

        if Display.has_room(campaign_id, err=as_json):
            return Display(campaign_id, err=as_json)
    return Lines(err=as_json)
