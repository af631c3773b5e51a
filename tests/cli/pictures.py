"""Makes the pictures of the documentation: ``python -m tests.cli.pictures``."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timezone
from html import escape, unescape
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from rich.console import Console

from fota_sdk import CampaignFirmwareUpgrade
from fota_sdk.cli.demo import Demo
from fota_sdk.cli.display import Display
from fota_sdk.cli.rollout_journal import opened
from fota_sdk.cli.rollout_picture import draw, lines_of
from fota_sdk.cli.rollout_view import view_of
from fota_sdk.sandbox import Sandbox
from tests.cli.command import COLUMNS, day
from tests.cli.rollouts import PLAN, field_of
from tests.conftest import IMEIS

_STYLE = re.compile(r"\.(\S+) \{ (.*?) \}")
_RULE = re.compile(r";*([\w-]+): ([^;]+)")
_TEXT = re.compile(r'<text class="(\S+)" x="(\S+)" y="(\S+)" [^>]*>([^<]+)</text>')
_FRAME = {
    "─": "M{left} {centre}H{right}",
    "│": "M{middle} {top}V{bottom}",
    "╭": "M{middle} {bottom}Q{middle} {centre} {right} {centre}",
    "╮": "M{left} {centre}Q{middle} {centre} {middle} {bottom}",
    "╰": "M{middle} {top}Q{middle} {centre} {right} {centre}",
    "╯": "M{left} {centre}Q{middle} {centre} {middle} {top}",
}
_WORDS = re.compile(r"─+|[│╭╮╰╯]|[^\s─│╭╮╰╯]+(?: [^\s─│╭╮╰╯]+)*")
_WIDTH = 12.2  # of a character
_FONT = "Menlo, Consolas, 'DejaVu Sans Mono', monospace"
_PICTURE = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">
<title>{title}</title>
<rect width="{width}" height="{height}" rx="8" fill="#292929"/>
<circle cx="26" cy="22" r="7" fill="#ff5f57"/>
<circle cx="48" cy="22" r="7" fill="#febc2e"/>
<circle cx="70" cy="22" r="7" fill="#28c840"/>
<g font-family="{font}" font-size="20">
<text x="{middle:g}" y="28" fill="#c5c8c6" text-anchor="middle">{title}</text>
<g transform="translate(9,41)">
{texts}
</g>
</g>
</svg>
"""
_PLAN = f"""\
order = "file"
stop = [{{ kind = "failed", share = "5%" }}]
{PLAN}
[[wave]]
name = "pilot"
devices = 20

[[wave]]
share = "5%"

[[wave]]
share = "25%"

[[wave]]
name = "rest"
share = "100%"
"""
FOLDER = Path(__file__).parent.parent.parent / "doc" / "images"


def recording() -> Console:
    """Return a console of 80 columns that shows nothing and keeps everything."""
    return Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True, highlight=False)


def picture(console: Console, title: str) -> str:
    """Return what a console showed as SVG.

    Each word has its place and its looks as attributes, and frames are drawn: style sheets, clips, fonts by name and
    spaces at the edge of a text are what e-mail clients and other viewers leave out.
    """
    parts = console.export_svg(unique_id="line", code_format="\0".join(("{styles}", "{width}", "{height}", "{matrix}")))
    styles, width, height, texts = parts.split("\0")
    looks = {name: _RULE.sub(r' \1="\2"', rules).strip(" ;") for name, rules in _STYLE.findall(styles)}
    drawn = [
        line
        for look, x, y, text in _TEXT.findall(texts)
        for line in _drawn(unescape(text).replace("\xa0", " "), float(x), float(y), looks[look])
    ]
    return _PICTURE.format(
        title=title, width=width, height=height, middle=float(width) / 2, texts="\n".join(drawn), font=_FONT
    )


def _drawn(text: str, x: float, y: float, look: str) -> Iterator[str]:
    """Give the elements of a text that begins at a place: its words, and the lines of its frames."""
    for found in _WORDS.finditer(text):
        start, words = x + found.start() * _WIDTH, found[0]
        if words[0] in _FRAME:
            path = _FRAME[words[0]].format(
                left=f"{start:.1f}",
                right=f"{start + len(words) * _WIDTH:.1f}",
                middle=f"{start + _WIDTH / 2:.1f}",
                top=f"{y - 18.4:.1f}",
                centre=f"{y - 6.2:.1f}",
                bottom=f"{y + 6:.1f}",
            )
            colour = look.partition('"')[2].partition('"')[0]
            yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
        else:
            length = f"{len(words) * _WIDTH:.1f}"
            yield f'<text x="{start:.1f}" y="{y:.1f}" {look} textLength="{length}">{escape(words)}</text>'


def picture_of_demo() -> str:
    """Return the picture of ``fota demo``."""
    console = recording()
    with Sandbox() as sandbox:
        Demo(sandbox, console, lambda seconds: None, "fota").tell()
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


def picture_of_rollout() -> str:
    """Return the picture of ``fota rollout status`` while a rule pauses a roll-out."""
    console = recording()
    with TemporaryDirectory() as folder, field_of(Path(folder), devices=2400, today=date(2027, 3, 1)) as field:
        field.sandbox.outcomes(failed=0.1, seed=4)
        field.start(_PLAN)
        field.until(lambda status: status["state"] == "paused")
        with patch.dict(os.environ, field.environment), opened(str(field.journal)) as rollout:
            view = view_of(replace(rollout, journal="spring.rollout"), timezone.utc)
        draw(lambda width, marks: lines_of(view, width, marks), console)
    return picture(console, "fota rollout status")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "demo.svg").write_text(picture_of_demo())
    (FOLDER / "rollout.svg").write_text(picture_of_rollout())
    (FOLDER / "wait.svg").write_text(picture_of_wait())
