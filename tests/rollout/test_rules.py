"""Stop rules: their arithmetic, and what they are worth."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given, settings, strategies as st

from fota_sdk.rollout import Gate, StopRule
from fota_sdk.rollout.rules import lower_bound, verdict
from tests.rollout import numbers

many = settings(derandomize=True, max_examples=300, deadline=None)
confidences = st.floats(0.5, 0.999)
FAILED = StopRule("failed", "5%")
PLAIN = StopRule("failed", "5%", confidence=0)


@st.composite
def counts(draw: st.DrawFn) -> tuple[int, int]:
    """Bad devices, and of how many."""
    of = draw(st.integers(1, 2_000_000))
    return draw(st.integers(0, of)), of


# The bound


@pytest.mark.parametrize(
    ("bad", "of", "confidence", "bound"),
    [
        (0, 0, 0.95, 0.0),
        (0, 0, 0, 0.0),
        (0, 20, 0.95, 0.0),
        (1, 20, 0.95, 0.0112),
        (2, 20, 0.95, 0.0337),
        (3, 20, 0.95, 0.0616),
        (20, 20, 0.95, 0.8808),  # n / (n + z²)
        (1, 1, 0.95, 0.2699),
        (10, 100, 0.95, 0.0607),
        (10, 100, 0.5, 0.1),
        (10, 100, 0, 0.1),
        (10, 100, 0.999, 0.0397),
        (60_000, 1_000_000, 0.95, 0.0596),
    ],
)
def test_the_bound_is_the_one_of_wilson(bad: int, of: int, confidence: float, bound: float) -> None:
    assert lower_bound(bad, of, confidence) == pytest.approx(bound, abs=5e-5)


@many
@given(counts(), confidences)
def test_the_bound_is_the_share_of_which_the_count_is_just_so_many_deviations_away(
    bad_of: tuple[int, int], confidence: float
) -> None:
    bad, of = bad_of
    bound = lower_bound(bad, of, confidence)
    deviations = (bad / of - bound) / math.sqrt(bound * (1 - bound) / of) if 0 < bound < 1 else 0.0
    # The share of a normal distribution below so many deviations is the confidence.
    if 1e-6 < bound < 1 - 1e-6:
        assert 0.5 * (1 + math.erf(deviations / math.sqrt(2))) == pytest.approx(confidence, abs=1e-4)


@many
@given(counts(), confidences)
def test_the_bound_is_a_share_and_never_above_the_plain_ratio(bad_of: tuple[int, int], confidence: float) -> None:
    bad, of = bad_of
    assert 0 <= lower_bound(bad, of, confidence) <= bad / of + 1e-12
    assert lower_bound(bad, of, 0) == bad / of


@many
@given(counts(), confidences, confidences)
def test_who_wants_to_be_surer_gets_a_lower_bound(bad_of: tuple[int, int], one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert lower_bound(*bad_of, high) <= lower_bound(*bad_of, low) + 1e-12


@many
@given(counts(), confidences)
def test_each_bad_device_raises_the_bound_and_each_sound_one_lowers_it(
    bad_of: tuple[int, int], confidence: float
) -> None:
    bad, of = bad_of
    bound = lower_bound(bad, of, confidence)
    assert lower_bound(bad + 1, of + 1, confidence) >= bound - 1e-12
    assert lower_bound(bad, of + 1, confidence) <= bound + 1e-12


# The verdict


@pytest.mark.parametrize(
    ("rule", "bad", "of", "trips"),
    [
        (FAILED, 0, 0, False),
        (FAILED, 19, 19, False),  # too few have finished
        (FAILED, 2, 20, False),  # 10 %, and no more than chance may do
        (FAILED, 3, 20, True),
        (FAILED, 5, 100, False),
        (FAILED, 8, 100, False),
        (FAILED, 9, 100, True),
        (PLAIN, 1, 20, False),  # at the share, not above it
        (PLAIN, 2, 20, True),
        (PLAIN, 2, 19, False),
        (StopRule("failed", "100%", confidence=0), 20, 20, False),  # nothing is above
        (StopRule("failed", "5%", min_finished=1), 1, 1, True),
        (StopRule("failed", "30%", min_finished=1), 1, 1, False),
        (StopRule("failed", max_count=3), 3, 3, False),
        (StopRule("failed", max_count=3), 4, 1_000_000, True),
        (StopRule("failed", "5%", max_count=3), 4, 1_000, True),  # whichever comes first
        (StopRule("failed", "5%", max_count=30), 9, 100, True),
        (StopRule("failed", "5%", max_count=3), -3, -20, False),
    ],
)
def test_a_rule_trips_above_what_it_allows(rule: StopRule, bad: int, of: int, trips: bool) -> None:
    assert (verdict(rule, bad, of) is not None) is trips


@pytest.mark.parametrize(
    ("rule", "bad", "of", "text"),
    [
        (FAILED, 3, 20, "3 of 20 devices failed (15.0%, at least 6.2% with 95.0% confidence); the rule allows 5%"),
        (PLAIN, 3, 20, "3 of 20 devices failed (15.0%); the rule allows 5%"),
        (StopRule("rejected", max_count=0), 1, 9, "1 device was rejected; the rule allows 0"),
        (StopRule("timed_out", "2.5%", confidence=0), 1, 20, "1 of 20 devices timed out (5.0%); the rule allows 2.5%"),
    ],
)
def test_a_verdict_has_its_numbers(rule: StopRule, bad: int, of: int, text: str) -> None:
    assert verdict(rule, bad, of) == text


@many
@given(counts(), st.sampled_from([0, 0.5, 0.9, 0.95, 0.999]), st.sampled_from(["0.1%", "5%", "20%", "100%"]))
def test_a_rule_that_trips_trips_all_the_more_with_one_more_bad_device(
    bad_of: tuple[int, int], confidence: float, share: str
) -> None:
    rule = StopRule("failed", share, confidence=confidence)
    bad, of = bad_of
    if verdict(rule, bad, of) is not None:
        assert verdict(rule, bad + 1, of + 1) is not None


# What it is worth: looked at after each device that has finished, 1,000 of them


def test_the_plain_ratio_stops_a_sound_package_in_every_fourth_rollout() -> None:
    assert numbers.stopped(PLAIN, 0.02) == pytest.approx(0.229, abs=0.001)


def test_the_default_rule_stops_a_sound_package_in_one_rollout_of_sixty() -> None:
    assert numbers.stopped(FAILED, 0.02) == pytest.approx(0.0156, abs=0.0001)


def test_who_looks_after_every_twentieth_device_only_stops_less_often_in_vain() -> None:
    assert numbers.stopped(FAILED, 0.02, every=20) == pytest.approx(0.0084, abs=0.0001)


@pytest.mark.parametrize(("failing", "devices", "in_nine_of_ten"), [(0.1, 62, 146), (0.2, 22, 28)])
def test_a_package_that_fails_often_is_caught_early(failing: float, devices: int, in_nine_of_ten: int) -> None:
    assert numbers.stopped(FAILED, failing) > 0.999
    assert round(numbers.mean_until(FAILED, failing)) == devices
    assert numbers.quantile(FAILED, failing, 0.9) == in_nine_of_ten


def test_a_sound_pilot_of_twenty_still_allows_one_failure_in_seven() -> None:
    assert numbers.still_possible(20) == pytest.approx(0.139, abs=0.0005)


def test_the_chances_agree_with_rollouts_that_are_drawn() -> None:
    chance = random.Random(7)
    least = numbers.allowance(FAILED)

    def ends_at() -> int | None:
        bad = 0
        for of in range(1, numbers.FLEET + 1):
            bad += chance.random() < 0.1
            if bad >= least[of]:
                return of
        return None

    ends = [of for of in (ends_at() for _ in range(2000)) if of is not None]
    assert len(ends) >= 1998
    assert sum(ends) / len(ends) == pytest.approx(numbers.mean_until(FAILED, 0.1), rel=0.1)


def test_a_pilot_of_twenty_reaches_its_gate_with_two_that_did_not_succeed() -> None:
    assert numbers.reached(Gate(), 20, 0.97) == pytest.approx(0.979, abs=0.001)
    assert numbers.reached(Gate("100%"), 20, 0.97) == pytest.approx(0.97**20)
