"""Makes the pictures of the documentation: ``python -m tests.cli.pictures``."""

from __future__ import annotations

import io
import re
from pathlib import Path

from rich.console import Console

from fota_sdk import CampaignFirmwareUpgrade
from fota_sdk.cli.demo import Demo
from fota_sdk.cli.display import Display
from fota_sdk.sandbox import Sandbox
from tests.cli.command import COLUMNS, day
from tests.conftest import IMEIS

FOLDER = Path(__file__).parent.parent.parent / "doc" / "images"


def recording() -> Console:
    """Return a console of 80 columns that shows nothing and keeps everything."""
    return Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False)


def picture(console: Console, title: str) -> str:
    """Return what a console showed as SVG that loads nothing from elsewhere."""
    svg = console.export_svg(title=title, unique_id=title.replace(" ", "-"))
    return re.sub(r"@font-face\s*\{.*?\}\s*|<!--.*?-->\s*", "", svg, flags=re.DOTALL)


def picture_of_demo() -> str:
    """Return the picture of ``fota demo``."""
    console = recording()
    with Sandbox() as sandbox:
        Demo(sandbox, console, lambda seconds: None).tell()
    return picture(console, "fota demo")


def picture_of_wait() -> str:
    """Return the picture of ``fota v3 wait`` after a campaign was scheduled, a day later."""
    console = recording()
    now = 0.0
    upgrade = CampaignFirmwareUpgrade(
        campaign_name="Pilot",
        firmware_name="GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        firmware_from="SR1.2.0.0-10512",
        firmware_to="SR1.2.0.0-10657",
        start_date=day(1),
        end_date=day(8),
        device_list=IMEIS,
    )
    with Sandbox() as sandbox, sandbox.client() as client:
        campaign_id = client.campaigns_v3.schedule_campaign_firmware_upgrade(sandbox.account, upgrade).id or ""
        display = Display(campaign_id, console=console, clock=lambda: now)
        for minutes in (0, 1, 1, 60 * 36):
            sandbox.advance(minutes=minutes)
            now += minutes * 60
            display.poll(client.campaigns_v3.get_campaign_information(sandbox.account, campaign_id))
    console.print(display.render())
    return picture(console, "fota v3 wait")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "demo.svg").write_text(picture_of_demo())
    (FOLDER / "wait.svg").write_text(picture_of_wait())
