"""The page on the numbers of a roll-out shows what the rules compute."""

from __future__ import annotations

import re

import pytest

from fota_sdk.rollout import StopRule
from fota_sdk.rollout.rules import verdict
from tests.docs.pages import text_of
from tests.rollout import numbers
from tests.rollout.plans import plan

PAGE = text_of("doc/rollout-numbers.md")


@pytest.mark.parametrize("name", numbers.TABLES)
def test_the_page_on_numbers_shows_these_tables(name: str) -> None:
    assert f"<!-- table: {name} -->\n\n{numbers.TABLES[name]()}\n\n" in PAGE


def test_a_plan_takes_the_numbers_of_devices_of_the_page() -> None:
    counts = [int(count) for count in re.findall(r"`max_count = (\d+)`", PAGE)]
    assert counts == [1, 3]
    for count in counts:
        rule = StopRule("failed", max_count=count)
        plan(stop=(rule,)).validate()
        assert verdict(rule, count, 1000) is None
        assert verdict(rule, count + 1, 1000) is not None


def test_the_rule_of_the_page_for_the_first_failure_trips_at_it() -> None:
    assert '`share = "0.0001%"`, `min_finished = 1` and `confidence = 0`' in PAGE
    rule = StopRule("failed", "0.0001%", min_finished=1, confidence=0)
    plan(stop=(rule,)).validate()
    for finished in (1, 1_000, 999_999):
        assert verdict(rule, 0, finished) is None
        assert verdict(rule, 1, finished) is not None
