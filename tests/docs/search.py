"""What the search of the built site finds, in its order: the ranking of Sphinx's ``searchtools.js``, computed here.

A result is a page with the score that its best match has. Matches are those of titles, of the index, of names of
objects, and of words in titles and texts; whatever only a browser knows, such as summaries, is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sphinx.search.en import SearchEnglish

_POINTS = re.compile(r"^ +(\w+): (-?\d+),", re.MULTILINE)


@dataclass(frozen=True)
class Result:
    """One line of the list that a search shows.

    Attributes:
        page: As Sphinx names it.
        anchor: Of the section, with ``#``; empty for the page.
        title: What the line says.
        score: What orders the lines; those of the same score come by their titles.
    """

    page: str
    anchor: str
    title: str
    score: int


class Search:
    """The search of a site that Sphinx has built.

    Attributes:
        points: What each kind of match is worth.
    """

    def __init__(self, index: dict[str, Any], points: dict[str, int]) -> None:
        self._index = index
        self.points = points
        self._language = SearchEnglish({})

    @classmethod
    def of(cls, site: Path) -> Search:
        """Read the index of a site, and how many points its searchtools.js gives."""
        index = (site / "searchindex.js").read_text(encoding="utf-8")
        tools = (site / "_static" / "searchtools.js").read_text(encoding="utf-8")
        points = {name: int(number) for name, number in _POINTS.findall(tools.partition("enum")[0])}
        return cls(json.loads(index.removeprefix("Search.setIndex(").removesuffix(")")), points)

    def results(self, query: str) -> list[Result]:
        """Return what a query finds, the first line first."""
        main, other = list(self._titles(query)), []
        for is_main, result in self._entries(query):
            (main if is_main else other).append(result)
        main += self._objects(query)
        main += self._words(query)
        found: dict[tuple[str, str, str], Result] = {}
        for part in (main, other):
            for result in sorted(part, key=lambda each: (-each.score, each.title.lower())):
                found.setdefault((result.page, result.anchor, result.title), result)
        return list(found.values())

    def entries(self) -> dict[str, list[Any]]:
        """Return the places of each term of the index."""
        found: dict[str, list[Any]] = self._index["indexentries"]
        return found

    def _result(self, page: int, anchor: str | None, title: str, score: int) -> Result:
        return Result(self._index["docnames"][page], f"#{anchor}" if anchor else "", title, score)

    def _titles(self, query: str) -> Iterator[Result]:
        query, titles = query.lower().strip(), self._index["titles"]
        for title, places in self._index["alltitles"].items():
            if query in title.lower() and len(query) >= len(title) / 2:
                for page, anchor in places:
                    of_page = titles[page] == title
                    score = _rounded(self.points["title"] * len(query) / len(title)) + of_page
                    yield self._result(page, anchor, title if of_page else f"{titles[page]} > {title}", score)

    def _entries(self, query: str) -> Iterator[tuple[bool, Result]]:
        query = query.lower().strip()
        for entry, places in self._index["indexentries"].items():
            if query in entry and len(query) >= len(entry) / 2:
                for page, anchor, is_main in places:
                    score = _rounded(100 * len(query) / len(entry))
                    yield is_main, self._result(page, anchor, self._index["titles"][page], score)

    def _objects(self, query: str) -> Iterator[Result]:
        terms = set(re.findall(r"\w+", query.lower()))
        for term in terms:
            for prefix, members in self._index["objects"].items():
                for page, kind, priority, anchor, name in members:
                    full = f"{prefix}.{name}" if prefix else name
                    hay = f"{prefix} {name} {self._index['objnames'][str(kind)][2]} {self._index['titles'][page]}"
                    if term in full.lower() and all(other in hay.lower() for other in terms - {term}):
                        score = self._of_object(term, full.lower()) + self.points.get(str(priority), 0)
                        yield self._result(page, full if anchor == "" else anchor, full, score)

    def _of_object(self, term: str, full: str) -> int:
        last = full.rpartition(".")[2]
        if term in (full, last):
            return self.points["objNameMatch"]
        return self.points["objPartialMatch"] if term in last else 0

    def _words(self, query: str) -> Iterator[Result]:
        words = [word.lower() for word in re.findall(r"\w+", query)]
        stems = {self._language.stem(w) for w in words if w not in self._language.stopwords and not w.isdigit()}
        found: dict[int, dict[str, int]] = {}
        for stem in stems:
            for pages, score in self._pages_of(stem):
                for page in pages:
                    found.setdefault(page, {})[stem] = score
        for page, scores in found.items():
            if len(scores) in (len(stems), len([stem for stem in stems if len(stem) > 2])):
                yield self._result(page, None, self._index["titles"][page], max(scores.values()))

    def _pages_of(self, stem: str) -> Iterator[tuple[list[int], int]]:
        """Give the pages of a word; where several matches name a page, the last one counts."""
        kinds = [
            (self._index["terms"], "term", "partialTerm"),
            (self._index["titleterms"], "title", "partialTitle"),
        ]
        for terms, whole, _ in kinds:
            if stem in terms:
                yield _several(terms[stem]), self.points[whole]
        for terms, _, part in kinds:
            if stem not in terms and len(stem) > 2:
                for term in terms:
                    if stem in term:
                        yield _several(terms[term]), self.points[part]


def _several(pages: int | list[int]) -> list[int]:
    return [pages] if isinstance(pages, int) else pages


def _rounded(number: float) -> int:
    return int(number + 0.5)  # as Math.round does, not to the even one
