"""Terms under which the search shows a section first: ``<!-- index: retry, backoff -->`` below its heading."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform

from _make.markdown import words
from _site.places import places

_COMMENT = re.compile(r"\s*<!--(.*?)-->\s*", re.DOTALL)
_TERMS = re.compile(r"\s*index:(.*)", re.DOTALL)


class Terms(SphinxTransform):
    """Takes the terms of sections out of the comments, and leaves the other comments out of the site."""

    default_priority = 600

    def apply(self, **kwargs: Any) -> None:
        """Look at each comment of the page; a method is found by the words of its name too."""
        page = self.env.docname
        for raw in list(self.document.findall(nodes.raw)):
            if (comment := _COMMENT.fullmatch(raw.astext())) is None:
                continue
            section = _section_of(raw)
            raw.parent.remove(raw)
            if (terms := _TERMS.fullmatch(comment[1])) is not None:
                _put(section, [term.strip() for term in terms[1].split(",")])
        named = {
            place.anchor: name.rpartition(".")[2]
            for name, place in places().items()
            if place.page == page and page.startswith("controllers/") and place.kind == "method"
        }
        for section in self.document.findall(nodes.section):
            if section["ids"][0] in named:
                _put(section, [words(named[section["ids"][0]]).lower()])
        if (subject := _subject(page)) is not None:
            _put(next(self.document.findall(nodes.section)), [subject])


def _subject(page: str) -> str | None:
    """Return what a group of operations is about; for several versions the last one has it."""
    pages = {place.page for place in places().values()}
    if not page.startswith("controllers/") or page.replace("-v2", "-v3") in pages - {page}:
        return None
    return re.sub(r"^controllers/(software-management-)?|-v\d$", "", page).replace("-", " ")


def _section_of(node: nodes.Node) -> nodes.section:
    while not isinstance(node, nodes.section):
        node = node.parent
    return node


def _put(section: nodes.section, terms: list[str]) -> None:
    # The page itself where it is all about the term, or the search would show it twice. "main": others are taken for
    # mere mentions, and come last.
    anchor = section["ids"][0] if isinstance(section.parent, nodes.section) else ""
    entries = [("single", term, anchor, "main", None) for term in terms]
    section.insert(1, addnodes.index(entries=entries))
