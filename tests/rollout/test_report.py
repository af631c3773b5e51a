"""The report is one page that needs nothing beside it, and tells what the journal tells."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from html.parser import HTMLParser
from pathlib import Path

import pytest

from fota_sdk.rollout import Rollout, RolloutPlan, Wave, plots
from fota_sdk.rollout.report import write_report
from fota_sdk.sandbox import Sandbox

_PACKAGE = {
    "firmware_name": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    "firmware_from": "SR1.2.0.0-10512",
    "firmware_to": "SR1.2.0.0-10657",
}
_DEVICES = ("990013907884253", "990013907835578", "990013907833573")


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def rollout(tmp_path: Path) -> Iterator[Rollout]:
    """A roll-out of three devices that has ended, one of which has failed."""
    plan = RolloutPlan(name="<b>Spring & co", campaign=_PACKAGE, wave=(Wave(share="100%", success="50%", soak="0h"),))
    with Sandbox(devices=_DEVICES) as sandbox, sandbox.mocked():
        sandbox.fail_device(_DEVICES[1], reason="Flash <damaged> & worn")
        ahead = timedelta()
        client = sandbox.client()

        def now() -> datetime:
            return datetime.now(timezone.utc) + ahead

        rows = [(imei, sandbox.account) for imei in _DEVICES]
        with Rollout.create(tmp_path / "r", plan, rows, now=now, sleep=lambda _: None) as rollout:
            rollout.start()
            for _ in range(60):
                if rollout.step(lambda _: client).state == "finished":
                    break
                sandbox.advance(hours=6)
                ahead += timedelta(hours=6)
            yield rollout


def test_the_page_names_no_device_though_a_reason_does(tmp_path: Path) -> None:
    rows = [(imei, "0000123456-00001") for imei in _DEVICES]
    plan = RolloutPlan(name="Spring", campaign=_PACKAGE, wave=(Wave(share="100%"),))
    with Rollout.create(tmp_path / "r", plan, rows) as rollout:
        rollout.pause(f"look at {_DEVICES[0]} first")
        rollout.step(lambda account: pytest.fail("there is nothing to ask"))
        write_report(rollout, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert text.count("look at a device first") == 2  # the reason, and the event
    assert _DEVICES[0] not in text


def test_the_page_tells_states_and_reasons_and_escapes_them(rollout: Rollout, tmp_path: Path) -> None:
    write_report(rollout, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    words = " ".join(_Page(text).words)
    assert "<b>Spring & co" in words
    assert "2 of 3 devices" in words
    assert "Why devices were not upgraded" in words
    assert "Flash <damaged> & worn" in words
    days = text.split("<h2>Days</h2>", 1)[-1].split("</table>", 1)[0]
    assert re.findall(r"<th[^>]*>(.*?)</th>", days) == ["day", "succeeded", "failed", "failed so far"]
    assert "<b>Spring" not in text
    assert "<damaged>" not in text


def test_the_page_names_no_device(rollout: Rollout, tmp_path: Path) -> None:
    write_report(rollout, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert not any(imei in text for imei in _DEVICES)


def test_the_page_asks_for_nothing(rollout: Rollout, tmp_path: Path) -> None:
    write_report(rollout, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    page = _Page(text)
    assert {"link", "script", "img", "iframe"}.isdisjoint(tag for tag, _ in page.tags)
    addresses = [attrs[name] for _, attrs in page.tags for name in ("src", "href", "xlink:href") if name in attrs]
    assert all(address is not None and address.startswith("#") for address in addresses)
    assert "@import" not in text
    assert not re.findall(r"url\((?!#)", text)


def test_the_plots_are_drawn_in_the_colour_of_the_page(rollout: Rollout, tmp_path: Path) -> None:
    assert write_report(rollout, tmp_path / "report.html") is True
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    drawn = re.findall(r"<svg.*?</svg>", text, flags=re.DOTALL)
    assert len(drawn) == 2
    for each in drawn:
        ET.fromstring(each)
        assert "currentColor" in each


def test_the_same_roll_out_gives_the_same_page(rollout: Rollout, tmp_path: Path) -> None:
    now = datetime(2026, 12, 24, tzinfo=timezone.utc)
    for name in ("one", "two"):
        write_report(rollout, tmp_path / name, now=now)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_without_the_extra_the_page_has_its_tables(
    rollout: Rollout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "find_spec", lambda _: None)
    assert write_report(rollout, tmp_path / "report.html") is False
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<svg" not in text
    assert "Flash &lt;damaged&gt;" in text


def test_a_roll_out_that_has_not_begun_has_a_page(tmp_path: Path) -> None:
    plan = RolloutPlan(name="Spring", campaign=_PACKAGE)
    with Rollout.create(tmp_path / "r", plan, [(_DEVICES[0], "0000123456-00001")]) as rollout:
        write_report(rollout, tmp_path / "report.html")
    words = " ".join(_Page((tmp_path / "report.html").read_text(encoding="utf-8")).words)
    assert "Upgraded: 0 of 1 device in 1 account." in words
    assert "Why devices were not upgraded" not in words
