"""``python -m fota_sdk.sandbox``."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import pytest
import requests

from fota_sdk import CampaignStatus, FotaClient
from fota_sdk.sandbox import Sandbox
from fota_sdk.sandbox.__main__ import _built as built, _parser as parser, main
from tests.sandbox.wire import BODIES, Wire, accepted, ask, day, imeis


def started(command: list[str], stdin: IO[str] | None = None) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return subprocess.Popen(
        command, stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals reach a child in another way there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=str)
def test_it_prints_its_variables_serves_and_ends_well(number: signal.Signals) -> None:
    command = [sys.executable, "-m", "fota_sdk.sandbox", "--speed", "60"]
    with started(command) as process:
        assert process.stdout is not None
        try:
            lines = [process.stdout.readline().strip() for _ in range(4)]
            variables = dict(line.removeprefix("export ").split("=", 1) for line in lines)
            assert list(variables) == ["FOTA_BASE_URL", "FOTA_API_TOKEN", "FOTA_SESSION_TOKEN", "FOTA_ACCOUNT"]
            client = FotaClient(
                base_url=variables["FOTA_BASE_URL"],
                api_token=variables["FOTA_API_TOKEN"],
                session_token=variables["FOTA_SESSION_TOKEN"],
            )
            with client:
                campaign = client.campaigns_v3.schedule_campaign_firmware_upgrade(
                    variables["FOTA_ACCOUNT"], {**BODIES["v3"], "startDate": day(1), "endDate": day(2)}
                )
            assert campaign.status == CampaignStatus.REQUEST_PENDING
            assert process.stderr is not None
            said = process.stderr.readline()
            process.send_signal(number)
            rest, errors = process.communicate(timeout=15)
        finally:
            process.kill()
    assert process.returncode == 0
    assert rest == ""
    assert "Traceback" not in errors
    assert "a stand-in of the service: nothing reaches the real one or a device" in said


@pytest.mark.skipif(sys.platform == "win32", reason="a shell")
def test_a_shell_takes_its_variables_over_and_ends_it_in_the_background(tmp_path: Path) -> None:
    script = """
        "$1" -m fota_sdk.sandbox > env.sh &
        while [ "$(grep -c . env.sh)" != 4 ]; do sleep 0.1; done
        . ./env.sh
        "$1" -c 'from fota_sdk import FotaClient; print(FotaClient.from_environment())'
        kill -INT $!
        wait $!
        echo ended with $?
    """
    command = ["sh", "-c", script, "sh", sys.executable]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
    assert run.stdout.startswith("FotaClient(base_url='http://127.0.0.1:")
    assert run.stdout.endswith("ended with 0\n")
    assert "Traceback" not in run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a shell")
def test_a_shell_takes_credentials_over_in_the_place_of_tokens(tmp_path: Path) -> None:
    script = """
        "$1" -m fota_sdk.sandbox --credentials > env.sh &
        while [ "$(grep -c . env.sh)" != 7 ]; do sleep 0.1; done
        FOTA_API_TOKEN=old FOTA_SESSION_TOKEN=old
        export FOTA_API_TOKEN FOTA_SESSION_TOKEN
        . ./env.sh
        "$1" -c 'from fota_sdk import FotaClient, find_campaigns; import os
client = FotaClient.from_environment()
print(find_campaigns(client, os.environ["FOTA_ACCOUNT"]))'
        kill $!
        wait $!
    """
    command = ["sh", "-c", script, "sh", sys.executable]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30, check=True)
    assert run.stdout == "[]\n"
    assert "Traceback" not in run.stderr


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., str]]:
    """Runs the command in this process, to its failure; returns what it tells."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def told(*arguments: str) -> str:
        monkeypatch.setattr(sys, "argv", ["sandbox", *arguments])
        assert main() == 2
        output = capsys.readouterr()
        assert output.out == ""
        return output.err

    yield told
    for number, handler in handlers.items():
        signal.signal(number, handler)


