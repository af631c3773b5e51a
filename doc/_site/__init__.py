"""What the site has beyond Markdown: navigation, headings and links by name, terms to search, tables for phones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from _site import sources
from _site.headings import Headings
from _site.names import Names
from _site.terms import Terms
from _site.writing import SiteTranslator

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register all of it with Sphinx."""
    app.add_config_value("navigation", {}, "env", dict)
    app.connect("source-read", sources.complete)
    for transform in (Headings, Names, Terms):
        app.add_transform(transform)
    app.set_translator("html", SiteTranslator)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
