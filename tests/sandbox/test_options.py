"""Options of a sandbox: the day on which it begins, and how histories show names."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import pytest

from fota_sdk import ConfigurationError, find_campaigns
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.wire import Wire, accepted, ask, ask_mocked, refused

both_ways = pytest.mark.parametrize("how", [ask, ask_mocked], ids=["http", "mocked"])

# the day


@both_ways
def test_an_example_of_2020_runs_as_printed(how: Any) -> None:
    with Sandbox(today=date(2020, 8, 20)) as sandbox:
        assert sandbox.today == date(2020, 8, 20)
        v2 = Wire(sandbox, "v2", how=how)
        campaign_id = v2.scheduled(startDate="2020-08-21", endDate="2020-08-22", downloadAfterDate="2020-08-21")
        sandbox.advance(hours=23)
        assert v2.status(campaign_id) == "CampaignRequestQueued"
        sandbox.advance(hours=1)
        assert v2.status(campaign_id) == "CampaignScheduled"
        assert "clock says 2020-08-21" in refused(v2.schedule(startDate="2020-08-20", endDate="2020-08-22"))


def test_its_day_begins_at_midnight_and_its_clock_goes_on_from_there() -> None:
    with Sandbox(today=date(2020, 2, 28), speed=1_000) as sandbox:
        assert sandbox.today == date(2020, 2, 28)
        sandbox.advance(days=1)
        assert sandbox.today == date(2020, 2, 29)
        sandbox.advance(days=366)
        assert sandbox.today == date(2021, 3, 1)


def test_a_day_may_be_ahead() -> None:
    with Sandbox(today=date(9998, 12, 30)) as sandbox:
        assert sandbox.today == date(9998, 12, 30)
        with pytest.raises(ConfigurationError, match="9998"):
            sandbox.advance(days=3)


@pytest.mark.parametrize(
    "today",
    ["2020-08-20", 20200820, datetime(2020, 8, 20, tzinfo=timezone.utc), date(1969, 12, 31), date(9999, 1, 1), False],
    ids=repr,
)
def test_a_day_that_is_none_is_refused(today: Any) -> None:
    with pytest.raises(ConfigurationError, match="today must be a date from 1970 to 9998"):
        Sandbox(today=today)


# names

LONG = "Smart FOTA - test 4 of the night"


def history(sandbox: Sandbox, version: str, how: Any = ask) -> list[Any]:
    answer = accepted(Wire(sandbox, version, how=how).report("?campaignStatus=CampaignRequestPending"))
    campaigns: list[Any] = answer["campaignList"]
    return campaigns


@both_ways
@pytest.mark.parametrize("version", ["v2", "v3"])
def test_histories_show_names_whole_or_cut_or_not_at_all(version: str, how: Any) -> None:
    for options, shown in (
        ({}, [LONG, "short", None]),
        ({"history_names": "whole"}, [LONG, "short", None]),
        ({"history_names": "cut"}, ["Smart FOTA - test 4 ", "short", None]),
        ({"history_names": "absent"}, [None, None, None]),
    ):
        with Sandbox(**options) as sandbox:  # type: ignore[arg-type]
            wire = Wire(sandbox, version, how=how)
            ids = [wire.scheduled(campaignName=name) for name in (LONG, "short", None)]
            listed = {each["id"]: each.get("campaignName") for each in history(sandbox, version, how)}
            assert [listed[each] for each in ids] == shown
            assert accepted(wire.read(ids[0]))["campaignName"] == LONG


def test_a_campaign_is_not_found_by_a_name_that_the_history_lacks() -> None:
    with Sandbox(history_names="absent") as sandbox, sandbox.client() as client:
        Wire(sandbox, "v3").scheduled(campaignName=LONG, deviceList=IMEIS)
        assert list(find_campaigns(client, ACCOUNT, name=LONG)) == []


@pytest.mark.parametrize("names", [None, "", "none", True, 5, []], ids=repr)
def test_another_way_to_show_names_is_refused(names: Any) -> None:
    with pytest.raises(ConfigurationError, match="history_names must be one of whole, absent, cut"):
        Sandbox(history_names=names)