def test_it_says_when_its_port_is_taken(told: Callable[..., str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert "cannot be started" in told("--port", str(taken.getsockname()[1]))


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("--speed", "0", "speed must be"),
        ("--port", "70000", "port must be"),
        ("--today", "1969-12-31", "today must be"),
        ("--outcomes", "failed=2", "failed must be"),
        ("--outcomes", "failed=0.6,silent=0.6", "1 at most together"),
        ("--fail", "99001390788425", "an IMEI is a text of 15 digits"),
        ("--reject", "x", "an IMEI is a text of 15 digits"),
        ("--silence", "", "an IMEI is a text of 15 digits"),
        ("--purchase", "mrc", "purchase must be"),
        ("--licenses", "-1", "licenses must be"),
        ("--page-size", "0", "page_size must be"),
        ("--report-lag", "366d", "report_lag must be"),
    ],
)
def test_it_says_when_an_argument_cannot_be_used(
    told: Callable[..., str], argument: str, value: str, words: str
) -> None:
    assert words in told(argument, value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "No such file"),
        ("", "no devices"),
        ("990013907884253\nx\n", "line 2"),
        ("a,b\n1,2\n", "column"),
    ],
    ids=["missing", "empty", "no IMEI", "no column"],
)
def test_it_says_when_its_devices_cannot_be_read(
    told: Callable[..., str], tmp_path: Path, content: str | None, words: str
) -> None:
    path = tmp_path / "devices.csv"
    if content is not None:
        path.write_text(content)
    assert words in told("--devices", str(path))


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--today", "tomorrow", "'tomorrow' is no day in the form YYYY-MM-DD"),
        ("--today", "2020-02-30", "is no day"),
        ("--outcomes", "lost=1", "'lost=1' is none of failed=SHARE, silent=SHARE, retried=SHARE and seed=N"),
        ("--outcomes", "failed=1,failed=1", "each once"),
        ("--outcomes", "failed=some", "'some' is no number"),
        ("--outcomes", "seed=0.5", "'0.5' is no number"),
        ("--outcomes", "", "is none of"),
        ("--pilot-rule", "nobody", "invalid choice: 'nobody'"),
        ("--licenses", "some", "invalid int value: 'some'"),
        ("--page-size", "1.5", "invalid int value: '1.5'"),
        ("--report-lag", "soon", "'soon' is no time such as 90, 30m, 6h or 2d"),
        ("--report-lag", "-1h", "expected one argument"),
        ("--report-lag", "6 h", "is no time"),
        ("--report-lag", "9" * 400, "is no time"),
    ],
)
def test_an_option_that_cannot_be_understood_is_refused(
    capsys: pytest.CaptureFixture[str], option: str, value: str, words: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([option, value])
    assert ended.value.code == 2
    assert words in capsys.readouterr().err


def test_its_help_says_that_it_is_a_stand_in_under_the_name_that_it_was_called_by(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["--help"], "fota sandbox")
    told = capsys.readouterr().out
    assert told.startswith("usage: fota sandbox [options]\n")
    assert "stand-in" in told


def test_its_help_fits_a_terminal_of_80_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(SystemExit):
        main(["--help"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 66


@pytest.mark.parametrize("from_standard_input", [False, True])
def test_it_serves_a_fleet_with_outcomes_on_a_day_of_the_past(tmp_path: Path, from_standard_input: bool) -> None:
    fleet = imeis(40)
    path = tmp_path / "fleet.csv"
    path.write_text("\n".join(["model,IMEI", *(f"meter,{imei}" for imei in fleet)]))
    options = ["--today", "2020-08-20", "--speed", "1000000", "--outcomes", "failed=0.5,seed=7"]
    command = [sys.executable, "-m", "fota_sdk.sandbox", *options]
    command += ["--devices", "-" if from_standard_input else str(path)]
    with path.open() as given, started(command, stdin=given) as process:
        assert process.stdout is not None
        try:
            variables = dict(process.stdout.readline().strip().removeprefix("export ").split("=", 1) for _ in range(4))
            headers = {
                "Authorization": f"Bearer {variables['FOTA_API_TOKEN']}",
                "VZ-M2M-Token": variables["FOTA_SESSION_TOKEN"],
            }
            url, account = variables["FOTA_BASE_URL"], variables["FOTA_ACCOUNT"]
            listed = requests.get(f"{url}/fota/v3/devices/{account}?lastSeenDeviceId=0", headers=headers, timeout=10)
            assert [device["deviceId"] for device in listed.json()["deviceList"]] == fleet
        finally:
            process.kill()


def served(*options: str) -> Sandbox:
    """Return the sandbox that the command would serve."""
    return built(parser("x").parse_args(options))


def test_single_devices_fail_are_rejected_and_are_silent() -> None:
    first, second, third, fourth, fifth = imeis(5)
    with served("--fail", first, "--fail", second, "--reject", third, "--silence", fourth) as sandbox:
        wire = Wire(sandbox, "v3")
        campaign_id = wire.scheduled(deviceList=imeis(5))
        sandbox.advance(days=4)
        report = accepted(wire.devices_of(campaign_id))["deviceList"]
    assert {device["deviceId"]: device["status"] for device in report} == {
        first: "UpgradeFailed",
        second: "UpgradeFailed",
        third: "DeviceRejected",
        fourth: "NoDeviceDataFromNetwork",
        fifth: "UpgradeSuccess",
    }


@pytest.mark.parametrize(
    ("options", "own", "others"),
    [
        ((), 200, 200),
        (("--pilot-rule",), 400, 200),
        (("--pilot-rule", "account"), 400, 200),
        (("--pilot-rule", "customer"), 400, 400),
    ],
    ids=repr,
)
def test_the_pilot_rule_holds_for_an_account_or_a_customer(options: tuple[str, ...], own: int, others: int) -> None:
    with served(*options) as sandbox:
        Wire(sandbox, "v3").scheduled(deviceList=imeis(20))
        one_more = imeis(21)[20:]
        assert Wire(sandbox, "v3").schedule(deviceList=one_more)[0] == own
        assert Wire(sandbox, "v3", "0000123456-00002").schedule(deviceList=one_more)[0] == others


@pytest.mark.parametrize(
    ("options", "bought"),
    [
        ((), ("TS-HFOTA-EVNT,TS-HFOTA-MRC", 1_000_000)),
        (("--purchase", "EVNT"), ("TS-HFOTA-EVNT", 0)),
        (("--licenses", "0"), ("TS-HFOTA-MRC", 0)),
        (("--purchase", "EVNT,MRC", "--licenses", "500"), ("TS-HFOTA-EVNT,TS-HFOTA-MRC", 500)),
    ],
    ids=repr,
)
def test_accounts_pay_as_the_options_say(options: tuple[str, ...], bought: tuple[str, int]) -> None:
    with served(*options) as sandbox:
        answer = accepted(ask(sandbox, "GET", f"/fota/v3/subscriptions/{sandbox.account}"))
        assert (answer["purchaseType"], answer["licenseCount"]) == bought


def test_pages_are_as_short_as_it_says() -> None:
    with served("--page-size", "2") as sandbox:
        wire = Wire(sandbox, "v3")
        page = accepted(wire.devices_of(wire.scheduled(deviceList=imeis(3))))
        assert (len(page["deviceList"]), page["maxPageSize"], page["hasMoreData"]) == (2, 2, True)


@pytest.mark.parametrize("lag", ["7200", "120m", "2h", "1.5h", "0.5d", "5400s"])
def test_reports_are_as_late_as_it_says(lag: str) -> None:
    with served("--report-lag", lag) as sandbox:
        wire = Wire(sandbox, "v3")
        campaign_id = wire.scheduled(5, 9)
        wire.cancel(campaign_id)
        sandbox.advance(hours=1)
        assert accepted(wire.report("?campaignStatus=CampaignCancelled"))["campaignList"] == []
        sandbox.advance(hours=11.5)
        assert len(accepted(wire.report("?campaignStatus=CampaignCancelled"))["campaignList"]) == 1


def test_outcomes_and_devices_reach_the_sandbox(tmp_path: Path) -> None:
    path = tmp_path / "fleet.txt"
    path.write_text("\n".join(imeis(100)))
    chosen = parser("x").parse_args(["--devices", str(path), "--outcomes", "failed=0.3, silent=0.2,retried=0.1,seed=7"])
    seen = []
    with built(chosen) as sandbox, Sandbox(devices=imeis(100)) as other:
        other.outcomes(failed=0.3, silent=0.2, retried=0.1, seed=7)
        for one in (sandbox, other):
            wire = Wire(one, "v3")
            campaign_id = wire.scheduled(deviceList=imeis(101))
            one.advance(days=4)
            report = accepted(wire.devices_of(campaign_id))
            seen.append([(device["deviceId"], device["status"]) for device in report["deviceList"]])
    assert seen[0] == seen[1]
    statuses = Counter(status for _, status in seen[0])
    assert set(statuses) == {"UpgradeSuccess", "UpgradeFailed", "NoDeviceDataFromNetwork", "DeviceRejected"}
    assert statuses["DeviceRejected"] == 1


def test_it_says_when_its_devices_have_more_licenses_than_there_are(told: Callable[..., str], tmp_path: Path) -> None:
    path = tmp_path / "fleet.csv"
    path.write_text("\n".join(["imei,licensed", *(f"{imei},yes" for imei in imeis(3))]))
    words = told("--devices", str(path), "--licenses", "2")
    assert "3 devices of 0000123456-00001 would have a license, and it has 2 licenses" in words
