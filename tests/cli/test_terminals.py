"""Terminals of any width, and texts of any script: every value is shown, as it is, and none steers the terminal."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from rich.cells import cell_len

from fota_sdk.cli.output import printable
from fota_sdk.sandbox import Sandbox
from tests.cli.command import (
    SCHEDULE,
    Done,
    Environment,
    day,
    on_terminal,
    run,
    run_here,
    run_on_terminal_here,
    scheduled,
)
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS

WIDTHS = [1, 5, 10, 20, 40, 80]
NAME = "Pilot " + "of a long way " * 8 + "end"
PACKAGE = "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657_" + "x" * 60
READ = "v3.get_campaign_information"
CHANGE = "v3.update_campaign_firmware_devices"


def squeezed(text: str) -> str:
    """Return what a terminal shows without lines, frames and spaces."""
    return re.sub(r"[\s│─╭╮╰╯┬┴┼├┤]", "", text)


def missing(done: Done, *values: str) -> list[str]:
    """Return the values that a terminal does not show in full."""
    return [value for value in values if squeezed(value) not in squeezed(done.text)]


def in_pieces(done: Done, *values: str) -> list[str]:
    """Return the values that cannot be copied in one piece."""
    return [value for value in values if value not in done.text]


@pytest.mark.parametrize("columns", WIDTHS)
def test_every_value_is_shown_at_every_width(environment: Environment, sandbox: Sandbox, columns: int) -> None:
    narrow = {**environment, "COLUMNS": str(columns)}
    schedule = [PACKAGE if part == "GM01Q_2" else part for part in SCHEDULE["v3"]]
    options = ("--name", NAME, "--window", "18-22", "--window", "0-4", "--device", IMEIS[0])
    done = run_on_terminal_here(narrow, "v3", *schedule, *options)
    (campaign_id,) = re.findall(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", done.text)[:1]
    assert missing(done, NAME) == []
    facts = (PACKAGE, ACCOUNT, campaign_id, "18-22, 0-4 (hours, UTC)", "CampaignRequestPending", day(3), day(9))
    done = run_on_terminal_here(narrow, "v3", "show", campaign_id)
    assert missing(done, NAME, *facts) == []
    assert in_pieces(done, PACKAGE, ACCOUNT, campaign_id, "CampaignRequestPending", day(3)) == []

    done = run_on_terminal_here(narrow, "v3", "dates", "--end", day(11), campaign_id)
    assert missing(done, "now", "then", day(9), day(11), *facts[:-1]) == []
    done = run_on_terminal_here(narrow, "v3", "devices", "append", "--device", IMEIS[0], campaign_id)
    assert done.code == 1
    assert in_pieces(done, IMEIS[0], "AddDeviceFailed") == []
    assert missing(done, "Device is already in the campaign", "refused for 1 of 1 device") == []
    done = run_on_terminal_here(narrow, "v3", "wait", "--until", "request-pending", campaign_id)
    assert missing(done, "CampaignRequestPending") == []
    done = run_on_terminal_here(narrow, "check")
    assert missing(done, "the session token is taken", "FOTA_SESSION_TOKEN", environment["FOTA_BASE_URL"]) == []


@pytest.mark.parametrize("columns", WIDTHS)
def test_errors_findings_and_help_are_shown_at_every_width(
    environment: Environment, sandbox: Sandbox, columns: int
) -> None:
    narrow = {**environment, "COLUMNS": str(columns)}
    sandbox.fail_next(400, {"errorCode": "CODE", "errorMessage": NAME}, operation=READ)
    assert in_pieces(run_on_terminal_here(narrow, "v3", "show", CAMPAIGN_ID), f"CODE: {NAME}") == []
    done = run_on_terminal_here(narrow, "v3", *SCHEDULE["v3"], "--device", "990013907884254", "--device", "12")
    assert in_pieces(done, "'990013907884254' has a wrong check digit", "'12' has 2 digits; an IMEI has 15") == []
    for command in ((), ("v3",), ("v3", "devices"), ("v3", "schedule")):
        wide = run_on_terminal_here({**environment, "COLUMNS": "300"}, *command, "--help")
        done = run_on_terminal_here(narrow, *command, "--help")
        assert missing(done, *wide.text.split()) == []
        assert "..." not in done.text.partition("Commands:")[2]


@pytest.mark.parametrize("columns", WIDTHS)
def test_the_demo_is_shown_at_every_width(environment: Environment, columns: int) -> None:
    wide = run_on_terminal_here({**environment, "COLUMNS": "300"}, "demo", "--fast")
    narrow = run_on_terminal_here({**environment, "COLUMNS": str(columns)}, "demo", "--fast")
    ids = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
    assert ids.sub("ID", narrow.text) == ids.sub("ID", wide.text)


def test_a_wait_is_shown_at_every_width_of_a_real_terminal(environment: Environment) -> None:
    campaign_id = scheduled(environment, "v3", "--name", NAME, "--device", IMEIS[0])
    wanted = ("v3", "wait", "--until", "request-pending", campaign_id)
    for columns in (1, 20, 48, 60, 80):
        done = on_terminal(environment, *wanted, columns=columns)
        assert done.code == 0
        assert missing(done, "CampaignRequestPending") == []
        assert missing(done, *((NAME, f"Campaign {campaign_id}") if "╭" in done.text else ())) == []
        assert max(map(cell_len, done.text.splitlines())) <= max(columns, 43)
        assert ("╭" in done.text) == (columns >= 60)


@pytest.mark.parametrize("columns", ["0", "-1", "x", "", "²", "1e9", "00"])
@pytest.mark.parametrize("name", ["COLUMNS", "LINES"])
def test_a_width_that_is_none_is_not_taken(environment: Environment, name: str, columns: str) -> None:
    campaign_id = scheduled(environment, "v3")
    odd = {**environment, "COLUMNS": "80", name: columns}
    plain = run_on_terminal_here({**environment, "COLUMNS": "80"}, "v3", "show", campaign_id)
    assert run_on_terminal_here(odd, "v3", "show", campaign_id) == plain
    waited = run_on_terminal_here(odd, "v3", "wait", "--until", "request-pending", campaign_id)
    assert missing(waited, campaign_id, "CampaignRequestPending") == []
    assert run_on_terminal_here(odd, "--help").code == 0


def test_a_terminal_that_tells_no_width_has_80_columns(environment: Environment) -> None:
    campaign_id = scheduled(environment, "v3")
    done = on_terminal(environment, "v3", "show", campaign_id, columns=0)
    assert "╭" in done.text
    assert missing(done, campaign_id, "CampaignRequestPending", day(3)) == []
    done = on_terminal({**environment, "COLUMNS": "0"}, "v3", "show", campaign_id, columns=20)
    assert "╭" not in done.text
    assert in_pieces(done, campaign_id, "CampaignRequestPending", day(3)) == []


def test_a_table_breaks_no_word(environment: Environment, sandbox: Sandbox) -> None:
    campaign: Any = {"id": "i", "campaignName": "word " * 30, "firmwareName": "f" * 60}
    for length, has_table in ((60, True), (61, False)):
        campaign["firmwareName"] = "f" * length
        sandbox.fail_next(200, campaign, operation=READ)
        done = run_on_terminal_here({**environment, "COLUMNS": "80"}, "v3", "show", "i")
        assert in_pieces(done, "f" * length) == []
        assert ("╭" in done.text) == has_table


# Characters


AS_THEY_ARE = [
    "東京\u3000パイロット",  # the ideographic space
    "한국어",
    "12\u00a0000\u202fм",  # no-break spaces
    "a\u2003b\u2009c\u1680d",  # spaces of other widths
    "e\u0301 n\u0303",  # combining marks
    "👩\u200d👩\u200d👧 🇩🇪 ☎\ufe0f",  # joiners, flags, a variation selector
    "\u0645\u06cc\u200c\u062e",  # a non-joiner, in Persian
    "soft\u00adhyphen",
    "\ue000\uf8ff",  # private use
    "עברית العربية",
    "\\ ' \" ` ~",
]
STEERING = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    *"\u2028\u2029",
    *"\ud800\udbff\udc80\udfff",
]


@pytest.mark.parametrize("text", AS_THEY_ARE)
def test_a_text_is_shown_as_it_is(environment: Environment, sandbox: Sandbox, text: str) -> None:
    assert printable(text) == text
    for show in (run, run_on_terminal_here):
        sandbox.fail_next(200, {"id": "i", "campaignName": text, "new": {"key": [text]}}, operation=READ)
        done = show({**environment, "PYTHONIOENCODING": "utf-8"}, "v3", "show", "i")
        assert re.search(rf"name[ │]+{re.escape(text)} *│?$", done.text, re.MULTILINE), done.text
        assert len(re.findall(re.escape(text if text[0] != "\\" else text[2:4]), done.text)) == 2
    sandbox.fail_next(400, {"errorCode": text, "errorMessage": text}, operation=READ)
    assert f"{text}: {text}." in run_here(environment, "v3", "show", "i").err
    dry = ("v3", *SCHEDULE["v3"], "--name", text, "--device", IMEIS[0], "--dry-run")
    assert re.search(rf"^name +{re.escape(text)}$", run_here(environment, *dry).out, re.MULTILINE)
    assert json.loads(run_here(environment, *dry, "--json").out)["body"]["campaignName"] == text


@pytest.mark.parametrize("character", STEERING, ids=lambda character: f"{ord(character):04x}")
def test_what_steers_a_terminal_is_shown_as_an_escape(character: str) -> None:
    assert printable(f"a{character}b") == f"a\\x{ord(character):02x}b"


def test_nothing_that_steers_reaches_a_terminal(environment: Environment, sandbox: Sandbox) -> None:
    text = "".join(STEERING)
    campaign = {"id": text, "campaignName": text, "status": text, "new": {text: text}, text: text}
    devices = {"campaignId": text, "deviceList": [{"deviceId": text, "status": text, "Reason": text}]}
    for show in (run_here, run_on_terminal_here):
        sandbox.fail_next(200, campaign, operation=READ)
        shown = show(environment, "v3", "show", "i")
        sandbox.fail_next(200, campaign, operation=READ)
        waited = show({**environment, "TERM": "dumb"}, "v3", "wait", "--interval", "0.1", "--until", text, "i")
        sandbox.fail_next(200, devices, operation=CHANGE)
        changed = show(environment, "v3", "devices", "append", "--device", IMEIS[0], "i")
        sandbox.fail_next(400, {"errorCode": text, "errorMessage": text}, operation=READ)
        refused = show(environment, "v3", "show", "i")
        wrong = show(environment, "v3", f"show{text}")
        for done in (shown, waited, changed, refused, wrong):
            assert [each for each in STEERING if each != "\n" and each in done.text + done.err] == []
    dry = ("v3", *SCHEDULE["v3"], "--name", text[:-4], "--device", IMEIS[0], "--dry-run")
    assert [each for each in STEERING if each != "\n" and each in run_here(environment, *dry).out] == []
    assert json.loads(run_here(environment, *dry, "--json").out)["body"]["campaignName"] == text[:-4]
