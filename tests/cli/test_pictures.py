"""The pictures in the documentation show what the commands show, and look the same wherever they are shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.cli.pictures import FOLDER, picture_of_demo, picture_of_rollout, picture_of_wait

pytestmark = pytest.mark.pages

_CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}-\d{2}")


def words(svg: str) -> list[str]:
    """Return the lines of a picture, without what differs from day to day."""
    texts = [each.text or "" for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    return [_CHANGING.sub("*", text.replace("\xa0", " ")).strip() for text in texts if text.strip()]


@pytest.mark.parametrize(
    ("name", "make", "word"),
    [
        ("demo", picture_of_demo, "CampaignPreScheduled"),
        ("wait", picture_of_wait, "CampaignPreScheduled"),
        ("rollout", picture_of_rollout, "paused"),
    ],
)
def test_a_picture_is_as_the_command_is_now(name: str, make: Callable[[], str], word: str) -> None:
    svg = (FOLDER / f"{name}.svg").read_text()
    assert word in svg
    shown = words(svg)
    assert shown == words(make()), "python -m tests.cli.pictures makes the pictures anew"


PICTURES = sorted(FOLDER.glob("*.svg"))
SVG = "{http://www.w3.org/2000/svg}"
# What every viewer draws; style sheets, clips, markers, scripts and what is loaded are left out by some.
DRAWN = {"svg", "title", "g", "rect", "circle", "path", "polygon", "text"}
ELSEWHERE = {"class", "style", "id", "href", "clip-path", "mask", "filter", "marker-end", "marker-start"}
COLOUR = re.compile(r"#[0-9a-f]{6}|none")


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_needs_nothing_but_itself(path: Path) -> None:
    elements = list(ET.parse(path).iter())
    assert {element.tag.removeprefix(SVG) for element in elements} <= DRAWN
    assert {name for element in elements for name in element.attrib} & ELSEWHERE == set()
    colours = [value for element in elements for name, value in element.attrib.items() if name in ("fill", "stroke")]
    assert [colour for colour in colours if not COLOUR.fullmatch(colour)] == []


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_has_a_size_a_title_and_a_ground_of_its_own(path: Path) -> None:
    root = ET.parse(path).getroot()
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
    assert root.attrib["role"] == "img"
    title, ground, *_ = root
    assert (title.tag, bool(title.text)) == (f"{SVG}title", True)
    assert (ground.tag, ground.attrib["width"], ground.attrib["height"]) == (
        f"{SVG}rect",
        root.attrib["width"],
        root.attrib["height"],
    )


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_picture_asks_for_fonts_that_are_there(path: Path) -> None:
    elements = list(ET.parse(path).iter())
    families = [element.attrib["font-family"] for element in elements if "font-family" in element.attrib]
    assert bool(families) is any(element.tag == f"{SVG}text" for element in elements)
    assert {family.rpartition(", ")[2] for family in families} <= {"monospace", "sans-serif"}
