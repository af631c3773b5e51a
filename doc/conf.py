"""How Sphinx makes a site of these pages: ``python -m sphinx -W doc site``."""

from __future__ import annotations

import sys
from pathlib import Path

DOC = Path(__file__).resolve().parent
sys.path[:0] = [str(DOC.parent), str(DOC)]  # the package beside these pages, whatever else is installed

from fota_sdk import __version__  # noqa: E402

# Which pages stand where in the navigation: a caption, and the pages below it. A new page wants one line here.
navigation = {
    "index": {
        "Guides": [
            "getting-started",
            "authentication",
            "scheduling",
            "changing-and-cancelling",
            "fleet",
            "rollout",
            "rollout-numbers",
            "rollout-recipes",
            "testing",
            "sandbox",
            "cli",
            "errors-and-what-to-do",
            "moving",
        ],
        "Reference": ["client", "errors", "models/index", "rollout-reference"],
        "Operations": ["controllers/*"],
        "Behind it": ["reliability", "performance", "architecture", "changelog"],
    },
    "models/index": {"": ["models/*"]},
}

project = "fota-sdk"
release = __version__
html_title = f"{project} {release}"
language = "en"
smartquotes_action = "q"

extensions = ["myst_parser", "sphinx_copybutton", "_site"]
exclude_patterns = ["_make", "_site"]
# Anchors as a code host has them, for all levels of headings.
myst_heading_anchors = 6
myst_html_meta = {"description": "Firmware and software campaigns over the air, a Python client"}

html_theme = "furo"
pygments_dark_style = "a11y-high-contrast-dark"  # the one of the theme underlines modules as if they were links
html_theme_options = {"navigation_with_keys": False}
html_favicon = "images/icon.svg"
html_static_path = ["stylesheets"]
html_css_files = ["site.css"]
html_extra_path = ["openapi.json"]  # other tools read it, so its address stays
html_show_copyright = False
html_copy_source = False
html_show_sourcelink = False

# Only what is typed somewhere is copied, and prompts are no part of it.
copied_languages = ("python", "sh", "json", "toml", "ini", "yaml")
copybutton_selector = ", ".join(f"div.highlight-{language} pre" for language in copied_languages)
copybutton_exclude = ".linenos, .gp, .go"
