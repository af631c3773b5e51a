"""What goes by `dir`, signatures and annotations finds all there is; and any mode of the interpreter will do."""

from __future__ import annotations

import inspect
import pydoc
import rlcompleter
import subprocess
import sys
import typing
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any
from unittest import mock

import pytest

import fota_sdk
import fota_sdk.rollout
import fota_sdk.sandbox
from fota_sdk import CampaignsV2Controller, CampaignsV3Controller, FotaClient
from tests.conftest import ACCOUNT, CAMPAIGN_ID

GROUPS = ["campaigns_v2", "campaigns_v3"]
OPERATIONS = [
    "cancel_campaign",
    "get_campaign_information",
    "schedule_campaign_firmware_upgrade",
    "update_campaign_dates",
    "update_campaign_firmware_devices",
]

each_group = pytest.mark.parametrize("group", GROUPS)


# mocks


def test_a_mock_of_the_client_has_its_groups(client: FotaClient) -> None:
    for spec in (FotaClient, client):
        for kind in (mock.Mock, mock.MagicMock, mock.NonCallableMock):
            fake = kind(spec_set=spec)
            assert fake.campaigns_v2.cancel_campaign
            assert fake.campaigns_v3.cancel_campaign
            assert isinstance(fake, FotaClient)
            with pytest.raises(AttributeError, match="campaigns_v4"):
                fake.campaigns_v4  # noqa: B018 - reading it is the test


FAKES: dict[str, Callable[[], Any]] = {
    "instance": lambda: mock.create_autospec(FotaClient, instance=True),
    "class": lambda: mock.create_autospec(FotaClient)(api_token="a", session_token="s"),
    "client": lambda: mock.create_autospec(FotaClient(api_token="a", session_token="s")),
}


@each_group
@pytest.mark.parametrize("view", ["", "with_raw_response", "dry_run"])
@pytest.mark.parametrize("fake", FAKES.values(), ids=FAKES)
def test_an_autospec_of_the_client_checks_the_signatures_of_its_methods(
    fake: Callable[[], Any], view: str, group: str
) -> None:
    methods = getattr(fake(), group)
    if view != "":
        methods = getattr(methods, view)
    for name in OPERATIONS:
        method = getattr(methods, name)
        arguments = [ACCOUNT] if name.startswith("schedule") else [ACCOUNT, CAMPAIGN_ID]
        if name not in ("cancel_campaign", "get_campaign_information"):
            arguments.append("body")
        method(*arguments)
        method.assert_called_once_with(*arguments)
        with pytest.raises(TypeError, match="missing a required argument"):
            method(*arguments[:-1])
        with pytest.raises(TypeError, match="too many positional arguments"):
            method(*arguments, None)
    with pytest.raises(AttributeError):
        methods.cancel  # noqa: B018 - reading it is the test


def test_an_autospec_checks_a_wait_too() -> None:
    fake = mock.create_autospec(FotaClient, instance=True)
    fake.campaigns_v3.wait_for_status(ACCOUNT, CAMPAIGN_ID, timeout=None)
    with pytest.raises(TypeError, match="timeout"):
        fake.campaigns_v3.wait_for_status(ACCOUNT, CAMPAIGN_ID)


@each_group
@pytest.mark.parametrize("autospec", [None, True])
@pytest.mark.parametrize("used_before", [False, True])
def test_a_group_can_be_patched_for_all_clients(
    client: FotaClient, group: str, autospec: bool | None, used_before: bool
) -> None:
    if used_before:
        assert getattr(client, group)
    with mock.patch.object(FotaClient, group, autospec=autospec) as fake:
        assert getattr(client, group) is fake  # a client that was used before would else ask the real service
        assert getattr(client.with_options(timeout=1), group) is fake
        fake.cancel_campaign(ACCOUNT, CAMPAIGN_ID)
        if autospec:
            with pytest.raises(TypeError):
                fake.cancel_campaign(ACCOUNT)
            with pytest.raises(AttributeError):
                fake.cancel  # noqa: B018 - reading it is the test
    kind = {"campaigns_v2": CampaignsV2Controller, "campaigns_v3": CampaignsV3Controller}[group]
    assert type(getattr(client, group)) is kind
    assert getattr(FotaClient, group) is kind


