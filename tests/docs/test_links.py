"""Links are relative, and lead somewhere in the checkout."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, page_names, prose_of

pytestmark = pytest.mark.pages

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)

# What the reference pages link to, typed by hand.
METHODS = [
    *("schedule-campaign-firmware-upgrade", "update-campaign-firmware-devices", "update-campaign-dates"),
    *("get-campaign-information", "cancel-campaign"),
]
LINKED_BY_THE_REFERENCE = [
    *(f"doc/controllers/campaigns-{version}.md#{method}" for version in ("v2", "v3") for method in METHODS),
    *(
        f"doc/models/{name}.md"
        for name in (
            *("campaign", "campaign-firmware-upgrade", "campaign-software", "campaign-software-upgrade"),
            *("firmware-campaign", "fota-v2-result-exception", "fota-v2-success-result"),
            *("fota-v3-result-exception", "fota-v3-success-result"),
            *("v2-add-or-remove-device-request", "v2-add-or-remove-device-result", "v2-change-campaign-dates-request"),
            *("v3-add-or-remove-device-request", "v3-add-or-remove-device-result", "v3-change-campaign-dates-request"),
        )
    ),
]


@cache
def anchors_of(page: str) -> set[str]:
    """Return the anchors that a code host and the site both give the headings of a page."""
    headings = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(prose_of(page))]
    anchors = [heading.strip().replace(" ", "-") for heading in headings]
    return {anchor for anchor in anchors if anchors.count(anchor) == 1}


def links_of(page: str) -> list[str]:
    return _LINK.findall(prose_of(page))


def fault_of(page: str, link: str) -> str | None:
    """Return what is wrong with a link."""
    path, _, anchor = link.partition("#")
    target = os.path.normpath(ROOT / Path(page).parent / path) if path else str(ROOT / page)
    if not Path(target).is_relative_to(ROOT) or not Path(target).exists():
        return f"{page}: {link} leads nowhere"
    if anchor and anchor not in anchors_of(Path(target).relative_to(ROOT).as_posix()):
        return f"{page}: {link} has no such heading, or several"
    return None


@pytest.mark.parametrize("page", page_names())
def test_every_link_leads_somewhere(page: str) -> None:
    inside = [link for link in links_of(page) if not link.startswith("https://")]
    assert [fault for link in inside if (fault := fault_of(page, link)) is not None] == []


def test_a_broken_link_is_found() -> None:
    assert fault_of("doc/index.md", "nowhere.md")
    assert fault_of("doc/index.md", "client.md#nowhere")
    assert fault_of("doc/index.md", "../../elsewhere.md")
    assert fault_of("doc/index.md", "client.md#fotaclient") is None


@pytest.mark.parametrize("link", LINKED_BY_THE_REFERENCE)
def test_what_the_reference_links_to_is_there(link: str) -> None:
    assert fault_of("README.md", link) is None


def test_pages_of_the_site_link_to_no_page_outside_of_it() -> None:
    for page in page_names():
        if page.startswith("doc/"):
            for link in links_of(page):
                target = os.path.normpath(Path(page).parent / link.partition("#")[0])
                assert link.startswith("https://") or target.startswith("doc"), f"{page}: {link}"
