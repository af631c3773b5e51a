"""The pictures in the documentation show what the commands show, and load nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from tests.cli.pictures import FOLDER, picture_of_demo, picture_of_wait

pytestmark = pytest.mark.pages

_CHANGING = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d{2}-\d{2}")


def words(svg: str) -> list[str]:
    """Return the lines of a picture, without what differs from day to day."""
    texts = [each.text or "" for each in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    return [_CHANGING.sub("*", text.replace("\xa0", " ")).strip() for text in texts if text.strip()]


@pytest.mark.parametrize(("name", "make"), [("demo", picture_of_demo), ("wait", picture_of_wait)])
def test_a_picture_is_as_the_command_is_now(name: str, make: Callable[[], str]) -> None:
    svg = (FOLDER / f"{name}.svg").read_text()
    assert "CampaignPreScheduled" in svg
    assert re.findall(r"url\(\s*['\"]?http|<image|<script|@import|font-face", svg) == []
    shown = words(svg)
    assert shown == words(make()), "python -m tests.cli.pictures makes the pictures anew"