@pytest.mark.parametrize("autospec", [None, True])
def test_a_method_can_be_patched_for_all_clients(client: FotaClient, autospec: bool | None) -> None:
    assert client.campaigns_v3.dry_run
    for owner in (FotaClient.campaigns_v3, "fota_sdk.CampaignsV3Controller"):
        patch = (
            mock.patch.object if not isinstance(owner, str) else lambda at, name, **k: mock.patch(f"{at}.{name}", **k)
        )
        with patch(owner, "cancel_campaign", autospec=autospec) as fake:
            client.campaigns_v3.cancel_campaign(ACCOUNT, CAMPAIGN_ID)
            fake.assert_called_once()
    with mock.patch.object(CampaignsV3Controller, "dry_run") as view:
        assert client.campaigns_v3.dry_run is view
    assert client.campaigns_v3.dry_run.cancel_campaign(ACCOUNT, CAMPAIGN_ID).method == "DELETE"


def test_the_whole_client_can_be_patched_where_it_is_named() -> None:
    with mock.patch("fota_sdk.FotaClient", autospec=True):
        fake: Any = fota_sdk.FotaClient(api_token="a", session_token="s")
        fake.campaigns_v2.cancel_campaign(ACCOUNT, CAMPAIGN_ID)
        with pytest.raises(TypeError, match="api_tokn"):
            fota_sdk.FotaClient(api_tokn="a")  # type: ignore[call-arg]
    assert fota_sdk.FotaClient is FotaClient


# completion and help


def completions(text: str, **names: object) -> list[str]:
    completer = rlcompleter.Completer(names)
    found: list[str] = []
    while (one := completer.complete(text, len(found))) is not None:
        found.append(one)
    return [one.rpartition(".")[2].rstrip("()") for one in found]


def test_what_the_client_has_is_listed_and_completed(client: FotaClient) -> None:
    for thing in (FotaClient, client):
        assert set(GROUPS) <= set(dir(thing))
        assert completions("thing.camp", thing=thing) == GROUPS
    for group in GROUPS:
        assert set(OPERATIONS) < set(completions(f"client.{group}.", client=client))
        for view in ("with_raw_response", "dry_run"):
            assert set(OPERATIONS) <= set(completions(f"client.{group}.{view}.", client=client))
    assert inspect.getattr_static(client, "campaigns_v3")


def test_help_tells_the_groups_and_views() -> None:
    text = pydoc.plain(pydoc.render_doc(FotaClient))
    assert "Firmware campaigns for LWM2M devices (Campaigns V3)." in text
    text = pydoc.plain(pydoc.render_doc(CampaignsV3Controller))
    assert "The same methods, each returning an `ApiResponse`" in text


def test_looking_at_a_client_asks_nothing_of_the_service(client: FotaClient) -> None:
    inspect.getmembers(client)
    assert client._attempts.transport._exchanger is None


# type hints


def annotated(thing: Any) -> Iterator[Any]:
    """Return a public thing, and each of its methods and properties, those of its bases included."""
    yield thing
    bases = [base for base in getattr(thing, "__mro__", ()) if base.__module__.startswith("fota_sdk")]
    members = {key: value for base in reversed(bases) for key, value in vars(base).items()}
    for value in members.values():
        value = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
        if inspect.isfunction(value):
            yield value


@pytest.mark.parametrize("module", [fota_sdk, fota_sdk.sandbox, fota_sdk.rollout], ids=lambda module: module.__name__)
def test_all_type_hints_of_public_names_resolve(module: ModuleType) -> None:
    for thing in (getattr(module, name) for name in module.__all__):
        for each in [] if isinstance(thing, str) else annotated(thing):
            typing.get_type_hints(each)


def test_type_hints_are_those_that_type_checkers_see() -> None:
    import requests

    hints = typing.get_type_hints(FotaClient)
    assert [hints[group] for group in GROUPS] == [CampaignsV2Controller, CampaignsV3Controller]
    assert typing.get_type_hints(FotaClient.__init__)["session"] == requests.Session | None
    model = fota_sdk.CampaignFirmwareUpgrade
    for hints in (typing.get_type_hints(model), typing.get_type_hints(model.__init__)):
        assert hints["campaign_time_window_list"] == list[fota_sdk.V3TimeWindow] | None
        assert hints["additional_properties"] == dict[str, Any]
    assert typing.get_type_hints(fota_sdk.ApiError)["response"] == fota_sdk.ApiResponse[Any] | None
    method = CampaignsV3Controller.get_campaign_information
    assert typing.get_type_hints(method) == {"acc": str, "campaign_id": str, "return": fota_sdk.Campaign}


# modes of the interpreter

