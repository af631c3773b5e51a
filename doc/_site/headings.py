"""Headings have the anchors of a code host, methods are called by their names, and what is described has an entry."""

from __future__ import annotations

from typing import Any, cast

from docutils import nodes
from sphinx.domains.python import PythonDomain
from sphinx.transforms import SphinxTransform

from _make.markdown import words
from _site.places import PACKAGE, places


class Headings(SphinxTransform):
    """Gives each section its anchor, and the sections of described things their names."""

    default_priority = 400  # before links to headings are resolved

    def apply(self, **kwargs: Any) -> None:
        """Look at each section of the page."""
        page = self.env.docname
        described = {place.anchor: name for name, place in places().items() if place.page == page}
        domain = cast("PythonDomain", self.env.get_domain("py"))
        sections = list(self.document.findall(nodes.section))
        for section in sections:
            _put_anchor_first(section, self.document)
        for number, section in enumerate(sections):
            name = described.get(section["ids"][0] if number else "")
            if name is None:
                continue
            domain.note_object(f"{PACKAGE}.{name}", places()[name].kind, section["ids"][0], location=section)
            if number and page.startswith("controllers/"):
                _call_by_name(section, name.rpartition(".")[2])
        if page.startswith("controllers/"):
            names = {words(name.rpartition(".")[2]): name.rpartition(".")[2] for name in described.values()}
            for text in list(self.document.findall(nodes.Text)):
                if isinstance(text.parent.parent, nodes.list_item | nodes.paragraph) and text in names:
                    text.parent.replace(text, nodes.literal("", names[text]))


def _put_anchor_first(section: nodes.section, document: nodes.document) -> None:
    """Put the anchor that a code host gives a heading before the one that docutils makes."""
    anchor: str = section.get("slug", "")
    holder = document.ids.get(anchor)
    if anchor and (holder is None or holder is section):
        section["ids"] = [anchor, *(each for each in section["ids"] if each != anchor)]
        document.ids[anchor] = section
        slugs = document.myst_slugs
        slugs[anchor] = (slugs[anchor][0], anchor, *slugs[anchor][2:])


def _call_by_name(section: nodes.section, method: str) -> None:
    """Let the heading of a method be its name, and the headings of its parts none."""
    title = next(child for child in section.children if isinstance(child, nodes.title))
    title.children = []
    title += nodes.literal("", method)
    for part in [child for child in section.children if isinstance(child, nodes.section)]:
        heading, *rest = part.children
        label = nodes.rubric("", "", *heading.children, ids=part["ids"])
        section.replace(part, [label, *rest])
