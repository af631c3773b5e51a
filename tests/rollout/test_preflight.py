"""The look before the start: what each device, license and live campaign says against it, as error or warning."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.rollout import Finding
from tests.rollout.fleet_on_sandbox import ACCOUNT, PACKAGES, Fleet, plan_of
from tests.rollout.test_doubts import schedule_for

OLD, NEW = PACKAGES["v3"]["firmware_from"], PACKAGES["v3"]["firmware_to"]


def found(fleet: Fleet) -> list[Finding]:
    """Return what the look finds, of all but the size of the first wave."""
    fleet.create()
    with fleet.open() as rollout:
        return [finding for finding in rollout.preflight(fleet.clients) if "its first wave" not in finding.text]


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    """Four devices of one account."""
    with Fleet(tmp_path, sizes={ACCOUNT: 4}) as fleet:
        yield fleet


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_nothing_is_said_of_devices_that_are_as_the_plan_wants_them(api: str, tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(api), {ACCOUNT: 4}) as fleet:
        assert [str(finding) for finding in found(fleet)] == []


@pytest.mark.parametrize(
    ("facts", "is_error", "what"),
    [
        ({"is_eligible": False}, True, "cannot be upgraded over the air; take out of the file"),
        ({"is_active": False}, False, "not active, and will not finish"),
        ({"firmware": NEW}, False, f"on {NEW} already, and may be rejected, or upgraded again"),
        ({"firmware": "other"}, False, f"not on {OLD}, and may be rejected"),
    ],
)
def test_devices_that_are_otherwise_are_told_with_one_of_them(
    facts: dict[str, Any], is_error: bool, what: str, fleet: Fleet
) -> None:
    odd = [imei for imei, _ in fleet.devices[1:3]]
    fleet.sandbox.add_devices(odd, account=ACCOUNT, **facts)
    (finding,) = found(fleet)
    assert (finding.is_error, finding.account, sorted(finding.devices)) == (is_error, ACCOUNT, sorted(odd))
    assert str(finding) == (
        f"{'error' if is_error else 'warning'}: {ACCOUNT}: 2 devices, such as {finding.devices[0]}: {what}"
    )


def test_a_package_that_is_not_available_is_an_error_with_some_that_are(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(campaign={**PACKAGES["v3"], "firmware_name": "other"}), {ACCOUNT: 4}) as fleet:
        errors = [finding.text for finding in found(fleet) if finding.is_error]
    assert [text.partition("; it has ")[0] for text in errors] == [
        "the package other is not available to it over LWM2M, from SR1.2.0.0-10512 to SR1.2.0.0-10657"
    ]
    assert PACKAGES["v3"]["firmware_name"] in errors[0]
    assert errors[0].endswith(f". Which are: fota v3 packages --account {ACCOUNT}")


NONE = "without a license: assign one to each before its wave, or the account will be held. How many there are"
TOO_FEW = (
    "without a license, free: 3. The account will be held before the first campaigns that need more than are left. "
    "How many"
)


@pytest.mark.parametrize(("assigns", "licenses", "what"), [(False, 100, NONE), (True, 3, TOO_FEW), (True, 4, None)])
def test_devices_without_a_license_are_told_where_no_campaign_will_assign_one(
    assigns: bool, licenses: int, what: str | None, tmp_path: Path
) -> None:
    plan = plan_of(campaign={**PACKAGES["v3"], "auto_assign_license_flag": assigns})
    with Fleet(tmp_path, plan, {ACCOUNT: 4}, purchase="MRC", licenses=licenses) as fleet:
        texts = [str(finding) for finding in found(fleet)]
    assert [text.partition(", such as ")[0] for text in texts] == [f"warning: {ACCOUNT}: 4 devices"] * (
        what is not None
    )
    look = f"fota v3 licenses --account {ACCOUNT}"
    assert [text.partition(", such as ")[2].partition(": ")[2] for text in texts] == [f"{what}: {look}"] * (
        what is not None
    )


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("Theirs", ", and would be rejected. Wait until it has ended"),
        (
            "abcdefgh.0001 Spring",
            (
                " (abcdefgh.0001 Spring) of another roll-out of this package. Was its journal lost? Restore it and go "
                "on with --moved; or wait until the campaign has ended"
            ),
        ),
    ],
)
def test_devices_in_a_live_campaign_are_an_error(name: str, what: str, fleet: Fleet) -> None:
    fleet.create()
    held = fleet.devices[0][0]
    theirs = schedule_for(fleet, name, [held])
    fleet.advance(days=1)  # reports show what has started
    (finding,) = found(fleet)
    assert (finding.is_error, finding.devices) == (True, (held,))
    assert finding.text == f"device {held}: in the live campaign {theirs}{what}"


@pytest.mark.parametrize(("name", "is_error"), [("Theirs", False), ("abcdefgh.0001 Spring", True)])
def test_a_live_campaign_without_a_report_may_hold_devices(name: str, is_error: bool, fleet: Fleet) -> None:
    fleet.create()
    theirs = schedule_for(fleet, name, [fleet.devices[0][0]])
    fleet.advance(days=1)  # reports show what has started
    fleet.sandbox.fail_next(400, operation="v3.get_campaign_device_status")
    (finding,) = found(fleet)
    assert finding.is_error == is_error
    assert f"campaign {theirs} of this package shows no devices" in finding.text


def test_an_ended_campaign_says_nothing_against_the_start(fleet: Fleet) -> None:
    schedule_for(fleet, "Theirs", [fleet.devices[0][0]])
    fleet.advance(days=30)
    assert [finding for finding in found(fleet) if "campaign" in finding.text] == []


def test_an_account_that_cannot_be_looked_at_is_an_error(fleet: Fleet) -> None:
    fleet.create()
    fleet.sandbox.fail_next(503, operation="v3.list_available_firmware")
    (finding,) = found(fleet)
    assert (finding.is_error, finding.account) == (True, ACCOUNT)
    assert finding.text.startswith("it could not be looked at: ServerError: ")
