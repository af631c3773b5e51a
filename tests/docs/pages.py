"""The pages of the documentation, and the blocks of code in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"[Ss]ave (?:this |it )?as\s+`([\w.]+)`")
_REMARK = re.compile(r"<!-- (.+?) -->\n\Z")
_EXCUSE = "not run by the tests: "


@dataclass(frozen=True)
class Block:
    """A block of code.

    `file` is the name under which the text before it tells to save it, `remark` what the comment before it says to the
    tests.
    """

    page: str
    line: int
    language: str
    text: str
    file: str | None
    remark: str | None

    @property
    def excuse(self) -> str | None:
        """Why the tests do not run it."""
        remark = self.remark or ""
        return remark.removeprefix(_EXCUSE) if remark.startswith(_EXCUSE) else None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def page_names() -> list[str]:
    """Return the path of each page below the checkout."""
    guides = [path.relative_to(ROOT).as_posix() for path in (ROOT / "doc").rglob("*.md")]
    return [*sorted(path.name for path in ROOT.glob("*.md")), *sorted(guides)]


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks_of(page: str) -> list[Block]:
    """Return the blocks of a page, in order."""
    text = text_of(page)
    blocks = []
    end = 0
    for match in _FENCE.finditer(text):
        before = text[end : match.start()]
        paragraph = before.rstrip().rpartition("\n\n")[2]
        file, remark = _FILE.search(paragraph), _REMARK.search(before)
        line = text.count("\n", 0, match.start()) + 2
        blocks.append(Block(page, line, match[1], match[2], file and file[1], remark and remark[1]))
        end = match.end()
    return blocks


def blocks(page: str, language: str) -> list[str]:
    """Return the texts of a page's blocks in one language."""
    return [block.text for block in blocks_of(page) if block.language == language]


def prose_of(page: str) -> str:
    """Return a page without its blocks of code."""
    return _FENCE.sub("", text_of(page))
