"""Parts that pages get on the site alone, because a code host has its own way to show them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_CHANGELOG = Path(__file__).resolve().parent.parent.parent / "CHANGELOG.md"


def complete(app: Sphinx, page: str, source: list[str]) -> None:
    """Give a page its part of the navigation; put the changelog in the place of the page that leads to it."""
    if page == "changelog":
        app.env.note_dependency(str(_CHANGELOG))
        source[0] = re.sub(r"^## \[(.+?)\]", r"## \1", _CHANGELOG.read_text(encoding="utf-8"), flags=re.MULTILINE)
    parts = app.config.navigation.get(page, {})
    source[0] += "".join(_toctree(caption, pages) for caption, pages in parts.items())


def _toctree(caption: str, pages: list[str]) -> str:
    options = [":hidden:", ":glob:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["\n", "```{toctree}", *options, "", *(f"/{page}" for page in pages), "```", ""])
