"""The live display of ``wait``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from rich import box
from rich.cells import cell_len
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from fota_sdk import CampaignStatus
from fota_sdk.cli.output import console_of, printable

if TYPE_CHECKING:
    from fota_sdk import Campaign, CampaignSoftware

_WIDTH = 80
_NARROWEST = 40
_FRAME = 6  # what stands beside the title
_SHOWN = 8


class Display:
    """Where a campaign stands, how it came there, and how long it has been watched.

    Args:
        campaign_id: What to show above it.
        err: Whether standard output is kept for something else.
        console: Where to draw, where that is not this terminal.
        clock: Gives the seconds that go by.
    """

    def __init__(
        self,
        campaign_id: str,
        *,
        err: bool = False,
        console: Console | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._title = _title(campaign_id)
        self._console = console_of(err=err) if console is None else console
        self._clock = clock
        self._begin = clock()
        self._campaign: Any = None
        self._looks = 0
        self._changes: list[tuple[float, str]] = []
        self._ended = False
        self._spinner = Spinner("dots" if self._console.encoding.startswith("utf") else "line")
        self._live = Live(get_renderable=self.render, console=self._console, refresh_per_second=4)

    @staticmethod
    def has_room(campaign_id: str, *, err: bool) -> bool:
        """Return whether the terminal has room for it, so that nothing would be cut off."""
        return max(_NARROWEST, cell_len(_title(campaign_id)) + _FRAME) <= min(_WIDTH, console_of(err=err).width)

    def __enter__(self) -> Display:
        self._live.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        """Leave the last picture on the terminal."""
        self._ended = True
        self._live.__exit__(*error)

    def poll(self, campaign: Campaign | CampaignSoftware) -> None:
        """Take a campaign that was just read."""
        self._looks += 1
        if self._campaign is None or self._campaign.status != campaign.status:
            self._changes.append((self._clock() - self._begin, printable(str(campaign.status))))
        self._campaign = campaign
        self._live.refresh()

    def render(self) -> RenderableType:
        """Return the picture of this moment."""
        rows = Table.grid(padding=(0, 2))
        rows.add_column(style="dim", no_wrap=True, min_width=8)
        rows.add_column(overflow="fold")
        if self._campaign is not None:
            if self._campaign.campaign_name is not None:
                rows.add_row("name", Text(printable(self._campaign.campaign_name)))
            rows.add_row("days", f"{self._campaign.start_date} to {self._campaign.end_date}")
        for seconds, status in self._changes[-_SHOWN:]:
            rows.add_row(_time(seconds), Text(status, style=_style(status)))
        watched = f"watched for {_time(self._clock() - self._begin)}, read {self._looks} times"
        self._spinner.update(text=Text(watched, style="dim"))
        below: RenderableType = Text(watched, style="dim") if self._ended else self._spinner
        return Panel(
            Group(rows, below),
            title=Text(self._title),
            title_align="left",
            box=box.ROUNDED,
            width=min(_WIDTH, self._console.width),
        )


def _title(campaign_id: str) -> str:
    return f"Campaign {printable(campaign_id)}"


def _time(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{rest:02d}"


def _style(status: str) -> str:
    if status == CampaignStatus.ENDED:
        return "bold green"
    return "bold red" if CampaignStatus.is_final(status) else "bold"
