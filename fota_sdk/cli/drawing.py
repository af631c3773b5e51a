"""Tables on a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text


def draw_table(
    console: Console, title: str, lines: Sequence[Sequence[str]], *, has_headings: bool, sizes: Sequence[int] = ()
) -> bool:
    """Draw a table where no word has to be broken for it; return whether it was drawn.

    Args:
        console: Where to draw.
        title: What to show above it.
        lines: The cells of each line.
        has_headings: Whether the first line is one of headings.
        sizes: How many cells stand below each other in each column, where it is not one. Such a table has lines between
            its rows, and no frame.
    """
    rows = [_stacked(line, sizes) if sizes else line for line in lines]
    columns = list(zip(*rows, strict=True))
    widest = [max(cell_len(line) for cell in column for line in cell.split("\n")) for column in columns]
    # A column can be as narrow as its longest word, but where people copy from the first one its cells stay whole.
    widths = [max((cell_len(word) for cell in column for word in cell.split()), default=0) for column in columns]
    if not sizes:
        widths[0] = widest[0]
    # Before 14.1 rich takes the spaces at both edges into account, also where it does not draw them.
    left = console.width - sum(widths) - (3 * len(columns) - 1 if sizes else 3 * len(columns) + 1)
    if left < 0 or max(map(cell_len, title.split()), default=0) > console.width:
        return False
    framed = not sizes
    table = Table(box=box.ROUNDED, show_header=has_headings, show_edge=framed, pad_edge=framed, show_lines=not framed)
    for place, column in enumerate(columns):
        more = min(left, max(0, widest[place] - widths[place]))
        left -= more
        heading = Text(column[0]) if has_headings else ""
        table.add_column(heading, style="cyan" if place == 0 else "", overflow="fold", width=widths[place] + more)
    for row in rows[1:] if has_headings else rows:
        table.add_row(*map(Text, row))
    if title:
        console.print(Text(title, style="bold"))
    console.print(table)
    return True


def _stacked(line: Sequence[str], sizes: Sequence[int]) -> list[str]:
    cells = iter(line)
    return ["\n".join(islice(cells, size)) for size in sizes]
