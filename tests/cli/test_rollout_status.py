"""``fota rollout status``: a table, what happens next, and what to do, at any width; live, or a line a change."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from fota_sdk.cli.rollout_journal import opened
from fota_sdk.cli.rollout_picture import Live
from fota_sdk.cli.rollout_table import ASCII, BLOCKS, Marks, parts_of_bar
from fota_sdk.cli.rollout_view import view_of
from fota_sdk.cli.rollout_words import away, listed, when
from fota_sdk.exceptions import number_of
from fota_sdk.rollout import Rollout
from fota_sdk.times import span
from tests.cli.command import COLUMNS, Done, Terminal, interrupted, on_terminal, run_here, run_on_terminal_here
from tests.cli.rollouts import OTHER, PLAN, Field, field_of
from tests.conftest import ACCOUNT

TWO_WAVES = "[[wave]]\nname = 'pilot'\ndevices = 5\n\n[[wave]]\nshare = '100%'\n"


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Field]:
    with field_of(tmp_path) as field:
        field.start(PLAN + TWO_WAVES)
        yield field


def test_the_table_tells_each_wave(started: Field) -> None:
    started.sandbox.fail_device(started.devices[0])
    started.on("step")
    lines = started.on("status").out.splitlines()
    assert lines[:5] == [
        "Spring: running, 0 of 40 devices succeeded",
        "wave     state    devices                      succeeded  failed  rejected  open",
        "1 pilot  running       10  ------------------          0       0         0    10",
        "wave 2   waiting       30  ..................          0       0         0    30",
        "# succeeded  x failed  % rejected, other  - in a campaign  . waiting",
    ]
    assert lines[5] == ""
    assert lines[6] == "wave 1: 0 of 10 devices succeeded (0.0%); the gate wants 90%"


def test_it_tells_when_a_wave_that_soaks_has_passed(started: Field) -> None:
    started.until(lambda status: status["waves"][0]["state"] == "soaking")
    (soaks,) = [line for line in started.on("status").out.splitlines() if line.startswith("wave 1: ")]
    assert "devices succeeded" in soaks
    assert "; soaks until " in soaks


def test_it_tells_what_a_stop_would_cancel(started: Field) -> None:
    started.on("step")
    assert "a stop now: cancels 10 devices; 0 run to their end\n" in started.on("status").out
    started.steps(days=2)
    assert "a stop now: cancels 0 devices; " in started.on("status").out


def test_a_campaign_whose_first_day_has_come_is_not_called_one_that_a_stop_cancels(started: Field) -> None:
    started.on("step")
    started.sandbox.advance(days=1)  # and no step has looked since
    assert "a stop now: cancels 0 devices; 10 run to their end\n" in started.on("status").out


def test_it_tells_the_end(started: Field) -> None:
    done = started.until(lambda status: status["state"] == "finished")
    assert done.code == 0
    lines = started.on("status").out.splitlines()
    assert lines[0] == "Spring: finished, 40 of 40 devices succeeded"
    assert lines[-1] == "next: nothing, all devices succeeded"


def test_it_tells_who_did_not_succeed_in_the_end(started: Field) -> None:
    started.sandbox.fail_device(started.devices[0])
    started.until(lambda status: status["state"] == "finished")
    lines = started.on("status").out.splitlines()
    assert lines[-2:] == [
        "next: nothing; 1 device did not succeed",
        f"    which, and why: fota rollout devices {started.journal} --not-succeeded",
    ]
    told = started.on("devices", "--not-succeeded", "--csv").out.splitlines()
    assert [line.split(",")[0] for line in told] == ["imei", started.devices[0]]
    done = started.on("devices", "--not-succeeded", "--state", "failed")
    assert (done.code, "give --state or --not-succeeded" in done.err) == (2, True)


def test_no_step_for_long_needs_a_person(started: Field) -> None:
    started.on("step")
    started.sandbox.advance(days=2)
    done = started.on("status")
    assert done.code == 7
    (late,) = [line for line in done.out.splitlines() if line.startswith("late: ")]
    assert late == "late: no step for 2 d; does cron, or whatever calls it, still run?"
    assert f"    by hand: fota rollout step {started.journal}\n" in done.out
    assert started.status()["is_late"] is True


def test_a_clock_that_was_set_back_needs_a_person(started: Field) -> None:
    def ahead() -> datetime:
        return started.sandbox._clock.now() + timedelta(days=2)

    with Rollout.open(started.journal, now=ahead) as rollout, started.sandbox.client() as client:
        rollout.step(lambda account: client)
    for command in ("status", "step"):
        done = started.on(command)
        assert done.code == 7
        late = "late: the last step was 2 d ahead of the clock, which was set back: nothing is due before then"
        assert late in done.out, done.out
    assert "late: " in started.on("step", "--quiet").out


def test_a_sandbox_that_has_gone_is_no_clock_that_was_set_back(started: Field) -> None:
    started.sandbox.advance(days=30)
    started.on("step")
    url = started.sandbox.url
    started.sandbox.close()
    done = started.on("status")
    (late,) = [line for line in done.out.splitlines() if line.startswith("late: ")]
    assert late.startswith("late: the last step was ")
    ahead = f" ahead of this machine's clock, and no sandbox tells the time at {url}: nothing is due before then"
    assert late.endswith(ahead)


def test_a_shell_without_the_variables_goes_by_the_clock_of_the_sandbox_too(started: Field) -> None:
    started.sandbox.advance(days=30)
    started.on("step")
    assert run_here({}, "rollout", "status", str(started.journal)).out == started.on("status").out


def test_accounts_that_cannot_be_asked_for_long_need_a_person(started: Field) -> None:
    started.on("step")
    started.sandbox.fail_next(403, operation="v3.get_campaign_information", times=100)
    done = started.steps(days=4)
    assert done.code == 7
    assert f"failing: 2 accounts could not be asked for long, such as {ACCOUNT}; nothing is sent there\n" in done.out
    assert f"    what the service says: fota rollout events {started.journal}\n" in done.out
    anew = "a sandbox that was started anew knows no campaign of before; begin anew, too: fota rollout start --journal "
    assert f"    {anew}OTHER.rollout PLAN.toml\n" in done.out
    assert "403" in started.on("events").out


def test_after_a_move_it_is_told_until_when_nothing_is_scheduled_and_why(started: Field) -> None:
    moved = started.journal.rename(started.folder / "elsewhere.rollout")
    started.run("step", str(moved), "--moved")
    (note,) = [line for line in started.run("status", str(moved)).out.splitlines() if line.startswith("moved: ")]
    what = f"moved: the journal was moved or restored; nothing is scheduled for 2 accounts, such as {ACCOUNT}, before "
    assert note.startswith(what)
    assert note.endswith(": until then reports may lack campaigns that it does not know")
    assert str(started.sandbox.today + timedelta(days=2)) in note
    started.sandbox.advance(days=2)
    assert f"{what}a step has looked through all campaigns there\n" in started.run("status", str(moved)).out
    started.run("step", str(moved))
    assert "moved: " not in started.run("status", str(moved)).out


def test_a_plan_that_was_changed_is_told(started: Field) -> None:
    started.plan.write_text(started.plan.read_text().replace("Spring", "Summer"))
    assert (
        f"plan: {started.plan} says something else by now; what was planned at the start holds\n"
        in started.on("status").out
    )
    assert started.status()["plan_differs"] is True


def test_devices_of_somebody_else_and_words_that_are_not_known_are_told(started: Field) -> None:
    started.on("step")
    started.sandbox.advance(days=1)
    rows = [
        *({"deviceId": imei, "status": "UpgradeDancing"} for imei in started.of(ACCOUNT)[:20]),
        {"deviceId": "990013907884253", "status": "UpgradePending"},
    ]
    page = {"hasMoreData": False, "maxPageSize": 1000, "totalDevice": 21, "deviceList": rows}
    started.sandbox.fail_next(200, page, times=2, operation="v3.get_campaign_device_status")
    started.on("step")
    text = started.on("status").out
    assert "foreign: " in text
    assert "devices put into our campaigns by somebody else; not counted\n" in text
    assert "unknown: 5 devices in a status that is not known here, counted as open\n" in text


def test_json_is_the_status_of_the_library(started: Field) -> None:
    done = started.on("status", "--json")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    with started.opened() as rollout:
        assert told.keys() == rollout.status().to_dictionary().keys()
    assert {"name", "state", "reasons", "waves", "next_at", "needs_person"} <= told.keys()


def test_status_needs_no_secret_and_sends_nothing_but_a_look_at_the_clock(started: Field) -> None:
    asked = len(started.sandbox.requests)
    nothing = {**started.environment, "FOTA_API_TOKEN": "", "FOTA_SESSION_TOKEN": ""}
    assert run_here(nothing, "rollout", "status", str(started.journal)).code == 0
    assert len(started.sandbox.requests) == asked


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/api", "nonsense", ""])
def test_status_works_where_the_service_cannot_be_reached(started: Field, url: str) -> None:
    done = run_here({**started.environment, "FOTA_BASE_URL": url}, "rollout", "status", str(started.journal))
    assert done.code == 0
    assert done.out.startswith("Spring: running")


# On a terminal


def test_the_bars_of_a_terminal_are_blocks(started: Field) -> None:
    started.on("step")
    done = started.on_terminal("status")
    assert done.code == 0
    assert "1 pilot  running       10  ░░░░░░░░░░░░░░░░░░  " in done.text
    assert "█ succeeded  ▓ failed  ▒ rejected, other  ░ in a campaign  · waiting" in done.text


@pytest.mark.parametrize("columns", [20, 40, 60, 80, 120])
def test_every_number_is_shown_at_every_width(started: Field, columns: int) -> None:
    started.steps(days=1)
    narrow = {**started.environment, "COLUMNS": str(columns)}
    done = run_on_terminal_here(narrow, "rollout", "status", str(started.journal))
    squeezed = done.text.replace("\n", "").replace(" ", "")
    for words in ("1pilotrunning10", "wave2waiting30", "10devicessucceeded", "thegatewants90%", "astopnow:"):
        assert words in squeezed
    if columns >= 80:
        assert max(map(len, done.text.splitlines())) <= columns


def test_a_status_fits_a_terminal_of_80_by_24(started: Field) -> None:
    started.sandbox.outcomes(failed=0.999)
    started.steps(days=4)
    done = started.on_terminal("status")
    lines = done.text.splitlines()
    assert len(lines) <= 23
    assert max(len(line) for line in lines if "fota rollout" not in line) <= COLUMNS


def test_commands_are_copied_in_one_piece(started: Field) -> None:
    started.on("pause", "--account", ACCOUNT)
    started.on("step")
    assert f"fota rollout resume {started.journal} --account {ACCOUNT}\n" in started.on_terminal("status").text


# Watching


def test_watching_a_terminal_draws_until_it_is_over(started: Field) -> None:
    started.on("stop", "--yes")
    started.on("step")
    done = on_terminal(started.environment, "rollout", "status", "--watch", str(started.journal))
    assert done.code == 0
    assert "Spring: stopped, 0 of 40 devices succeeded" in done.text


@pytest.mark.parametrize("height", [6, 12, 24, 60])
def test_a_live_picture_fits_the_terminal_and_keeps_what_is_done_now(started: Field, height: int) -> None:
    for account in (ACCOUNT, OTHER):
        started.on("pause", "--account", account, "--comment", "alarms from the field " * 5)
    started.on("step")
    screen = Terminal()
    console = Console(file=screen, width=COLUMNS, height=height, force_terminal=True, highlight=False)
    with opened(str(started.journal)) as rollout, Live(console) as live:
        live.step(view_of(rollout), ["one", "two"])
        screen.truncate(0)
        live.show(view_of(rollout), "next step in 6 h")
        lines = Done(0, screen.getvalue()).text.strip("\0 \n").split("\n")
    assert len(lines) < height
    assert lines[0].startswith("Spring: running")
    assert [line[18:].strip() for line in lines[-3:-1]] == ["one", "two"]
    assert lines[-1].strip() == "next step in 6 h"
    assert any("there is more than fits here" in line for line in lines) == (height < 24)


def test_watching_elsewhere_prints_a_line_for_each_change(started: Field) -> None:
    started.on("step")
    process = interrupted(
        started.environment,
        *("rollout", "status", "--watch", str(started.journal)),
        when=Told(lambda: [started.on("pause"), started.on("step")]),
    )
    assert process.code == 130
    assert process.err.strip() == "no longer watched; the roll-out goes on"
    first, second = (line[18:] for line in process.out.splitlines() if not line.startswith(" "))
    assert first == "Spring running, wave 1 is running; 0 succeeded, 0 failed"
    assert second.startswith("Spring paused (user)")


class Told:
    """Waits some seconds, does something, and waits again."""

    def __init__(self, action: Any) -> None:
        self._end = datetime.now() + timedelta(seconds=4)
        self._action: Any = action

    def __call__(self) -> bool:
        now = datetime.now()
        if self._action is not None and now > self._end:
            self._action()
            self._action, self._end = None, now + timedelta(seconds=4)
        return self._action is None and now > self._end


def test_watching_is_for_people(started: Field) -> None:
    assert started.on("status", "--watch", "--json").code == 2


# Words and bars

NOW = datetime(2026, 11, 27, 22, 30, tzinfo=timezone.utc)
BERLIN = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (NOW, "today 23:30 (2026-11-27 22:30 UTC), now"),
        (NOW + timedelta(minutes=20), "today 23:50 (2026-11-27 22:50 UTC), in 20 min"),
        (NOW + timedelta(hours=1), "tomorrow 00:30 (2026-11-27 23:30 UTC), in 1 h"),
        (NOW + timedelta(days=2, hours=3), "Mon 30 Nov 02:30 (2026-11-30 01:30 UTC), in 2 d 3 h"),
        (NOW + timedelta(days=60), "Tue 26 Jan 2027 23:30 (2027-01-26 22:30 UTC), in 60 d"),
        (NOW - timedelta(hours=25), "yesterday 22:30 (2026-11-26 21:30 UTC), 1 d 1 h ago"),
    ],
)
def test_a_time_in_the_words_of_people_here(at: datetime, words: str) -> None:
    assert when(at, NOW, BERLIN) == words


def test_spans_and_numbers_in_words() -> None:
    assert span(timedelta(hours=5, minutes=59, seconds=40)) == "6 h"
    assert span(timedelta(hours=1, minutes=5)) == "1 h 5 min"
    assert away(NOW + timedelta(seconds=20), NOW) == "now"
    assert [number_of(1, "device"), number_of(1080, "device")] == ["1 device", "1,080 devices"]
    assert [listed([]), listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


@pytest.mark.parametrize(
    ("counts", "parts"),
    [
        ((0, 0, 0, 0, 0), [0, 0, 0, 0, 0]),
        ((10, 0, 0, 0, 0), [10, 0, 0, 0, 0]),
        ((5, 0, 0, 5, 0), [5, 0, 0, 5, 0]),
        ((9990, 10, 0, 0, 0), [9, 1, 0, 0, 0]),
        ((999_996, 1, 1, 1, 1), [6, 1, 1, 1, 1]),
        ((1, 1, 1, 0, 0), [4, 3, 3, 0, 0]),
    ],
)
def test_each_part_of_a_bar_has_its_share_and_one_cell_at_least(counts: tuple[int, ...], parts: list[int]) -> None:
    assert parts_of_bar(counts, 10) == parts


def test_a_terminal_without_blocks_has_letters() -> None:
    assert (Marks.of("utf-8"), Marks.of("ascii"), Marks.of("latin-1")) == (BLOCKS, ASCII, ASCII)
    assert OTHER
