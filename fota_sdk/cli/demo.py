"""``demo``: a campaign's whole life on a sandbox of this machine."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import click

from fota_sdk.cli import options
from fota_sdk.cli.errors import exit_code
from fota_sdk.cli.exit_codes import DONE
from fota_sdk.cli.invocation import typed
from fota_sdk.cli.output import console_of, printable, text_of, windows_text

if TYPE_CHECKING:
    from rich.console import Console

    from fota_sdk import Campaign, CampaignFirmwareUpgrade, CampaignsV3Controller, FirmwareCampaign, FotaClient
    from fota_sdk.sandbox import Sandbox

SERVED = "sandbox --speed 3600 --outcomes failed=0.1,seed=9"
_LINE = 0.5  # seconds to read a line; a heading takes twice as long
_VERSIONS = ("SR1.2.0.0-10512", "SR1.2.0.0-10657")
_PACKAGE = f"SEQUANSCommunications_GM01Q_{_VERSIONS[0]}_{_VERSIONS[1]}"
_DEVICES = ["990013907884253", "990013907835578"]
_LATE_DEVICE = "990013907833573"
# Far enough ahead for somebody who copies the commands, one by one, to a sandbox whose days are short.
_START, _LATER_START = timedelta(days=5), timedelta(days=60)
_ID_OF_IT = "awk '$1 == \"id\" { print $2 }'"


def command(name: str) -> click.Command:
    """Return the command."""

    def demo(fast: bool) -> int:
        from fota_sdk.sandbox import Sandbox

        console = _console()
        sleep = (lambda seconds: None) if fast or console is None else time.sleep
        with Sandbox() as sandbox:
            Demo(sandbox, console, sleep, typed()).tell()
        return DONE

    return click.Command(
        name,
        callback=demo,
        params=[click.Option(["--fast"], is_flag=True, help="Do not pause; nor does it in a pipe.")],
        help="Show a campaign's whole life: scheduled, followed, changed, ended with a device that failed; and another "
        "one that is cancelled, and an error.\n\n"
        "Everything happens on a sandbox of this machine, over HTTP; no account is needed. What is shown is what the "
        "calls return. The commands can be copied, and run against fota sandbox.",
        epilog=options.example("fota demo", "fota demo --fast"),
    )


class Demo:
    """The story.

    Args:
        sandbox: Where it happens.
        console: Where it is told; None is a pipe.
        sleep: Makes a pause.
        program: How the caller types the command.
    """

    OUTCOMES: ClassVar[dict[str, Any]] = {"failed": 0.1, "seed": 9}

    def __init__(
        self, sandbox: Sandbox, console: Console | None, sleep: Callable[[float], object], program: str
    ) -> None:
        self._sandbox = sandbox
        self._account = sandbox.account
        self._console = console
        self._sleep = sleep
        self._program = program
        self._steps = 0

    def tell(self) -> None:
        """Tell the story to its end."""
        self._sandbox.outcomes(**self.OUTCOMES)
        self._line("This is a stand-in on this machine: nothing reaches the service or a device.", "bold")
        with self._sandbox.client() as client:
            campaigns = client.campaigns_v3
            campaign_id = self._schedule(campaigns)
            self._follow(campaigns, campaign_id, "CampaignPreScheduled")
            self._change_dates(campaigns, campaign_id)
            self._append(campaigns, campaign_id)
            self._follow(campaigns, campaign_id, None)
            failed = self._report(client, campaign_id)
            again = self._schedule_again(campaigns, failed)
            self._cancel(campaigns, again)
            self._cancel_again(campaigns, again)
        self._end()

    def _schedule(self, campaigns: CampaignsV3Controller) -> str:
        upgrade = _upgrade("Demo", date.today() + _START, _DEVICES)
        self._step("Schedule an upgrade", *_schedule_of(upgrade, "ID"))
        response = campaigns.schedule_campaign_firmware_upgrade(self._account, upgrade)
        self._fact("id", response.id)
        self._fact("devices", f"{response.make} {response.model}")
        self._fact("upgrade", f"{response.firmware_from} to {response.firmware_to}")
        self._fact("days", f"{response.start_date} to {response.end_date}, {_windows(response)}")
        self._fact("status", f"{response.status}: accepted, not yet scheduled")
        return response.id

    def _follow(self, campaigns: CampaignsV3Controller, campaign_id: str, until: str | None) -> None:
        """Follow a campaign to a status, or to its end."""
        if until is None:
            self._step("Follow it to its end", "v3 wait --interval 1 $ID")
        else:
            self._step("Follow it", "v3 wait --until pre-scheduled --interval 1 $ID")
        seen: list[str] = []

        def poll(campaign: Campaign) -> None:
            if campaign.status not in seen:
                seen.append(campaign.status)
                self._fact("status", campaign.status)
            if until is None:
                self._sandbox.advance(hours=12)  # its own clock; nobody has to wait for it
            elif campaign.status != until:
                self._sandbox.advance(minutes=1)

        campaigns.wait_for_status(self._account, campaign_id, until=until, timeout=60, interval=0.001, on_poll=poll)

    def _change_dates(self, campaigns: CampaignsV3Controller, campaign_id: str) -> None:
        from fota_sdk import V3ChangeCampaignDatesRequest

        campaign = campaigns.get_campaign_information(self._account, campaign_id)
        dates = V3ChangeCampaignDatesRequest.from_campaign(campaign)
        dates.end_date = campaign.end_date + timedelta(days=4)
        self._step("Give it more days", f"v3 dates --end {dates.end_date} $ID")
        response = campaigns.update_campaign_dates(self._account, campaign_id, dates)
        self._fact("days", f"{response.start_date} to {response.end_date}, before: to {campaign.end_date}")

    def _append(self, campaigns: CampaignsV3Controller, campaign_id: str) -> None:
        from fota_sdk import DeviceListChange, V3AddOrRemoveDeviceRequest

        self._step("Add a device", f"v3 devices append --device {_LATE_DEVICE} $ID")
        change = V3AddOrRemoveDeviceRequest(mtype=DeviceListChange.APPEND, device_list=[_LATE_DEVICE])
        response = campaigns.update_campaign_firmware_devices(self._account, campaign_id, change)
        for device in response.device_list:
            self._fact("device", f"{device.device_id}: {device.status}, {device.reason}")

    def _report(self, client: FotaClient, campaign_id: str) -> list[str]:
        """Tell what became of the devices; return those that failed."""
        from fota_sdk import DeviceStatus, campaign_report

        self._step("It has ended, which says nothing of its devices", "v3 report --devices $ID")
        report = campaign_report(client, self._account, campaign_id)
        failed = [device for device in report.devices if not DeviceStatus.is_success(device.status)]
        for device in report.devices:
            style = "red" if device in failed else ""
            self._fact("device", f"{device.device_id}: {device.status}, {device.result_reason}", style)
        self._fact("in all", ", ".join(f"{count} {status}" for status, count in report.by_status.items()))
        return [device.device_id for device in failed]

    def _schedule_again(self, campaigns: CampaignsV3Controller, devices: list[str]) -> str:
        upgrade = _upgrade("Demo again", date.today() + _LATER_START, devices)
        self._step("Try again later with what failed", *_schedule_of(upgrade, "AGAIN"))
        response = campaigns.schedule_campaign_firmware_upgrade(self._account, upgrade)
        self._fact("id", response.id)
        return response.id

    def _cancel(self, campaigns: CampaignsV3Controller, campaign_id: str) -> None:
        self._step("Think better of it, before it starts", "v3 cancel $AGAIN")
        self._fact("success", text_of("success", campaigns.cancel_campaign(self._account, campaign_id).success))
        self._fact("status", campaigns.get_campaign_information(self._account, campaign_id).status)

    def _cancel_again(self, campaigns: CampaignsV3Controller, campaign_id: str) -> None:
        from fota_sdk import ApiError

        self._step("And what an error looks like: cancel it again", "v3 cancel $AGAIN")
        try:
            response = campaigns.cancel_campaign(self._account, campaign_id)
        except ApiError as error:
            self._fact("error", f"{error.status_code} {error.error_code}", "red")
            self._fact("", error.error_message, "red")
            doubt = "may have been carried out" if error.outcome_unknown else "was not carried out"
            self._fact("means", f"the service read the request and said no; it {doubt}")
            self._fact("to do", "correct what it names; sending the same again changes nothing")
            self._fact("for CI", f"the command ends with exit code {exit_code(error)}")
        else:
            self._fact("success", text_of("success", response.success))

    def _end(self) -> None:
        self._line("")
        self._line("Now you: this serves such a stand-in, where a day takes 24 seconds. Paste the", "bold")
        self._line("lines that it prints into another terminal; the commands above run there.", "bold")
        self._commands(SERVED)

    def _step(self, title: str, *told: str) -> None:
        """Tell what comes next, with the command that does the same."""
        self._steps += 1
        self._line("")
        self._line(f"{self._steps}. {title}", "bold cyan")
        self._commands(*told)

    def _commands(self, first: str, *more: str) -> None:
        """Show a command as it is to be typed, on one line or several; without a prompt, so that whole lines run."""
        variable, found, arguments = first.rpartition("$(")
        lines = [f"   {variable}{found}{self._program} {arguments}", *(f"       {line}" for line in more)]
        for line in lines[:-1]:
            self._show(f"{line} \\", "green")
        self._line(lines[-1], "green", lines=2)

    def _fact(self, label: str, value: Any, style: str = "") -> None:
        self._line(f"   {label:<9}{value}", style)

    def _line(self, text: str, style: str = "", lines: float = 1) -> None:
        self._show(text, style)
        if text != "":
            self._sleep(_LINE * lines)

    def _show(self, text: str, style: str) -> None:
        shown = printable(text)
        if self._console is None:
            click.echo(shown)
        else:
            from rich.text import Text

            self._console.print(Text(shown, style=style), soft_wrap=True)  # the terminal wraps, and breaks nothing


def _upgrade(name: str, start: date, devices: list[str]) -> CampaignFirmwareUpgrade:
    from fota_sdk import CampaignFirmwareUpgrade, V3TimeWindow

    return CampaignFirmwareUpgrade(
        campaign_name=name,
        firmware_name=_PACKAGE,
        firmware_from=_VERSIONS[0],
        firmware_to=_VERSIONS[1],
        start_date=start,
        end_date=start + timedelta(days=2),
        campaign_time_window_list=[V3TimeWindow(start_time=18, end_time=22)],
        device_list=devices,
    )


def _schedule_of(upgrade: CampaignFirmwareUpgrade, variable: str) -> Iterable[str]:
    """Return the lines of the command that schedules an upgrade and keeps its id."""
    devices = " ".join(f"--device {device}" for device in upgrade.device_list)
    return (
        f"{variable}=$(v3 schedule --name {shlex.quote(str(upgrade.campaign_name))} --window 18-22",
        f"--firmware {upgrade.firmware_name}",
        f"--from {upgrade.firmware_from} --to {upgrade.firmware_to}",
        f"--start {upgrade.start_date} --end {upgrade.end_date}",
        devices,
        f"| {_ID_OF_IT})",
    )


def _windows(response: FirmwareCampaign) -> str:
    return windows_text([window.to_dictionary() for window in response.campaign_time_window_list or ()])


def _console() -> Console | None:
    if not sys.stdout.isatty():
        return None
    return console_of(err=False)