SCRIPT = """
from datetime import date, timedelta

import fota_sdk
from fota_sdk import *
from fota_sdk.sandbox import Sandbox

for name in fota_sdk.__all__:
    repr(getattr(fota_sdk, name))


def fails(call, kind):
    try:
        call()
    except kind as error:
        return f"{error} {error!r}"
    raise SystemExit(f"no {kind.__name__}")


with Sandbox(today=date.today()) as sandbox, sandbox.client() as client:  # whatever the time of day
    account, day = sandbox.account, sandbox.today + timedelta(days=1)
    for campaigns, upgrade, dates in (
        (
            client.campaigns_v2,
            CampaignSoftwareUpgrade("n", "s", "a", "b", "HTTP", day, day, device_list=["990013907884253"]),
            V2ChangeCampaignDatesRequest,
        ),
        (
            client.campaigns_v3,
            CampaignFirmwareUpgrade("n", "f", "a", "b", "LWM2M", str(day), str(day), device_list=["990013907884253"]),
            V3ChangeCampaignDatesRequest,
        ),
    ):
        upgrade.from_json(upgrade.to_json()).validate()
        sandbox.lose_next_answer()
        try:
            campaigns.schedule_campaign_firmware_upgrade(account, upgrade)
            raise SystemExit("the response was not lost")
        except FotaError as error:
            if not error.outcome_unknown:
                raise
        fails(lambda: campaigns.schedule_campaign_firmware_upgrade(account, upgrade), RepeatRefusedError)
        insisting = client.with_options(insist=True)
        again = insisting.campaigns_v2 if campaigns is client.campaigns_v2 else insisting.campaigns_v3
        id = again.schedule_campaign_firmware_upgrade(account, upgrade).id
        change = {"type": "append", "deviceList": ["990013907835578"]}
        sandbox.advance(minutes=1, seconds=30)
        campaigns.update_campaign_firmware_devices(account, id, change)
        campaign = campaigns.get_campaign_information(account, id)
        campaigns.update_campaign_dates(account, id, dates.from_campaign(campaign))
        fails(lambda: campaigns.wait_for_status(account, id, timeout=0.1, interval=0.01), WaitError)
        campaigns.with_raw_response.cancel_campaign(account, id).body
        fails(lambda: campaigns.get_campaign_information(account, "x"), ApiError)
        fails(lambda: campaigns.dry_run.cancel_campaign(account, ".."), ValidationError)
        fails(lambda: campaigns.wait_for_status(account, id, until="ended", timeout=1), ValidationError)
        fails(lambda: upgrade.nme, AttributeError)
        sandbox.cut_next_answer()
        campaigns.get_campaign_information(account, id)
    tokens = {
        "api_token": OAuthClientCredentials(sandbox.client_id, sandbox.client_secret),
        "session_token": SessionLogin(sandbox.username, sandbox.password),
    }
    with FotaClient(base_url=sandbox.url, **tokens) as logged_in:
        copy = logged_in.with_options(timeout=5)
        copy.campaigns_v3.get_campaign_information(account, id)
    fails(lambda: copy.campaigns_v3.get_campaign_information(account, id), ConfigurationError)
    with sandbox.mocked(), sandbox.client() as mocked:
        mocked.campaigns_v3.get_campaign_information(account, id)
if "None" in (CampaignFirmwareUpgrade.__doc__ or "").partition("(")[0]:
    raise SystemExit(CampaignFirmwareUpgrade.__doc__)
inspect_devices(["990013907884253", "1"])
print("done")
"""


@pytest.mark.parametrize(
    "options",
    [["-O"], ["-OO"], ["-W", "error"], ["-X", "dev", "-W", "error"], ["-b", "-W", "error"], ["-bb"], ["-I"]],
    ids=" ".join,
)
def test_the_package_works_in_any_mode_of_the_interpreter(options: list[str]) -> None:
    command = [sys.executable, *options, "-c", SCRIPT]
    run = subprocess.run(command, capture_output=True, text=True, timeout=50)
    assert (run.returncode, run.stderr, run.stdout) == (0, "", "done\n")


@pytest.mark.parametrize("options", [["-OO"], ["-W", "error", "-X", "dev", "-bb"]], ids=" ".join)
def test_the_command_and_the_sandbox_help_in_any_mode(options: list[str]) -> None:
    for module, *arguments in (
        ("fota_sdk.cli", "--help"),
        ("fota_sdk.cli", "v3", "--help"),
        ("fota_sdk.cli", "v3", "schedule", "--help"),
        ("fota_sdk.sandbox", "--help"),
    ):
        command = [sys.executable, *options, "-m", module, *arguments]
        run = subprocess.run(command, capture_output=True, text=True, timeout=50)
        assert (run.returncode, run.stderr) == (0, "")
        assert "None" not in run.stdout
