"""Each device lives its own life in its campaign: states, reasons and times, by the clock and the windows."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from fota_sdk import ConfigurationError
from fota_sdk.sandbox import Sandbox
from fota_sdk.sandbox.windows import Windows
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.test_inventory import rejected, states
from tests.sandbox.test_life_cycle import to_midnight
from tests.sandbox.wire import Wire, accepted, ask, ask_mocked, imeis, refused

SUCCESS = {
    "v2": ("UpgradeSuccess", "DownloadInstallSucceeded"),
    "v3": ("UpgradeSuccess", "Upgrade completed successfully"),
}
FAILURE = {"v2": ("UpgradeFailed", "RovaClientDownloadFailed"), "v3": ("UpgradeFailed", "Upgrade failed")}
HOURS = {"v2": (22, 23), "v3": (18, 22)}  # of the schedule that the tests send, in which devices are upgraded
EVER = [{"startTime": 0, "endTime": 24}]


def words(wire: Wire, campaign_id: str) -> set[str]:
    return {word for word, _ in states(wire, campaign_id).values()}


def report(wire: Wire, campaign_id: str, imei: str) -> dict[str, Any]:
    listed = accepted(wire.devices_of(campaign_id))["deviceList"]
    return next(dict(each) for each in listed if each["deviceId"] == imei)


def history(wire: Wire, imei: str) -> list[dict[str, Any]]:
    return list(accepted(ask(wire.sandbox, "GET", f"/fota/{wire.version}/reports/{wire.account}/devices/{imei}")))


# by the windows


def test_devices_are_upgraded_in_the_windows_only(wire: Wire) -> None:
    campaign_id = wire.scheduled(1, 1, deviceList=imeis(50))
    to_midnight(wire.sandbox, 1)
    first, last = HOURS[wire.version]
    wire.sandbox.advance(hours=first)
    done = list(states(wire, campaign_id).values()).count(SUCCESS[wire.version])
    assert done < 5  # of 50: the window has been open for half a minute
    wire.sandbox.advance(hours=(last - first) / 2)
    half = list(states(wire, campaign_id).values()).count(SUCCESS[wire.version])
    assert 10 < half < 40
    wire.sandbox.advance(hours=(last - first) / 2)
    assert set(states(wire, campaign_id).values()) == {SUCCESS[wire.version]}


def test_a_campaign_ends_when_its_last_device_is_done(wire: Wire) -> None:
    wire.sandbox.fail_device(IMEIS[0])
    campaign_id = wire.scheduled(1, 30)
    to_midnight(wire.sandbox, 1)
    for _ in range(24 * 8):
        done = {"UpgradeSuccess", "UpgradeFailed"} >= words(wire, campaign_id)
        assert (wire.status(campaign_id) == "CampaignEnded") is done
        wire.sandbox.advance(hours=1)
    assert done
    assert words(wire, campaign_id) == {"UpgradeSuccess", "UpgradeFailed"}


def test_a_device_that_was_done_stays_done(wire: Wire) -> None:
    devices = imeis(40)
    campaign_id = wire.scheduled(1, 4, deviceList=devices)
    to_midnight(wire.sandbox, 1)
    seen: dict[str, tuple[str, str]] = {}
    for day in range(2, 10):
        wire.sandbox.advance(days=1)
        before, seen = seen, states(wire, campaign_id)
        changed = {imei for imei, state in before.items() if state == SUCCESS[wire.version] and seen[imei] != state}
        assert changed == set()
        if wire.status(campaign_id) == "CampaignScheduled":
            if day == 3:
                accepted(wire.dates(campaign_id, 1, 8))
            wire.sandbox.fail_device(devices[day])
    assert {*seen.values()} <= {SUCCESS[wire.version], FAILURE[wire.version]}


def test_a_V2_campaign_whose_windows_leave_no_time_upgrades_nothing_until_it_gets_another(v2: Wire) -> None:  # noqa: N802
    windows = {"installTimeWindowList": [{"startTime": 1, "endTime": 2}]}  # the download begins at 20
    campaign_id = v2.scheduled(1, 1, **windows)
    to_midnight(v2.sandbox, 1)
    accepted(v2.dates(campaign_id, 1, 2, installTimeWindowList=[]))
    v2.sandbox.advance(days=3)
    assert words(v2, campaign_id) == {"UpgradeSuccess"}
    narrow = v2.scheduled(5, 5, deviceList=imeis(3), **windows)
    v2.sandbox.advance(days=5)
    assert (v2.status(narrow), words(v2, narrow)) == ("CampaignEnded", {"UpgradePending"})


def test_V2_installs_after_the_days_that_the_schedule_names(v2: Wire) -> None:  # noqa: N802
    day = (v2.sandbox.today + timedelta(days=3)).isoformat()
    campaign_id = v2.scheduled(1, 4, installAfterDate=day)
    to_midnight(v2.sandbox, 3)
    assert words(v2, campaign_id) == {"UpgradePending"}
    v2.sandbox.advance(days=2)
    assert words(v2, campaign_id) == {"UpgradeSuccess"}


def test_V2_may_download_before_the_day_of_the_install(v2: Wire) -> None:  # noqa: N802
    day = (v2.sandbox.today + timedelta(days=12)).isoformat()
    campaign_id = v2.scheduled(1, 12, installAfterDate=day, installTimeWindowList=[{"startTime": 1, "endTime": 2}])
    to_midnight(v2.sandbox, 12)
    assert words(v2, campaign_id) == {"UpgradePending"}
    v2.sandbox.advance(hours=3)
    assert words(v2, campaign_id) == {"UpgradeSuccess"}


def moment(hour: float, day: int = 1) -> datetime:
    return datetime(2026, 3, day, tzinfo=timezone.utc) + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("windows", "begin", "end", "share", "expected"),
    [
        ([], moment(0), moment(24), 0.5, moment(12)),
        ([(1, 3)], moment(0), moment(24), 0.5, moment(2)),
        ([(1, 3)], moment(2), moment(24), 0.0, moment(2)),
        ([(1, 3)], moment(2), moment(24, 2), 0.5, moment(1.5, 2)),
        ([(1, 2), (5, 6)], moment(0), moment(24), 0.75, moment(5.5)),
        ([(1, 3), (2, 4)], moment(0), moment(24), 2 / 3, moment(3)),
        ([(1, 3)], moment(3), moment(24), 0.5, None),
        ([(1, 3)], moment(24), moment(0), 0.5, None),
    ],
)
def test_a_share_of_the_open_time(
    windows: list[tuple[int, int]], begin: datetime, end: datetime, share: float, expected: datetime | None
) -> None:
    hours = Windows([{"startTime": start, "endTime": stop} for start, stop in windows])
    opened = hours.open_until(begin)
    is_open = hours.open_until(end) - opened
    found = hours.moment(opened + share * is_open).replace(microsecond=0) if is_open > 0 else None
    assert found == expected


# states, reasons and times


def test_V2_devices_are_accepted_then_pending_then_done(v2: Wire) -> None:  # noqa: N802
    campaign_id = v2.scheduled(1, 1)
    assert {*states(v2, campaign_id).values()} == {("Accepted", "Passed all checks")}
    to_midnight(v2.sandbox, 1)
    assert {*states(v2, campaign_id).values()} == {("UpgradePending", "Upgrade pending")}
    v2.sandbox.advance(days=1)
    assert {*states(v2, campaign_id).values()} == {SUCCESS["v2"]}


def test_a_V3_device_goes_through_the_documented_states(v3: Wire) -> None:  # noqa: N802
    campaign_id = v3.scheduled(1, 1, campaignTimeWindowList=EVER, deviceList=imeis(1))
    seen = [report(v3, campaign_id, imeis(1)[0])]
    to_midnight(v3.sandbox, 1)
    for _ in range(24 * 6 + 1):
        seen.append(report(v3, campaign_id, imeis(1)[0]))
        v3.sandbox.advance(minutes=10)
    assert list(dict.fromkeys(each["status"] for each in seen)) == [
        "ReceivedDeviceDataFromNetwork",
        "UpgradePending",
        "UpgradeScheduled",
        "UpgradeSuccess",
    ]
    by_status = {each["status"]: each for each in seen}
    pending, scheduled, success = (by_status[key] for key in ("UpgradePending", "UpgradeScheduled", "UpgradeSuccess"))
    told = r"Upgrade pending, the device upgrade is estimated to be scheduled for \d\d [A-Z][a-z]{2} \d\d \d\d:\d\d UTC"
    assert re.fullmatch(told, pending["resultReason"])
    assert pending["nextAttemptTime"] == scheduled["recentAttemptTime"]
    assert scheduled["nextAttemptTime"] == success["updatedTime"] == success["recentAttemptTime"]
    assert "nextAttemptTime" not in success
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", success["updatedTime"])


def test_a_silent_V3_device_is_tried_every_day_until_no_retry_is_left(v3: Wire) -> None:  # noqa: N802
    v3.sandbox.silence_device(IMEIS[0])
    campaign_id = v3.scheduled(1, 3)
    to_midnight(v3.sandbox, 1)
    v3.sandbox.advance(hours=19)
    attempts = []
    for _ in range(4):
        attempts.append(report(v3, campaign_id, IMEIS[0]))
        v3.sandbox.advance(days=1)
    assert {each["status"] for each in attempts} == {"NoDeviceDataFromNetwork"}
    assert [each["resultReason"].partition(", next")[0] for each in attempts[:2]] == [
        "Device is not reachable, try count 1",
        "Device is not reachable, try count 2",
    ]
    assert attempts[0]["nextAttemptTime"] == attempts[1]["recentAttemptTime"]
    assert attempts[2]["resultReason"] == "Device is not reachable, no retry available, try count 3"
    assert "nextAttemptTime" not in attempts[2]
    assert attempts[3] == attempts[2]
    assert v3.status(campaign_id) == "CampaignEnded"


def test_a_retried_V3_device_goes_through_a_failed_request(v3: Wire) -> None:  # noqa: N802
    v3.sandbox.outcomes(retried=1)
    campaign_id = v3.scheduled(1, 1, campaignTimeWindowList=[{"startTime": 2, "endTime": 20}])
    to_midnight(v3.sandbox, 1)
    seen = []
    for _ in range(24 * 6 + 1):
        seen.append(report(v3, campaign_id, IMEIS[0]))
        v3.sandbox.advance(minutes=10)
    by_status = {each["status"]: each for each in seen}
    assert list(by_status) == ["UpgradePending", "RequestToFotaServerFailed", "UpgradeScheduled", "UpgradeSuccess"]
    pending, failed, scheduled, _ = by_status.values()
    assert pending["nextAttemptTime"] == failed["recentAttemptTime"] == failed["updatedTime"]
    assert failed["recentAttemptTime"].endswith("T02:00:00.000Z")
    assert failed["nextAttemptTime"] == scheduled["recentAttemptTime"]
    told = r"Request to the FOTA server failed, next try at \d\d [A-Z][a-z]{2} \d\d \d\d:\d\d UTC"
    assert re.fullmatch(told, failed["resultReason"])
    assert v3.status(campaign_id) == "CampaignEnded"


def test_a_share_of_the_V3_devices_is_retried_the_same_for_the_same_seed() -> None:  # noqa: N802
    seen = []
    for shares in ({"retried": 0.1, "seed": 7}, {"retried": 0.1, "seed": 7}, {"retried": 0.1, "seed": 8}, {}):
        with Sandbox() as sandbox:
            sandbox.outcomes(**shares)  # type: ignore[arg-type]
            wire = Wire(sandbox, "v3")
            campaign_id = wire.scheduled(1, 7, campaignTimeWindowList=EVER, deviceList=imeis(1000))
            to_midnight(sandbox, 1)
            there = states(wire, campaign_id)
            seen.append({imei for imei, (word, _) in there.items() if word == "RequestToFotaServerFailed"})
            sandbox.advance(days=7)
            assert words(wire, campaign_id) == {"UpgradeSuccess"}
    first, again, other, none = seen
    assert 60 < len(first) < 140
    assert first == again != other
    assert none == set()


def test_a_failed_request_stays_as_it_was_when_outcomes_change(v3: Wire) -> None:
    v3.sandbox.outcomes(retried=1)
    campaign_id = v3.scheduled(1, 7, campaignTimeWindowList=EVER)
    to_midnight(v3.sandbox, 1)
    before = report(v3, campaign_id, IMEIS[0])
    assert before["status"] == "RequestToFotaServerFailed"
    v3.sandbox.fail_device(IMEIS[0])
    assert report(v3, campaign_id, IMEIS[0]) == before
    v3.sandbox.advance(days=7)
    assert states(v3, campaign_id)[IMEIS[0]] == FAILURE["v3"]


def test_a_V2_device_has_no_state_for_a_failed_request(v2: Wire) -> None:  # noqa: N802
    v2.sandbox.outcomes(retried=1)
    campaign_id = v2.scheduled(1, 1)
    to_midnight(v2.sandbox, 1)
    assert words(v2, campaign_id) == {"UpgradePending"}
    v2.sandbox.advance(days=1)
    assert words(v2, campaign_id) == {"UpgradeSuccess"}


def test_a_V3_device_without_an_open_hour_stays_pending(v3: Wire) -> None:  # noqa: N802
    to_midnight(v3.sandbox, 1)
    v3.sandbox.advance(hours=3)
    campaign_id = v3.scheduled(1, 1, campaignTimeWindowList=[{"startTime": 1, "endTime": 2}])
    v3.sandbox.advance(hours=3)
    assert v3.status(campaign_id) == "CampaignScheduled"
    v3.sandbox.advance(days=1)
    assert v3.status(campaign_id) == "CampaignEnded"
    assert {*states(v3, campaign_id).values()} == {("UpgradePending", "Upgrade pending")}


def test_a_V3_upgrade_begins_in_the_window_too(v3: Wire) -> None:  # noqa: N802
    campaign_id = v3.scheduled(1, 1, deviceList=imeis(100))
    to_midnight(v3.sandbox, 1)
    listed = accepted(v3.devices_of(campaign_id))["deviceList"]
    assert {each["status"] for each in listed} == {"UpgradePending"}
    assert {each["nextAttemptTime"][11:13] for each in listed} <= {"18", "19", "20", "21"}


def test_a_silent_V2_device_stays_pending_and_the_campaign_lasts_to_its_last_day(v2: Wire) -> None:  # noqa: N802
    v2.sandbox.silence_device(IMEIS[0])
    campaign_id = v2.scheduled(1, 3)
    to_midnight(v2.sandbox, 3)
    v2.sandbox.advance(hours=23)
    assert v2.status(campaign_id) == "CampaignScheduled"
    v2.sandbox.advance(hours=1)
    assert v2.status(campaign_id) == "CampaignEnded"
    assert states(v2, campaign_id)[IMEIS[0]] == ("UpgradePending", "Upgrade pending")
    assert states(v2, campaign_id)[IMEIS[1]] == SUCCESS["v2"]


def test_what_was_done_before_an_abort_stays_done(v2: Wire) -> None:
    campaign_id = v2.scheduled(1, 2, deviceList=imeis(40))
    to_midnight(v2.sandbox, 2)
    accepted(v2.cancel(campaign_id))
    before = states(v2, campaign_id)
    assert {*before.values()} == {SUCCESS["v2"], ("CampaignAborted", "Aborted by user")}
    v2.sandbox.advance(days=9)
    assert states(v2, campaign_id) == before


def test_a_cancelled_campaign_cancels_its_devices(wire: Wire) -> None:
    campaign_id = wire.scheduled()
    accepted(wire.cancel(campaign_id))
    wire.sandbox.advance(days=9)
    assert {*states(wire, campaign_id).values()} == {("CampaignCancelled", "Cancelled by user")}


def test_a_campaign_of_rejected_devices_is_over_when_it_starts(wire: Wire) -> None:
    for imei in IMEIS:
        wire.sandbox.reject_device(imei)
    campaign_id = wire.scheduled(1, 9)
    assert wire.status(campaign_id) == "CampaignRequestPending"
    to_midnight(wire.sandbox, 1)
    assert wire.status(campaign_id) == "CampaignEnded"
    assert words(wire, campaign_id) == {"DeviceRejected"}


# outcomes


def test_a_test_decides_what_becomes_of_a_device_and_why(wire: Wire) -> None:
    failing, odd, rejecting, refusing, good = imeis(5)
    wire.sandbox.fail_device(failing)
    wire.sandbox.fail_device(odd, reason="Battery low")
    wire.sandbox.reject_device(rejecting)
    wire.sandbox.reject_device(refusing, reason="Device is lost")
    campaign_id = wire.scheduled(1, 1, deviceList=imeis(5))
    wire.sandbox.advance(days=2)
    assert states(wire, campaign_id) == {
        failing: FAILURE[wire.version],
        odd: ("UpgradeFailed", "Battery low"),
        rejecting: ("DeviceRejected", "Device is not active or not connected"),
        refusing: ("DeviceRejected", "Device is lost"),
        good: SUCCESS[wire.version],
    }


def test_an_outcome_holds_from_when_it_is_asked_for(wire: Wire) -> None:
    first = wire.scheduled(1, 1)
    wire.sandbox.reject_device(IMEIS[1])
    wire.sandbox.advance(days=2)
    wire.sandbox.fail_device(IMEIS[0])
    assert {*states(wire, first).values()} == {SUCCESS[wire.version]}
    second = wire.scheduled(3, 3)
    wire.sandbox.advance(days=2)
    assert states(wire, second)[IMEIS[0]] == FAILURE[wire.version]
    assert list(rejected(wire, second)) == [IMEIS[1]]
    for imei in IMEIS:
        wire.sandbox.restore_device(imei)
    third = wire.scheduled(5, 5)
    wire.sandbox.advance(days=2)
    assert {*states(wire, third).values()} == {SUCCESS[wire.version]}
    assert states(wire, second)[IMEIS[0]] == FAILURE[wire.version]


def test_a_rejection_changes_nothing_in_the_campaign_that_a_device_is_in(wire: Wire) -> None:
    campaign_id = wire.scheduled(1, 1)
    wire.sandbox.reject_device(IMEIS[0], reason="Device is lost")
    wire.sandbox.fail_device(IMEIS[1])
    wire.sandbox.reject_device(IMEIS[1])
    wire.sandbox.advance(days=2)
    assert states(wire, campaign_id)[IMEIS[0]] == SUCCESS[wire.version]
    assert states(wire, campaign_id)[IMEIS[1]] == FAILURE[wire.version]


def spread(version: str, **outcomes: Any) -> dict[str, str]:
    with Sandbox() as sandbox:
        sandbox.outcomes(**outcomes)
        wire = Wire(sandbox, version)
        campaign_id = wire.scheduled(1, 1, deviceList=imeis(1000))
        sandbox.advance(days=2)
        return {imei: word for imei, (word, _) in states(wire, campaign_id).items()}


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_shares_are_about_right_and_the_same_for_the_same_seed(version: str) -> None:
    first = spread(version, failed=0.2, silent=0.1, seed=7)
    numbers = [list(first.values()).count(word) for word in ("UpgradeFailed", "UpgradeSuccess")]
    assert 150 < numbers[0] < 250
    assert 640 < numbers[1] < 760
    assert spread(version, failed=0.2, silent=0.1, seed=7) == first
    assert spread(version, failed=0.2, silent=0.1, seed=8) != first
    assert set(spread(version, failed=1, silent=0).values()) == {"UpgradeFailed"}
    assert set(spread(version).values()) == {"UpgradeSuccess"}


def test_what_is_asked_for_one_device_goes_before_the_shares(wire: Wire) -> None:
    wire.sandbox.outcomes(failed=1)
    wire.sandbox.fail_device(IMEIS[0], reason="Battery low")
    campaign_id = wire.scheduled(1, 1)
    wire.sandbox.advance(days=2)
    assert states(wire, campaign_id)[IMEIS[0]] == ("UpgradeFailed", "Battery low")
    assert states(wire, campaign_id)[IMEIS[1]] == FAILURE[wire.version]


@pytest.mark.parametrize(
    "shares",
    [
        {"failed": -0.1},
        {"failed": 1.1},
        {"silent": "1"},
        {"failed": True},
        {"failed": 0.6, "silent": 0.6},
        {"failed": 0.6, "retried": 0.6},
        {"retried": -0.1},
        {"failed": float("nan")},
        {"retried": True},
        {"seed": 1.5},
    ],
    ids=repr,
)
def test_shares_that_cannot_be_are_refused(sandbox: Sandbox, shares: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError):
        sandbox.outcomes(**shares)


@pytest.mark.parametrize("imei", ["1", "", None, 990013907884253, IMEIS], ids=repr)
def test_an_outcome_is_of_an_IMEI(sandbox: Sandbox, imei: Any) -> None:  # noqa: N802
    for ask_for in (sandbox.fail_device, sandbox.reject_device, sandbox.silence_device, sandbox.restore_device):
        with pytest.raises(ConfigurationError, match="IMEI"):
            ask_for(imei)
    with pytest.raises(ConfigurationError, match="reason"):
        sandbox.fail_device(IMEIS[0], reason="")


# the history of a device


def test_the_history_of_a_device_tells_its_finished_upgrades_the_newest_first(wire: Wire) -> None:
    assert history(wire, IMEIS[0]) == []
    first = wire.scheduled(1, 1)
    wire.sandbox.advance(days=2)
    wire.sandbox.fail_device(IMEIS[0])
    second = wire.scheduled(3, 3)
    assert len(history(wire, IMEIS[0])) == 1
    wire.sandbox.advance(days=2)
    latest, oldest = history(wire, IMEIS[0])
    key, why = {"v2": ("id", "success"), "v3": ("campaignId", SUCCESS["v3"][1])}[wire.version]
    assert (latest[key], latest["status"], latest["reason"]) == (second, *FAILURE[wire.version])
    assert (oldest[key], oldest["status"], oldest["reason"]) == (first, "UpgradeSuccess", why)
    assert {oldest["deviceId"], oldest["accountName"]} == {IMEIS[0], ACCOUNT}


def test_an_upgrade_that_never_began_is_in_no_history(wire: Wire) -> None:
    wire.sandbox.reject_device(IMEIS[0])
    wire.sandbox.silence_device(IMEIS[1])
    failing = wire.scheduled(1, 1)
    cancelled = wire.scheduled(1, 1, deviceList=imeis(1))
    accepted(wire.cancel(cancelled))
    wire.sandbox.advance(days=2)
    assert wire.status(failing) == "CampaignEnded"
    assert [history(wire, imei) for imei in (IMEIS[0], IMEIS[1], imeis(1)[0])] == [[], [], []]


# reports that lag


@pytest.mark.parametrize("lag", [timedelta(hours=6), 6 * 3600])
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_reports_show_the_state_of_a_while_ago_and_nothing_else_does(version: str, lag: Any) -> None:
    with Sandbox(report_lag=lag) as sandbox:
        wire = Wire(sandbox, version)
        campaign_id = wire.scheduled(1, 1)
        assert accepted(wire.report("?campaignStatus=CampaignRequestPending"))["campaignList"] == []
        to_midnight(sandbox, 2)
        assert wire.status(campaign_id) == "CampaignEnded"
        late = accepted(wire.report("?campaignStatus=CampaignScheduled"))["campaignList"]
        assert [each["status"] for each in late] == ["CampaignScheduled"]
        assert history(wire, IMEIS[0]) == []
        assert "UpgradeSuccess" not in words(wire, campaign_id)
        sandbox.advance(hours=6)
        assert accepted(wire.report("?campaignStatus=CampaignScheduled"))["campaignList"] == []
        assert words(wire, campaign_id) == {"UpgradeSuccess"}
        assert len(history(wire, IMEIS[0])) == 1


@pytest.mark.parametrize(
    "lag", [-1, True, "1", None, float("nan"), timedelta(days=366), timedelta(seconds=-1)], ids=repr
)
def test_a_lag_that_cannot_be_is_refused(lag: Any) -> None:
    with pytest.raises(ConfigurationError, match="report_lag"):
        Sandbox(report_lag=lag)


# the pilot rule


@pytest.mark.parametrize(("failing", "lifted"), [(0, True), (5, True), (6, False)])
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_pilot_lifts_the_limit_where_half_of_it_succeeds(version: str, failing: int, lifted: bool) -> None:
    with Sandbox(pilot_rule=True) as sandbox:
        wire = Wire(sandbox, version)
        for imei in imeis(failing):
            sandbox.fail_device(imei)
        wire.scheduled(1, 1, deviceList=imeis(10))
        sandbox.advance(days=2)
        assert (wire.schedule(3, 3, deviceList=imeis(100))[0] == 200) is lifted


@pytest.mark.parametrize(("rule", "shared"), [(True, False), ("account", False), ("customer", True)])
def test_the_pilot_rule_is_one_of_an_account_or_of_a_customer(rule: Any, shared: bool) -> None:
    with Sandbox(pilot_rule=rule) as sandbox:
        wire, sibling, stranger = (
            Wire(sandbox, "v3", account) for account in (ACCOUNT, "0000123456-00002", "0000123457-00001")
        )
        accepted(wire.schedule(1, 1, deviceList=imeis(20)))
        assert (sibling.schedule(1, 1, deviceList=imeis(21)[20:])[0] == 400) is shared
        accepted(stranger.schedule(1, 1, deviceList=imeis(20)))
        sandbox.advance(days=2)
        assert (sibling.schedule(3, 3, deviceList=imeis(100))[0] == 200) is shared


def test_devices_of_campaigns_that_are_over_do_not_count_for_the_limit() -> None:
    with Sandbox(pilot_rule=True) as sandbox:
        wire = Wire(sandbox, "v3")
        wire.scheduled(1, 1, deviceList=imeis(4))
        assert "20 devices" in refused(wire.schedule(3, 3, deviceList=imeis(21)[4:]))
        sandbox.advance(days=2)
        accepted(wire.schedule(3, 3, deviceList=imeis(21)[4:]))


@pytest.mark.parametrize("rule", ["", "x", 1, None], ids=repr)
def test_a_pilot_rule_that_is_none_is_refused(rule: Any) -> None:
    with pytest.raises(ConfigurationError, match="pilot_rule"):
        Sandbox(pilot_rule=rule)


# a fleet


def fleet(version: str, how: Any) -> list[Any]:
    """Roll out to 1,000 devices, from the inventory to the last report; return all that was read."""
    with Sandbox(page_size=300) as sandbox:
        facts = {"protocol": "HTTP"} if version == "v2" else {"firmware": "SR1.2.0.0-10512"}
        sandbox.add_devices(imeis(1000), **facts)
        sandbox.outcomes(failed=0.05, silent=0.02, seed=7)
        wire = Wire(sandbox, version, how=how)
        campaign_id = wire.scheduled(1, 7, deviceList=[*imeis(1000), "000000000000000"])
        read: list[Any] = []
        for _ in range(10):
            sandbox.advance(days=1)
            cursor, page = "0", {"hasMoreData": True}
            read.append(wire.status(campaign_id))
            states: dict[str, tuple[str, str]] = {}
            while page["hasMoreData"]:
                page = accepted(wire.devices_of(campaign_id, f"?lastSeenDeviceId={cursor}"))
                cursor = page["lastSeenDeviceId"]
                states |= {
                    each["deviceId"]: (each["status"], re.sub(r" \d\d [A-Z].*", "", each["resultReason"]))
                    for each in page["deviceList"]
                }
            assert len(states) == page["totalDevice"] == 1001
            read.append(states)
    return read


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_a_fleet_of_1000_devices_is_the_same_over_HTTP_and_behind_a_mock(version: str) -> None:  # noqa: N802
    over_http, mocked = fleet(version, ask), fleet(version, ask_mocked)
    last = [word for word, _ in over_http[-1].values()]
    assert over_http[-2] == "CampaignEnded"
    assert last.count("DeviceRejected") == 1
    assert 20 < last.count("UpgradeFailed") < 90
    assert last.count("UpgradeSuccess") > 850
    assert [each if isinstance(each, str) else len(each) for each in mocked] == [
        each if isinstance(each, str) else len(each) for each in over_http
    ]
    assert mocked[-1] == over_http[-1]


def test_a_campaign_of_100000_devices_has_pages_that_cost_the_same(v3: Wire) -> None:
    devices = [f"9900139{number:08}" for number in range(100_000)]
    campaign_id = v3.scheduled(1, 9, deviceList=devices)
    v3.sandbox.advance(days=4)
    for after in ("0", devices[50_000], devices[98_999]):
        page = accepted(v3.devices_of(campaign_id, f"?lastSeenDeviceId={after}"))
        assert (len(page["deviceList"]), page["totalDevice"]) == (1000, 100_000)
        assert {each["status"] for each in page["deviceList"]} >= {"UpgradePending", "UpgradeSuccess"}
