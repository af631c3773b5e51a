"""The site is built without a warning, leads nowhere in vain, asks no other host, and names things by their names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import fota_sdk
from tests.docs.pages import ROOT, page_names, prose_of
from tests.docs.site import Page, read
from tests.unit.operations import FAMILY, Facts, each_of_family

# the first of them waits for the build
pytestmark = [pytest.mark.pages, pytest.mark.timeout(240)]

PAGES = [page.removeprefix("doc/").removesuffix(".md") for page in page_names() if page.startswith("doc/")]
REFERENCE = [page for page in PAGES if re.match("controllers/|models/|client$|errors$|rollout-reference$", page)]
GUIDES = [page for page in PAGES if page not in REFERENCE]

each_page = pytest.mark.parametrize("page", PAGES)


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[str, Page]:
    return read(site)


def group_page(facts: Facts) -> str:
    return f"controllers/{facts.group.replace('_', '-')}.html"


def anchors_of(page: str) -> list[str]:
    """Return the anchors that a code host gives the headings of a page, in order."""
    anchors: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", prose_of(f"doc/{page}.md"), re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")
        seen = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", each) is not None for each in anchors)
        anchors.append(f"{anchor}-{seen}" if seen else anchor)
    return anchors


# links


def test_a_warning_of_the_build_fails_it(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("# Home\n\n[nowhere](nowhere.md)\n")
    command = [sys.executable, "-m", "sphinx", "-W", "-q", "-c", str(ROOT / "doc"), "-D", "navigation="]
    done = subprocess.run([*command, str(tmp_path), str(tmp_path / "site")], capture_output=True, text=True)
    assert done.returncode == 1
    assert "nowhere.md" in done.stderr


@each_page
def test_a_page_stands_in_the_navigation(pages: dict[str, Page], page: str) -> None:
    assert f"{page}.html" in pages
    assert page == "index" or f"{page}.html" in pages["index.html"].links


def test_every_link_leads_to_something_that_is_there(site: Path, pages: dict[str, Page]) -> None:
    broken = []
    for name, page in pages.items():
        for link in {*page.links, *page.assets}:
            path, _, anchor = link.partition("?")[0].partition("#")
            if re.match("https?:", link):
                continue
            target = os.path.normpath(Path(name).parent / path) if path else name
            if not (site / target).is_file() or (anchor and target in pages and anchor not in pages[target].ids):
                broken.append(f"{name}: {link}")
    assert broken == []


def test_no_page_has_an_anchor_twice(pages: dict[str, Page]) -> None:
    assert {name for name, page in pages.items() if len(page.ids) != len(set(page.ids))} == set()


@each_page
def test_headings_have_the_anchors_of_a_code_host(pages: dict[str, Page], page: str) -> None:
    assert set(anchors_of(page)) - set(pages[f"{page}.html"].ids) == set()


def test_other_tools_find_the_description_where_it_was(site: Path) -> None:
    assert (site / "openapi.json").read_bytes() == (ROOT / "doc/openapi.json").read_bytes()


# other hosts


def test_no_page_loads_anything_from_another_host(pages: dict[str, Page]) -> None:
    foreign = {asset for page in pages.values() for asset in page.assets if re.match(r"\w+:|//", asset)}
    assert foreign == set()


def test_no_style_and_no_script_asks_another_host(site: Path) -> None:
    asking = re.compile(
        r"""url\(\s*["']?(?:https?:)?//|@import|\b(?:fetch|import|open)\(\s*["'`](?:https?:)?//|src\s*=\s*["'`]https?:"""
    )
    files = [path for path in site.rglob("*") if path.suffix in (".css", ".js", ".html", ".svg")]
    assert len(files) > len(PAGES)
    assert {path.name for path in files if asking.search(path.read_text(encoding="utf-8"))} == set()


# names


@each_of_family
def test_a_method_has_one_heading_which_is_its_name(pages: dict[str, Page], facts: Facts) -> None:
    anchor = facts.python_method.replace("_", "-")
    headings = pages[group_page(facts)].headings
    assert [heading for heading in headings if anchor in heading[0]].count((anchor, facts.python_method)) == 1
    assert [text for at, text in headings if at == anchor] == [facts.python_method]


def test_the_headings_of_a_group_are_its_methods_and_nothing_twice(pages: dict[str, Page]) -> None:
    for page in {group_page(facts) for facts in FAMILY}:
        texts = [text for _, text in pages[page].headings]
        assert len(texts) == len(set(texts))
        assert {text for text in texts[1:] if " " in text} <= {"Class name"}


@each_of_family
def test_the_types_of_a_signature_lead_to_their_pages(pages: dict[str, Page], facts: Facts) -> None:
    model = facts.answer_type.removeprefix("list[").rstrip("]")
    names = [name for name in (model, facts.body_type) if name not in ("None", "form", None)]
    blocks = pages[group_page(facts)].code
    for name in names:
        address = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", str(name)).lower()
        assert any(block.get(str(name), "").startswith(f"../models/{address}.html#") for block in blocks)


def test_calls_in_examples_lead_to_the_method(pages: dict[str, Page]) -> None:
    links = {name: link for block in pages["scheduling.html"].code for name, link in block.items()}
    assert links["schedule_campaign_firmware_upgrade"] == (
        "controllers/campaigns-v3.html#schedule-campaign-firmware-upgrade"
    )
    assert links["FotaClient"] == "client.html#fotaclient"


def test_names_in_a_text_lead_to_their_descriptions(pages: dict[str, Page]) -> None:
    links = pages["errors-and-what-to-do.html"].links
    assert "errors.html#ratelimiterror" in links
    assert "models/fota-v3-result-exception.html#fota-v3-result-exception" in links


def test_other_documentation_can_refer_to_every_public_name(site: Path, pages: dict[str, Page]) -> None:
    lines = zlib.decompress((site / "objects.inv").read_bytes().split(b"\n", 4)[4]).decode().splitlines()
    found = [line.split(" ") for line in lines if " py:" in line]
    places = {name: place.replace("$", name) for name, _, _, place, _ in found}
    documented = {name for name in fota_sdk.__all__ if callable(getattr(fota_sdk, name))}
    assert {name for name in documented if f"fota_sdk.{name}" not in places} == set()
    assert "fota_sdk.CampaignsV3Controller.cancel_campaign" in places
    for place in places.values():
        page, _, anchor = place.partition("#")
        assert anchor in pages[page].ids


# what a reader meets


def test_version_and_changelog_are_there(site: Path, pages: dict[str, Page]) -> None:
    assert f"<title>fota-sdk {fota_sdk.__version__}" in (site / "index.html").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    headings = [text for _, text in pages["changelog.html"].headings]
    assert headings[0] == "Changelog"
    assert "Unreleased" in versions
    assert [version for version in versions if not any(heading.startswith(version) for heading in headings)] == []


def test_code_has_buttons_to_copy_it(site: Path) -> None:
    script = (site / "_static" / "copybutton.js").read_text(encoding="utf-8")
    page = (site / "getting-started.html").read_text(encoding="utf-8")
    for language in ("python", "sh"):
        assert f"div.highlight-{language} pre" in script
        assert f'<div class="highlight-{language} ' in page
    assert "copybutton.js" in page


def test_the_site_has_a_dark_mode_that_follows_the_reader(site: Path) -> None:
    page = (site / "index.html").read_text(encoding="utf-8")
    style = (site / "_static" / "styles" / "furo.css").read_text(encoding="utf-8")
    assert "prefers-color-scheme:dark" in style.replace(" ", "")
    assert "theme-toggle" in page


def test_a_cell_of_a_wide_table_says_of_which_column_it_is(site: Path, pages: dict[str, Page]) -> None:
    rows = [row for page in REFERENCE for row in pages[f"{page}.html"].rows if len(row) > 2]
    assert len(rows) > 300
    assert [cell for row in rows for cell in row[1:] if (cell.label is None) != (cell.text == "")] == []
    style = (site / "_static" / "site.css").read_text(encoding="utf-8")
    assert "attr(data-label)" in style


def test_pictures_have_texts_that_stand_for_them(pages: dict[str, Page]) -> None:
    texts = [text for page in pages.values() for text in page.alternatives]
    assert len(texts) >= 3
    assert [text for text in texts if len(text.split()) < 8] == []


def test_remarks_for_those_who_write_are_not_on_the_site(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search("<!-- (Made from|not run|index:)", text), page
