"""Which rows of a CSV file of devices do not fit the other ones, so that a device may be lost or taken for another."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from fota_sdk.device_report import DeviceFindingKind, OddRow
from fota_sdk.device_rows import Row, Rows, line_ends
from fota_sdk.imei import could_be_meant


class Shape(NamedTuple):
    """What the rows of a CSV file look like.

    Attributes:
        place: Which cell holds the device.
        width: How many cells a row has.
        delimiter: What separates them.
        measure: What says how many, in words.
    """

    place: int
    width: int
    delimiter: str
    measure: str

    def odd_rows(self, rows: Rows) -> Iterator[OddRow]:
        """Give what is odd about rows, in the order of lines."""
        are_lines = rows.last - rows.before == len(rows.ends)
        if are_lines and rows.lengths == {self.width}:
            return
        begin = rows.before
        for row, end in zip(rows.cells, rows.ends, strict=True):
            device = row[self.place] if self.place < len(row) else ""
            if end - begin > 1:
                yield from self._quoted_rows(row, device, begin + 1, end)
            problem, is_error = self._fault_of_length(row, device)
            if problem != "":
                yield OddRow(end, end, device, problem, is_error, DeviceFindingKind.ROW_LENGTH)
            begin = end

    def _quoted_rows(self, row: Row, device: str, line: int, end: int) -> Iterator[OddRow]:
        """Give the cells that seem to hold rows, which are lost if so: the quote that opens them is not theirs.

        Whatever rows a cell has swallowed, they left a delimiter in it, or it is the cell of the device.
        """
        for cell in row:
            breaks = line_ends(cell)
            pieces = re.split(rf"[\r\n{re.escape(self.delimiter)}]", cell) if breaks > 0 else []
            is_error = any(map(could_be_meant, pieces))
            if is_error or (breaks > 0 and self.delimiter in cell):
                problem = f"stands in a row with a quoted cell of {breaks + 1} lines, which opens here and "
                problem += "seems to hold devices: close its quote" if is_error else "may hold rows: see to its quote"
                yield OddRow(end, line, device, problem, is_error, DeviceFindingKind.QUOTED_ROWS)
            line += breaks

    def _fault_of_length(self, row: Row, device: str) -> tuple[str, bool]:
        """Return what the number of cells says against a row, if anything, and whether its device is in doubt."""
        count = f"stands in a row of {len(row)} cell{'' if len(row) == 1 else 's'}, {self.measure}"
        if len(row) > self.width and any(cell.strip() != "" for cell in row):
            return f"{count}: is there a cell with {self.delimiter!r} in it and no quotes around it?", True
        if len(row) < self.width and device != "":
            earlier = row[max(0, self.place - (self.width - len(row))) : self.place]
            if any(map(could_be_meant, earlier)):
                return f"{count}: a cell before it may be the device", True
            return f"{count}: taken for cells left away at its end", False
        return "", False


def shape_of(first: Row, place: int, has_headings: bool, delimiter: str) -> Shape:
    """Return the shape that the first row of a file gives to the others."""
    measure = f"where there are {len(first)} headings" if has_headings else f"where the first row has {len(first)}"
    return Shape(place, len(first), delimiter, measure)
