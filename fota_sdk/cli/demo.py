"""``demo``: a campaign's whole life on a sandbox of this machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import click

from fota_sdk.cli.change import example
from fota_sdk.cli.errors import exit_code
from fota_sdk.cli.exits import DONE
from fota_sdk.cli.output import console_of, printable, windows_text

if TYPE_CHECKING:
    from rich.console import Console

    from fota_sdk import Campaign, CampaignsV3Controller
    from fota_sdk.sandbox import Sandbox

_LINE = 0.5  # seconds to read a line; a heading takes twice as long
_VERSIONS = ("SR1.2.0.0-10512", "SR1.2.0.0-10657")
_PACKAGE = f"SEQUANSCommunications_GM01Q_{_VERSIONS[0]}_{_VERSIONS[1]}"
_DEVICES = ["990013907884253", "990013907835578"]
_LATE_DEVICE = "990013907833573"


def command(name: str) -> click.Command:
    """Return the command."""

    def demo(fast: bool) -> int:
        from fota_sdk.sandbox import Sandbox

        with Sandbox() as sandbox:
            Demo(sandbox, _console(), (lambda seconds: None) if fast else time.sleep).tell()
        return DONE

    return click.Command(
        name,
        callback=demo,
        params=[click.Option(["--fast"], is_flag=True, help="Do not pause.")],
        help="Show a campaign's whole life: scheduled, followed, changed, refused something, cancelled.\n\n"
        "Everything happens on a sandbox of this machine, over HTTP; no account is needed. What is shown is what the "
        "calls answer.",
        epilog=example("fota demo", "fota demo --fast"),
    )


class Demo:
    """The story.

    Args:
        sandbox: Where it happens.
        console: Where it is told; None is a pipe.
        sleep: Makes a pause.
    """

    def __init__(self, sandbox: Sandbox, console: Console | None, sleep: Callable[[float], object]) -> None:
        self._sandbox = sandbox
        self._account = sandbox.account
        self._console = console
        self._sleep = sleep
        self._steps = 0

    def tell(self) -> None:
        """Tell the story to its end."""
        with self._sandbox.client() as client:
            campaigns = client.campaigns_v3
            campaign_id = self._schedule(campaigns)
            self._watch(campaigns, campaign_id, "CampaignRequestQueued")
            self._change_dates(campaigns, campaign_id)
            self._append(campaigns, campaign_id)
            self._watch(campaigns, campaign_id, "CampaignPreScheduled")
            self._cancel(campaigns, campaign_id)
            self._cancel_again(campaigns, campaign_id)
        self._line("")
        self._line("Now your own: fota --help, and fota check for your account.", "bold")

    def _schedule(self, campaigns: CampaignsV3Controller) -> str:
        from fota_sdk import CampaignFirmwareUpgrade, V3TimeWindow

        start = date.today() + timedelta(days=3)  # far enough not to begin while this is told
        self._step("Schedule an upgrade", "schedule --firmware ... --start ... --devices imeis.txt")
        upgrade = CampaignFirmwareUpgrade(
            campaign_name="Demo",
            firmware_name=_PACKAGE,
            firmware_from=_VERSIONS[0],
            firmware_to=_VERSIONS[1],
            start_date=start,
            end_date=start + timedelta(days=2),
            campaign_time_window_list=[V3TimeWindow(start_time=18, end_time=22)],
            device_list=_DEVICES,
        )
        answer = campaigns.schedule_campaign_firmware_upgrade(self._account, upgrade)
        self._fact("id", answer.id)
        self._fact("devices", f"{answer.make} {answer.model}")
        self._fact("upgrade", f"{answer.firmware_from} to {answer.firmware_to}")
        self._fact("days", f"{answer.start_date} to {answer.end_date}, {_windows(answer)}")
        self._fact("status", f"{answer.status}: accepted, not yet scheduled")
        return str(answer.id)

    def _watch(self, campaigns: CampaignsV3Controller, campaign_id: str, until: str) -> None:
        self._step("Follow it", f"wait --until {until} $ID")
        seen: list[str | None] = []

        def poll(campaign: Campaign) -> None:
            if campaign.status not in seen:
                seen.append(campaign.status)
                self._fact("status", campaign.status)
            if campaign.status != until:
                self._sandbox.advance(minutes=1)  # its own clock; nobody has to wait for it

        campaigns.wait_for_status(self._account, campaign_id, until=[until], timeout=60, interval=0.01, on_poll=poll)

    def _change_dates(self, campaigns: CampaignsV3Controller, campaign_id: str) -> None:
        from fota_sdk import V3ChangeCampaignDatesRequest

        campaign = campaigns.get_campaign_information(self._account, campaign_id)
        dates = V3ChangeCampaignDatesRequest.from_campaign(campaign)
        assert campaign.end_date is not None
        dates.end_date = campaign.end_date + timedelta(days=4)
        self._step("Give it more days", f"dates --end {dates.end_date} $ID")
        answer = campaigns.update_campaign_dates(self._account, campaign_id, dates)
        self._fact("days", f"{answer.start_date} to {answer.end_date}, before: to {campaign.end_date}")

    def _append(self, campaigns: CampaignsV3Controller, campaign_id: str) -> None:
        self._step("Add a device", f"devices append --device {_LATE_DEVICE} $ID")
        answer = campaigns.update_campaign_firmware_devices(self._account, campaign_id, _more())
        for device in answer.device_list or ():
            self._fact("device", f"{device.device_id}: {device.status}, {device.reason}")

    def _cancel(self, campaigns: CampaignsV3Controller, campaign_id: str) -> None:
        self._step("Cancel it before it starts", "cancel $ID")
        self._fact("success", str(campaigns.cancel_campaign(self._account, campaign_id).success))
        self._fact("status", campaigns.get_campaign_information(self._account, campaign_id).status)

    def _cancel_again(self, campaigns: CampaignsV3Controller, campaign_id: str) -> None:
        from fota_sdk import ApiError

        self._step("And what an error looks like: cancel it again", "cancel $ID")
        try:
            answer = campaigns.cancel_campaign(self._account, campaign_id)
        except ApiError as error:
            self._fact("error", f"{error.status_code} {error.error_code}", "red")
            self._fact("", error.error_message, "red")
            doubt = "may have been carried out" if error.outcome_unknown else "was not carried out"
            self._fact("means", f"the service read the request and said no; it {doubt}")
            self._fact("to do", "correct what it names; sending the same again changes nothing")
            self._fact("for CI", f"the command ends with exit code {exit_code(error)}")
        else:
            self._fact("success", str(answer.success))

    def _step(self, title: str, told: str) -> None:
        """Tell what comes next, with the command that does the same."""
        self._steps += 1
        self._line("")
        self._line(f"{self._steps}. {title}", "bold cyan")
        self._line(f"   $ fota v3 {told}", "dim", lines=2)

    def _fact(self, label: str, value: Any, style: str = "") -> None:
        self._line(f"   {label:<9}{value}", style)

    def _line(self, text: str, style: str = "", lines: float = 1) -> None:
        shown = printable(text)
        if self._console is None:
            click.echo(shown)
        else:
            from rich.text import Text

            self._console.print(Text(shown, style=style), soft_wrap=True)  # the terminal wraps, and breaks nothing
        if shown != "":
            self._sleep(_LINE * lines)


def _more() -> Any:
    from fota_sdk import DeviceListChange, V3AddOrRemoveDeviceRequest

    return V3AddOrRemoveDeviceRequest(mtype=DeviceListChange.APPEND, device_list=[_LATE_DEVICE])


def _windows(answer: Any) -> str:
    windows: Sequence[Any] = answer.campaign_time_window_list or ()
    return windows_text([window.to_dictionary() for window in windows])


def _console() -> Console | None:
    if not sys.stdout.isatty():
        return None
    return console_of(err=False)
