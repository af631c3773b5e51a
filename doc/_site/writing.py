"""How the site writes code and tables."""

from __future__ import annotations

import html
import re
from typing import cast

from docutils import nodes
from sphinx.domains.python import PythonDomain
from sphinx.writers.html5 import HTML5Translator

from _site.places import PACKAGE, full_names, places

_WORD = r'<span class="n[a-z]*">\w+</span>'
_CHAIN = re.compile(rf'{_WORD}(?:<span class="o">\.</span>{_WORD})*')
_NAME = re.compile(r'<span class="n[a-z]*">(\w+)</span>')
_VIEWS = ("paginated", "with_raw_response", "dry_run")
_SHOWN = re.compile(r"(?<=>)[^<>]+(?=<)")
_BREAK = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[_./\[|=])(?=\w)")


class SiteTranslator(HTML5Translator):
    """Writes code with links, and the cells of tables with the heading of their column."""

    def visit_literal_block(self, node: nodes.literal_block) -> None:
        """Write a block of code; public names in Python lead to where they are described."""
        try:
            super().visit_literal_block(node)
        except nodes.SkipNode:
            if node.get("language") == "python":
                self.body[-1] = _CHAIN.sub(self._linked, self.body[-1])
            raise

    def visit_Text(self, node: nodes.Text) -> None:  # noqa: N802 - docutils calls it so
        """Write a text; code in a line may be broken where one of its words ends."""
        written = len(self.body)
        super().visit_Text(node)
        if self.protect_literal_text:
            self.body[written:] = [_SHOWN.sub(_breakable, part) for part in self.body[written:]]

    def visit_entry(self, node: nodes.Element) -> None:
        """Write a cell; on a phone it stands below the one before it, and of several it says what it is."""
        column = node.parent.index(node)
        super().visit_entry(node)
        group = node.parent.parent.parent
        if not isinstance(node.parent.parent, nodes.thead) and (heads := list(group.findall(nodes.thead))):
            label = heads[0][0][column].astext()
            if label and node.astext() and len(node.parent) > 2:
                self.body[-1] = self.body[-1].replace("<td", f'<td data-label="{html.escape(label)}"', 1)

    def _linked(self, chain: re.Match[str]) -> str:
        before = ""

        def link(match: re.Match[str]) -> str:
            nonlocal before
            name = full_names().get(f"{before}.{match[1]}") or full_names().get(match[1])
            if match[1] not in _VIEWS:
                before = match[1]
            place = None if name is None else self._address(name)
            return match[0] if place is None else f'<a href="{place}">{match[0]}</a>'

        return _NAME.sub(link, chain[0])

    def _address(self, name: str) -> str | None:
        """Return the address of a description, seen from this page; none where it is the page."""
        entry = cast("PythonDomain", self.builder.env.get_domain("py")).objects[f"{PACKAGE}.{name}"]
        page = self.builder.current_docname
        if entry.docname != page:
            return f"{self.builder.get_relative_uri(page, entry.docname)}#{entry.node_id}"
        return f"#{entry.node_id}" if places()[name].anchor else None


def _breakable(text: re.Match[str]) -> str:
    return _BREAK.sub("<wbr>", text[0])
