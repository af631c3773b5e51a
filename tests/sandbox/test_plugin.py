"""The fixtures that pytest finds once the package is installed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.conftest import QUICKLY

pytest_plugins = ["pytester"]

A_TEST = """
from datetime import date, timedelta

def test_it(fota_client, fota_sandbox):
    start = date.today() + timedelta(days=1)
    campaign = fota_client.campaigns_v3.schedule_campaign_firmware_upgrade(
        fota_sandbox.account,
        {
            "firmwareName": "n", "firmwareFrom": "a", "firmwareTo": "b", "protocol": "LWM2M",
            "startDate": start, "endDate": start, "deviceList": ["990013907884253"],
        },
    )
    fota_sandbox.advance(days=3)
    status = fota_client.campaigns_v3.get_campaign_information(fota_sandbox.account, campaign.id).status
    assert status == "CampaignEnded"
    assert len(fota_sandbox.requests) == 2
"""


def test_the_fixtures_give_a_sandbox_and_its_client(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(A_TEST, test_again=A_TEST)
    pytester.runpytest_inprocess("-W", "error", *QUICKLY).assert_outcomes(passed=2)


def test_a_mark_takes_arguments_of_the_sandbox_and_the_nearest_one_counts(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        from datetime import date

        import pytest

        pytestmark = pytest.mark.fota_sandbox(today=date(2020, 8, 20), devices=["990013907884253"])

        def test_of_the_module(fota_sandbox, fota_client):
            assert fota_sandbox.today == date(2020, 8, 20)
            page = fota_client.account_devices.get_account_device_information(fota_sandbox.account)
            assert [device.device_id for device in page.device_list] == ["990013907884253"]

        @pytest.mark.fota_sandbox(today=date(2021, 1, 1))
        def test_of_its_own(fota_sandbox):
            assert fota_sandbox.today == date(2021, 1, 1)

        @pytest.mark.fota_sandbox(speed=0)
        def test_of_what_cannot_be(fota_sandbox):
            pass

        @pytest.mark.fota_sandbox(date(2021, 1, 1))
        def test_of_what_has_no_name(fota_sandbox):
            pass
        """
    )
    result = pytester.runpytest_inprocess("-W", "error", "--strict-markers", *QUICKLY)
    result.assert_outcomes(passed=2, errors=2)
    result.stdout.fnmatch_lines(
        ["*ConfigurationError: speed must be a number above 0*", "*takes arguments by their names*"]
    )


@pytest.mark.parametrize("name", ["waitress", "responses"])
def test_without_the_extra_the_fixture_says_what_to_install(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    pytester.makepyfile("def test_it(fota_client):\n    pass\n", test_other="def test_other():\n    pass\n")
    result = pytester.runpytest_inprocess(*QUICKLY)
    result.assert_outcomes(errors=1, passed=1)
    result.stdout.fnmatch_lines([f"*fota_sandbox needs {name}: pip install {name}"])


def test_a_run_that_asks_for_no_fixture_loads_nothing_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("import sys\n\ndef test_it():\n    print('loaded', *sys.modules)\n")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-s", "-q", *QUICKLY, str(pytester.path)],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    (line,) = [line for line in run.stdout.splitlines() if line.startswith("loaded ")]
    loaded = {name for name in line.split() if name.split(".")[0] in ("fota_sdk", "waitress", "responses")}
    assert loaded == {"fota_sdk", "fota_sdk.pytest_entry_point", "fota_sdk.pytest_plugin"}


MODULE = "fota_sdk.pytest_plugin"
IN_CONFTEST = f"pytest_plugins = [{MODULE!r}]\n"


@pytest.mark.parametrize(
    ("options", "variable", "conftest"),
    [
        (["-p", "fota"], "", ""),
        (["-p", MODULE], "", ""),
        ([], MODULE, ""),
        ([], "", IN_CONFTEST),
        (["-p", "fota", "-p", MODULE], MODULE, IN_CONFTEST),  # as where options are handed on to further processes
        (["-p", MODULE, "-p", "fota", "-p", MODULE], "", ""),
        (["-p", "no:fota", "-p", MODULE], "", ""),
        (["-p", "no:fota"], "", IN_CONFTEST),
        (["-p", "no:fota"], MODULE, ""),
    ],
)
def test_the_plugin_may_be_named_by_its_module_too(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, options: list[str], variable: str, conftest: str
) -> None:
    monkeypatch.setenv("PYTEST_PLUGINS", variable)
    pytester.makepyfile(A_TEST, conftest=conftest)
    pytester.runpytest_subprocess("-W", "error", *QUICKLY, *options).assert_outcomes(passed=1)


@pytest.mark.parametrize("options", [["-p", "no:fota"], ["-p", f"no:{MODULE}"]])
def test_the_plugin_can_be_left_out(pytester: pytest.Pytester, options: list[str]) -> None:
    pytester.makepyfile(A_TEST)
    result = pytester.runpytest_subprocess(*QUICKLY, *options)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*fixture 'fota_client' not found*"])
