"""The built site, read as a browser reads it: what its pages hold, lead to and load."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_LOADS = {"audio": "src", "iframe": "src", "img": "src", "script": "src", "source": "src", "video": "src"}
_LINKS_THAT_LOAD = {"dns-prefetch", "icon", "manifest", "preconnect", "prefetch", "preload", "stylesheet"}
_NEVER_CLOSED = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass(frozen=True)
class Cell:
    """A cell of a table, but of its head.

    Attributes:
        label: What it says of itself on a phone.
        text: What is in it.
    """

    label: str | None
    text: str


@dataclass
class Page:
    """What a page holds.

    Attributes:
        ids: Of all its parts.
        links: Where it leads.
        assets: What it loads.
        alternatives: The texts that stand for its pictures.
        headings: Anchor and text of each, in order.
        rows: Of its tables, but for their heads.
        code: Of each block, the texts that are links, with where they lead.
    """

    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    assets: list[str] = field(default_factory=list)
    alternatives: list[str] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[Cell]] = field(default_factory=list)
    code: list[dict[str, str]] = field(default_factory=list)


@dataclass
class _Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[_Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = _Element(tag, {name: value or "" for name, value in attrs})
        self._begin(element)
        if tag not in _NEVER_CLOSED:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._begin(_Element(tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            element = self._open.pop()
            if element.tag == tag:
                self._end(element)
                return

    def _begin(self, element: _Element) -> None:
        tag, attributes, page = element.tag, element.attributes, self.page
        if "id" in attributes:
            page.ids.append(attributes["id"])
        if tag == "a" and "href" in attributes:
            page.links.append(attributes["href"])
        if _LOADS.get(tag) in attributes:
            page.assets.append(attributes[_LOADS[tag]])
        if tag == "link" and _LINKS_THAT_LOAD & set(attributes.get("rel", "").split()):
            page.assets.append(attributes["href"])
        if tag == "img":
            page.alternatives.append(attributes.get("alt", ""))
        if tag == "tr":
            page.rows.append([])
        if tag == "pre":
            page.code.append({})

    def _end(self, element: _Element) -> None:
        if element.tag in _HEADINGS:
            section = next((each for each in reversed(self._open) if each.tag == "section"), None)
            anchor = "" if section is None else section.attributes.get("id", "")
            self.page.headings.append((anchor, element.text.rstrip("#¶ ").strip()))
        elif element.tag == "td":
            self.page.rows[-1].append(Cell(element.attributes.get("data-label"), element.text.strip()))
        elif element.tag == "a" and any(each.tag == "pre" for each in self._open):
            self.page.code[-1][element.text] = element.attributes["href"]


def read(site: Path) -> dict[str, Page]:
    """Return the pages of a site by their paths below it."""
    pages = {}
    for path in sorted(site.rglob("*.html")):
        reader = _Reader()
        reader.feed(path.read_text(encoding="utf-8"))
        pages[path.relative_to(site).as_posix()] = reader.page
    return pages
