"""What a look at a campaign means for its devices."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from fota_sdk.rollout import CampaignState, DeviceState
from fota_sdk.rollout.outcome import Known, Observation, Outcome, Seen, outcome_of
from tests.rollout.snapshots import DAY, HOUR, NOW

many = settings(derandomize=True, max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SETTLE = DAY
IMEIS = [f"9900139078{number:05}" for number in range(6)]
ONE, TWO, THREE = IMEIS[:3]
FOREIGN = "990013907899999"
AT = int(NOW.timestamp())

UNDER_WAY = [
    "Accepted",
    "UpgradePending",
    "UpgradeScheduled",
    "ReceivedDeviceDataFromNetwork",
    "NoDeviceDataFromNetwork",
    "RequestToFotaServerFailed",
]
ENDS = {
    "UpgradeSuccess": DeviceState.SUCCEEDED,
    "UpgradeFailed": DeviceState.FAILED,
    "UpgradedFailed": DeviceState.FAILED,
    "DeviceRejected": DeviceState.REJECTED,
}
CALLED_OFF = ["CampaignCancelled", "CampaignAborted"]
BEFORE_START = ["CampaignRequestPending", "CampaignRequestQueued", "CampaignPreScheduled", "CampaignQueued"]
OVER = ["CampaignEnded", "CampaignCancelled", "CampaignAborted", "CampaignFailed", "CampaignRequestFailed"]


def known(*states: str, status: str | None = None, missing_at: int | None = None) -> list[Known]:
    return [
        (rank, imei, state, status, missing_at)
        for rank, (imei, state) in enumerate(zip(IMEIS, states, strict=False), start=1)
    ]


def report(status: str, *words: str | None, total: int | None = None, **facts: Any) -> Observation:
    """A campaign and its report: a word for each of our devices in turn, None where the report lacks it."""
    devices = [(imei, word, f"why {word}") for imei, word in zip(IMEIS, words, strict=False) if word is not None]
    return Observation(1, status, devices=tuple(devices), total=len(devices) if total is None else total, **facts)


def look(
    devices: list[Known],
    observation: Observation,
    state: str = CampaignState.SCHEDULED,
    final_at: datetime | None = None,
    now: datetime = NOW,
) -> Outcome:
    return outcome_of(state, final_at, devices, observation, now, SETTLE)


def states(outcome: Outcome) -> dict[str, str]:
    """The states of the devices that change."""
    return {IMEIS[rank - 1]: state for rank, state, *_ in outcome.changes}


# Words


@pytest.mark.parametrize("word", UNDER_WAY)
@pytest.mark.parametrize(
    ("status", "state"),
    [("CampaignScheduled", DeviceState.IN_PROGRESS), *[(each, DeviceState.QUEUED) for each in BEFORE_START]],
)
def test_a_device_that_is_not_done_is_under_way_once_its_campaign_has_started(
    word: str, status: str, state: str
) -> None:
    outcome = look(known("queued"), report(status, word))
    assert (outcome.counts, outcome.changes) == ({state: 1}, [(1, state, word, None, None)])


@pytest.mark.parametrize(("word", "state"), ENDS.items())
def test_the_word_of_an_end_is_final_and_its_reason_is_kept(word: str, state: str) -> None:
    outcome = look(known("in_progress", "in_progress"), report("CampaignScheduled", word, "UpgradePending"))
    assert outcome.counts == {state: 1, "in_progress": 1}
    assert outcome.changes[0] == (1, state, word, f"why {word}", None)


@pytest.mark.parametrize("state", DeviceState.OPEN)
def test_a_word_that_is_not_known_changes_no_state_and_is_kept_and_counted(state: str) -> None:
    outcome = look(known(state, state), report("CampaignScheduled", "UpgradeDeferred", "UpgradePending"))
    assert outcome.counts[state] >= 1
    assert outcome.changes[0] == (1, state, "UpgradeDeferred", "why UpgradeDeferred", None)
    assert (outcome.unknown, outcome.is_waiting) == (1, False)


def test_a_word_that_was_not_known_is_counted_until_another_one_comes() -> None:
    before = known("queued", "queued", status="UpgradeDeferred")
    assert look(before, Observation(1, "CampaignPreScheduled")).unknown == 2
    assert look(before, report("CampaignScheduled", "UpgradePending", "UpgradeDeferred")).unknown == 1


def test_nothing_changes_where_nothing_new_is_seen() -> None:
    before = known("in_progress", "succeeded", status="UpgradePending")
    outcome = look(before, report("CampaignScheduled", "UpgradePending", "UpgradeSuccess"))
    assert (outcome.changes, outcome.counts) == ([], {"in_progress": 1, "succeeded": 1})


@pytest.mark.parametrize("state", DeviceState.FINAL)
@pytest.mark.parametrize("word", [*UNDER_WAY, *ENDS, *CALLED_OFF, "UpgradeDeferred", None])
@pytest.mark.parametrize("status", ["CampaignScheduled", *OVER])
def test_a_final_state_stays_whatever_comes(state: str, word: str | None, status: str) -> None:
    observation = report(status, word, "UpgradePending")
    outcome = look(known(state, "in_progress", missing_at=AT - 7200), observation, final_at=NOW - 2 * DAY)
    assert ONE not in states(outcome)
    assert outcome.counts[state] >= 1


# Removed devices


def test_a_device_that_reports_lack_counts_as_removed_after_an_hour() -> None:
    without = report("CampaignScheduled", None, "UpgradePending")
    first = look(known("queued", "queued"), without)
    assert first.changes[0] == (1, "queued", None, None, AT)
    assert first.is_waiting
    almost = look(known("queued", "queued", missing_at=AT), without, now=NOW + HOUR - timedelta(seconds=1))
    assert (states(almost).get(ONE), almost.is_waiting) == (None, True)
    second = look(known("queued", "queued", missing_at=AT), without, now=NOW + HOUR)
    assert (states(second)[ONE], second.counts) == (DeviceState.REMOVED, {"removed": 1, "in_progress": 1})
    assert not second.is_waiting


def test_a_device_that_is_there_again_was_never_removed() -> None:
    outcome = look(known("in_progress", missing_at=AT), report("CampaignScheduled", "UpgradePending"), now=NOW + DAY)
    assert outcome.changes == [(1, "in_progress", "UpgradePending", None, None)]
    assert not outcome.is_waiting


@pytest.mark.parametrize(
    "observation",
    [
        Observation(1, "CampaignScheduled"),  # no report was read
        Observation(1, "CampaignScheduled", devices=()),
        Observation(1, "CampaignScheduled", devices=(), total=0),
        Observation(1, "CampaignScheduled", devices=((TWO, "UpgradePending", None),), total=2),  # not whole
    ],
    ids=["none", "empty", "empty and said to be", "part"],
)
def test_only_a_whole_report_tells_that_a_device_is_missing(observation: Observation) -> None:
    outcome = look(known("queued", "queued"), observation, now=NOW + 9 * DAY)
    assert ONE not in states(outcome)
    assert not outcome.is_waiting
    # Nor does it count for the second look.
    outcome = look(known("queued", "queued", missing_at=AT), observation, now=NOW + 9 * DAY)
    assert outcome.counts.get("removed", 0) == 0


def test_where_the_service_does_not_count_a_report_with_devices_is_whole() -> None:
    observation = Observation(1, "CampaignScheduled", devices=((TWO, "UpgradePending", None),))
    assert look(known("queued", "queued", missing_at=AT - 3600), observation).counts["removed"] == 1


def test_foreign_devices_are_counted_apart() -> None:
    observation = Observation(
        1, "CampaignScheduled", devices=((ONE, "UpgradePending", None), (FOREIGN, "UpgradeFailed", None)), total=2
    )
    outcome = look(known("in_progress"), observation)
    assert (outcome.foreign, outcome.size, outcome.counts) == (1, 1, {"in_progress": 1})


# The end of a campaign


def test_a_campaign_is_over_for_us_when_all_its_devices_are_done() -> None:
    outcome = look(known("in_progress", "failed"), report("CampaignScheduled", "UpgradeSuccess", "UpgradeFailed"))
    assert (outcome.state, outcome.counts) == (CampaignState.ENDED, {"succeeded": 1, "failed": 1})


@pytest.mark.parametrize("status", ["CampaignEnded", "CampaignAborted", "CampaignFailed"])
def test_what_is_open_at_its_end_is_settled_only_once_reports_are_no_longer_old(status: str) -> None:
    late = report(status, "UpgradePending", "UpgradeSuccess")
    first = look(known("in_progress", "in_progress"), late)
    assert (first.state, first.final_at, states(first)[TWO]) == (CampaignState.SCHEDULED, NOW, DeviceState.SUCCEEDED)
    assert states(first)[ONE] in DeviceState.OPEN
    almost = look(known("in_progress", "succeeded"), late, final_at=NOW, now=NOW + SETTLE - timedelta(seconds=1))
    assert (almost.state, almost.final_at) == (CampaignState.SCHEDULED, NOW)
    settled = look(known("in_progress", "succeeded"), late, final_at=NOW, now=NOW + SETTLE)
    assert settled.state != CampaignState.SCHEDULED
    assert settled.counts.get("in_progress", 0) == 0


def test_a_device_that_was_late_in_the_reports_is_not_timed_out() -> None:
    outcome = look(
        known("in_progress"), report("CampaignEnded", "UpgradeSuccess"), final_at=NOW, now=NOW + SETTLE - HOUR
    )
    assert (outcome.state, outcome.counts) == (CampaignState.ENDED, {"succeeded": 1})


@pytest.mark.parametrize(
    ("status", "state", "then", "device", "called_off"),
    [
        ("CampaignEnded", "scheduled", CampaignState.ENDED, DeviceState.TIMED_OUT, False),
        ("CampaignEnded", "cancelling", CampaignState.ENDED, DeviceState.TIMED_OUT, False),
        ("CampaignCancelled", "scheduled", CampaignState.CANCELLED, DeviceState.CANCELLED, True),
        ("CampaignCancelled", "cancelling", CampaignState.CANCELLED, DeviceState.WAITING, False),
        ("CampaignAborted", "scheduled", CampaignState.CANCELLED, DeviceState.CANCELLED, True),
        ("CampaignAborted", "cancelling", CampaignState.CANCELLED, DeviceState.WAITING, False),
        ("CampaignRequestFailed", "scheduled", CampaignState.REFUSED, DeviceState.WAITING, False),
        ("CampaignFailed", "scheduled", CampaignState.REFUSED, DeviceState.WAITING, False),
        ("CampaignFailed", "cancelling", CampaignState.REFUSED, DeviceState.WAITING, False),
    ],
)
@pytest.mark.parametrize("word", ["UpgradePending", "CampaignCancelled", "CampaignAborted", "UpgradeDeferred", None])
def test_how_it_ended_and_who_ended_it_decide_what_becomes_of_open_devices(
    status: str, state: str, then: str, device: str, called_off: bool, word: str | None
) -> None:
    called = device == DeviceState.TIMED_OUT and word in CALLED_OFF
    observation = report(status, word, "UpgradeSuccess", total=2)
    outcome = look(known("in_progress", "in_progress"), observation, state, NOW - SETTLE)
    assert (outcome.state, outcome.called_off) == (then, called_off)
    assert states(outcome) == {ONE: DeviceState.CANCELLED if called else device, TWO: DeviceState.SUCCEEDED}


@pytest.mark.parametrize("status", ["CampaignCancelled", "CampaignRequestFailed"])
def test_what_never_started_needs_not_settle(status: str) -> None:
    assert look(known("queued"), report(status, "Accepted"), CampaignState.CANCELLING).counts == {"waiting": 1}


def test_a_device_that_is_cancelled_with_its_campaign_waits_for_the_end_of_it() -> None:
    outcome = look(known("in_progress", "in_progress"), report("CampaignAborted", "CampaignAborted", "UpgradePending"))
    assert (outcome.state, outcome.counts) == (CampaignState.SCHEDULED, {"in_progress": 2})


def test_a_status_that_is_not_known_ends_nothing() -> None:
    outcome = look(known("queued"), report("CampaignOfTomorrow", "UpgradePending"), final_at=None)
    assert (outcome.state, outcome.final_at, outcome.counts) == (CampaignState.SCHEDULED, None, {"queued": 1})


# What holds for every look

words = st.sampled_from([*UNDER_WAY, *ENDS, *CALLED_OFF, "UpgradeDeferred"])
statuses = st.sampled_from([*BEFORE_START, "CampaignScheduled", *OVER, "CampaignOfTomorrow"])
moments = st.integers(-48, 0).map(lambda hours: AT + hours * 3600)


@st.composite
def looks(draw: st.DrawFn) -> tuple[str, datetime | None, list[Known], Observation]:
    devices: list[Known] = []
    for rank, imei in enumerate(IMEIS[: draw(st.integers(1, 6))], start=1):
        state = draw(st.sampled_from(DeviceState.BOUND))
        missing = draw(st.none() | moments) if state in DeviceState.OPEN else None
        devices.append((rank, imei, state, draw(st.none() | words), missing))
    seen: dict[str, Seen] = {
        imei: (imei, draw(words), draw(st.sampled_from([None, "", "why"])))
        for imei in draw(st.sets(st.sampled_from([*IMEIS, FOREIGN])))
    }
    total = draw(st.none() | st.integers(0, 7))
    report_of = draw(st.sampled_from([None, tuple(seen.values())]))
    final_at = draw(st.none() | moments.map(lambda at: datetime.fromtimestamp(at, NOW.tzinfo)))
    state = draw(st.sampled_from(CampaignState.AT_SERVICE))
    return state, final_at, devices, Observation(1, draw(statuses), devices=report_of, total=total)


@many
@given(looks())
def test_the_counts_add_up_to_the_devices_and_say_what_they_become(
    seen: tuple[str, datetime | None, list[Known], Observation],
) -> None:
    state, final_at, devices, observation = seen
    outcome = look(devices, observation, state, final_at)
    then = {rank: device for rank, _, device, _, _ in devices}
    then.update({rank: device for rank, device, *_ in outcome.changes})
    assert {each: count for each, count in outcome.counts.items() if count > 0} == Counter(then.values())
    assert outcome.size == len(devices)
    ours = {device[1] for device in devices}
    assert outcome.foreign == len({device[0] for device in observation.devices or ()} - ours)


@many
@given(looks())
def test_final_states_stay_and_no_device_changes_twice(
    seen: tuple[str, datetime | None, list[Known], Observation],
) -> None:
    state, final_at, devices, observation = seen
    changed = [rank for rank, *_ in look(devices, observation, state, final_at).changes]
    assert len(set(changed)) == len(changed)
    assert not {rank for rank, _, device, _, _ in devices if device in DeviceState.FINAL} & set(changed)


@many
@given(looks())
def test_a_campaign_that_is_over_has_no_open_devices_and_one_that_is_not_has_none_that_wait(
    seen: tuple[str, datetime | None, list[Known], Observation],
) -> None:
    state, final_at, devices, observation = seen
    outcome = look(devices, observation, state, final_at)
    still_open = sum(outcome.counts.get(each, 0) for each in DeviceState.OPEN)
    assert (outcome.state in CampaignState.AT_SERVICE) == (still_open > 0)
    if outcome.counts.get(DeviceState.WAITING, 0) > 0:
        assert outcome.state in (CampaignState.REFUSED, CampaignState.CANCELLED)  # whose devices are given back
    assert outcome.state in (state, CampaignState.ENDED, CampaignState.REFUSED, CampaignState.CANCELLED)


@many
@given(looks())
def test_the_same_look_a_second_time_changes_nothing(
    seen: tuple[str, datetime | None, list[Known], Observation],
) -> None:
    state, final_at, devices, observation = seen
    once = look(devices, observation, state, final_at)
    if once.state not in CampaignState.AT_SERVICE:
        return  # it is not looked at again
    changes = {rank: rest for rank, *rest in once.changes}
    after = [
        (rank, imei, *((changes[rank][0], changes[rank][1], changes[rank][3]) if rank in changes else rest))
        for rank, imei, *rest in devices
    ]
    again = look(after, observation, once.state, once.final_at)
    assert (again.changes, again.counts, again.state) == ([], once.counts, once.state)
