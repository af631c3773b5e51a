"""Files of devices, as ``--devices`` takes them: IMEIs alone, or CSV with facts."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from fota_sdk import ConfigurationError
from fota_sdk.sandbox.__main__ import _built as built, _parser as parser
from fota_sdk.sandbox.device_file import read_device_file
from tests.conftest import ACCOUNT, IMEIS
from tests.sandbox.wire import Wire, accepted, ask

ONE, TWO, THREE = IMEIS
SIBLING = "0000123456-00002"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "fleet.csv"


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\n{TWO}\n{TWO}\n",
        f"imei\r\n{ONE}\r\n\r\n{TWO}",
        f'"IMEI"\n"{ONE}"\n"{TWO}"\n',
        f"\ufeff{ONE}\n{TWO}",
        f"\n{ONE}\n{TWO}\n",
        f"sep=;\n{ONE}\n{TWO}\n",
    ],
    ids=repr,
)
def test_a_file_of_IMEIs_alone_declares_nothing_else(path: Path, text: str) -> None:  # noqa: N802
    path.write_text(text, "utf-8", newline="")
    assert read_device_file(str(path)) == [([ONE, TWO], {})]


@pytest.mark.parametrize(
    ("heading", "cell", "facts"),
    [
        ("make", "SEQUANS Communications", {"make": "SEQUANS Communications"}),
        ("Model", " GM01Q ", {"model": "GM01Q"}),
        ("firmware", "SR1", {"firmware": "SR1"}),
        ("software", "'A, B'".replace("'", '"'), {"software": "A, B"}),
        ("protocol", "HTTP", {"protocol": "HTTP"}),
        ("protocol", "OMD-DM", {"protocol": "OMD-DM"}),
        ("eligible", "no", {"is_eligible": False}),
        ("is_eligible", "TRUE", {"is_eligible": True}),
        ("licensed", "1", {"is_licensed": True}),
        ("is_licensed", "0", {"is_licensed": False}),
        ("active", "False", {"is_active": False}),
        ("is_active", "yes", {"is_active": True}),
        ("account", SIBLING, {"account": SIBLING}),
        ("mdn", "0123", {"mdn": "0123"}),
        ("licensed_at", "2022-10-05T21:05:01Z", {"licensed_at": datetime(2022, 10, 5, 21, 5, 1, 0, timezone.utc)}),
        ("last_upgrade", "", {}),
        ("licensed", "", {}),
        ("", "", {}),
    ],
)
def test_a_column_is_a_fact(path: Path, heading: str, cell: str, facts: dict[str, Any]) -> None:
    path.write_text(f"{heading},imei\n{cell},{ONE}\n", "utf-8")
    assert read_device_file(str(path)) == [([ONE], facts)]


def test_devices_with_equal_facts_are_declared_together(path: Path) -> None:
    path.write_text(f"sep=;\nimei;make;model\n{ONE};A;B\n{TWO};C\n\n{THREE};A;B\n{ONE};A;B\n")
    assert read_device_file(str(path)) == [([ONE, THREE], {"make": "A", "model": "B"}), ([TWO], {"make": "C"})]


def test_the_device_file_of_a_roll_out_is_one_of_a_sandbox_too(path: Path) -> None:
    path.write_text(f"imei,account,wave\n{ONE},{SIBLING},1\n{TWO},{SIBLING},\n")
    assert read_device_file(str(path)) == [([ONE], {"account": SIBLING}), ([TWO], {"account": SIBLING})]


def test_accounts_may_have_the_same_device(path: Path) -> None:
    path.write_text(f"imei,account,make\n{ONE},{SIBLING},A\n{ONE},,B\n")
    assert read_device_file(str(path)) == [([ONE], {"account": SIBLING, "make": "A"}), ([ONE], {"make": "B"})]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"imei,firmwre\n{ONE},1\n", "line 1, column firmwre: there is no such fact; columns are imei, account, make"),
        (f"imei,licensed,is_licensed\n{ONE},1,1\n", "line 1, column licensed: is_licensed is there twice"),
        (f"imei,make,make\n{ONE},A,A\n", "line 1, column make: make is there twice"),
        (f"imei,licensed\n{ONE},1\n{TWO},maybe\n", "line 3, column licensed: must be true, yes, 1.* got 'maybe'"),
        (f"imei,protocol\n{ONE},http\n", "line 2, column protocol: must be one of LWM2M, HTTP, .* got 'http'"),
        (f"imei,account\n{ONE},1\n", "line 2, column account: must be ten digits, a hyphen and five digits, got '1'"),
        (f"imei,last_upgrade\n{ONE},today\n", "line 2, column last_upgrade: must be a time"),
        (f'imei,make,mdn\n{ONE},"A\nB",\n{TWO},A,\n,A,\n', "line 5, column imei: is empty"),
        (f"imei,make\n{ONE},A\n{TWO},A\n{ONE},B\n", "line 4, column imei: is the same device as on line 2"),
        (f"imei,account\n{ONE},\n{ONE},{ACCOUNT}\n", "line 3, column imei: is the same device as on line 2"),
        (f"imei,make,\n{ONE},A,B\n", "line 2, column without a heading: nothing says what 'B' is"),
        (f"imei,make\n{ONE},A\nx,A\n", "line 3: 'x'"),
        (f"imei,make\n{ONE},A,B\n", "line 2: "),
        ("imei,make\n", "there are no devices"),
    ],
)
def test_what_cannot_be_used_is_refused_with_line_and_column(path: Path, text: str, words: str) -> None:
    path.write_text(text)
    with pytest.raises(ConfigurationError, match=f"fleet.csv: {words}"):
        read_device_file(str(path))


def test_a_file_that_is_no_text_is_refused(path: Path) -> None:
    path.write_bytes(b"imei,make\n\xff\xfe")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        read_device_file(str(path))


def test_facts_of_a_file_decide_who_is_upgraded_and_whose_a_device_is(path: Path) -> None:
    path.write_text(f"imei,firmware,eligible,account\n{ONE},SR1.2.0.0-10512,,\n{TWO},,no,\n{THREE},,,{SIBLING}\n")
    with built(parser("x").parse_args(["--devices", str(path)])) as sandbox:
        wire = Wire(sandbox, "v3")
        listed = accepted(wire.devices_of(wire.scheduled(deviceList=IMEIS)))["deviceList"]
        reasons = {each["deviceId"]: each["resultReason"] for each in listed if each["status"] == "DeviceRejected"}
        assert reasons == {TWO: "Device is not FOTA capable", THREE: "Device not found"}
        for account, imeis in ((ACCOUNT, {ONE, TWO}), (SIBLING, {THREE})):
            devices = accepted(ask(sandbox, "GET", f"/fota/v3/devices/{account}?lastSeenDeviceId=0"))["deviceList"]
            assert {each["deviceId"] for each in devices} == imeis
