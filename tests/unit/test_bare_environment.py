"""What must hold with nothing installed but the run-time dependencies: no mock library, no YAML, no other JSON library.

The same tests run in the full environment, so bytes and answers are the same in both.
"""

from __future__ import annotations

import importlib.metadata
import importlib.resources
import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import fota_sdk
from fota_sdk import (
    CampaignFirmwareUpgrade,
    CampaignSoftwareUpgrade,
    DecodeError,
    FotaClient,
    FotaError,
    FotaV3ResultException,
    V2TimeWindow,
    V3AddOrRemoveDeviceRequest,
    V3TimeWindow,
)
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS
from tests.loopback import LoopbackServer, answer

pytestmark = pytest.mark.bare

# Set by the run in the bare environment; elsewhere more is installed, and that is what the other runs are for.
BARE = os.environ.get("FOTA_TESTS_BARE") == "1"


def client_of(server: LoopbackServer) -> FotaClient:
    return FotaClient(base_url=server.url, api_token="api-token", session_token="session-token", max_attempts=1)


def test_every_public_name_can_be_imported() -> None:
    for name in fota_sdk.__all__:
        assert getattr(fota_sdk, name) is not None


def test_the_installed_package_is_marked_as_typed() -> None:
    assert importlib.resources.files("fota_sdk").joinpath("py.typed").is_file()


def test_the_package_asks_for_its_three_dependencies_and_the_floor_of_urllib3() -> None:
    asked_for = [text for text in importlib.metadata.requires("fota-sdk") or () if "extra ==" not in text]
    names = sorted(re.split(r"[<>=!~ ;\[]", text)[0] for text in asked_for)
    assert names == ["jsonpickle", "python-dateutil", "requests", "urllib3"]


@pytest.mark.skipif(not BARE, reason="only the bare environment has nothing else installed")
def test_nothing_else_is_installed() -> None:
    site = next(Path(path) for path in sys.path if path.startswith(sys.prefix) and path.endswith("site-packages"))
    installed = {each.metadata["Name"].lower() for each in importlib.metadata.distributions(path=[str(site)])}
    assert installed <= {
        *("fota-sdk", "requests", "urllib3", "python-dateutil", "jsonpickle"),
        *("certifi", "idna", "charset-normalizer", "six", "tzdata", "pip", "setuptools"),
    }


@pytest.mark.skipif(not BARE, reason="elsewhere the extra of the command is installed")
def test_the_command_says_what_it_needs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "fota_sdk.cli"], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(": pip install click rich\n")


REQUESTS: list[tuple[Any, bytes]] = [
    (
        CampaignFirmwareUpgrade(
            campaign_name='né 漢 \U0001f680 "\\ \n',
            firmware_name="F",
            firmware_from="1",
            firmware_to="2",
            start_date=date(2021, 9, 29),
            end_date="2021-10-01",
            campaign_time_window_list=[V3TimeWindow(0, 24)],
            device_list=IMEIS[:1],
            auto_add_devices_flag=False,
            additional_properties={"py/object": "os.system", "n": [1, 1.5, None, True, {"py/tuple": [1]}]},
        ),
        (
            b'{"campaignName":"n\\u00e9 \\u6f22 \\ud83d\\ude80 \\"\\\\ \\n","firmwareName":"F","firmwareFrom":"1",'
            b'"firmwareTo":"2","protocol":"LWM2M","startDate":"2021-09-29","endDate":"2021-10-01",'
            b'"campaignTimeWindowList":[{"startTime":0,"endTime":24}],"deviceList":["990013907884253"],'
            b'"autoAddDevicesFlag":false,"py/object":"os.system","n":[1,1.5,null,true,{"py/tuple":[1]}]}'
        ),
    ),
    (
        CampaignSoftwareUpgrade(device_list=[], download_time_window_list=[V2TimeWindow(0, 1), V2TimeWindow(0, 1)]),
        b'{"downloadTimeWindowList":[{"startTime":0,"endTime":1},{"startTime":0,"endTime":1}],"deviceList":[]}',
    ),
    (V3AddOrRemoveDeviceRequest(mtype="remove", device_list=("x",)), b'{"Type":"remove","deviceList":["x"]}'),
]


@pytest.mark.parametrize(("model", "content"), REQUESTS)
def test_the_bytes_of_a_model(model: Any, content: bytes) -> None:
    assert model.to_json().encode() == content


def test_the_bytes_that_are_sent() -> None:
    model, content = REQUESTS[0]
    with LoopbackServer(answer({"id": "x"})) as server, client_of(server) as client:
        client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, model)
        client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, model.to_dictionary())
        client.request("POST", "/fota/v3/x", body=model.to_dictionary())
        assert [request.body for request in server.requests] == [content] * 3


def test_tags_of_jsonpickle_in_a_response_are_plain_data(tmp_path: Path) -> None:
    marker = tmp_path / "marker"
    tags = {
        "py/reduce": [{"py/type": "os.mkdir"}, {"py/tuple": [str(marker)]}],
        "py/object": "collections.OrderedDict",
        "tuple": {"py/tuple": [1, 2]},
        "repr": {"py/repr": f"os/os.mkdir('{marker}')"},
        "reference": {"py/id": 1},
        "bytes": {"py/b64": "AAAA"},
    }
    with LoopbackServer(answer({**tags, "make": "M"})) as server, client_of(server) as client:
        campaign = client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
        assert campaign.make == "M"
        assert campaign.additional_properties == tags
    with LoopbackServer(answer(tags, status=400)) as server, client_of(server) as client:
        with pytest.raises(FotaV3ResultException) as caught:
            client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
        assert caught.value.response is not None
        assert caught.value.response.body == tags
    assert not marker.exists()


UNREADABLE = [
    b"",
    b"{",
    b"<html>",
    b"id: x",
    b"{'id': 'x'}",
    b'{"id": NaN}',
    b'{"id": "x", "n": Infinity}',
    b'{"id": "x", "n": 1e999}',
    b'{"id": "x",}',
    b'{"id": "\xff"}',
    b'{"id": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
    b"- id: x",
    b"!!python/object/apply:os.getcwd []",
]


@pytest.mark.parametrize("content", UNREADABLE, ids=lambda content: repr(content[:30]))
def test_what_is_not_json_is_no_response(content: bytes) -> None:
    with LoopbackServer(answer(content=content)) as server, client_of(server) as client:
        with pytest.raises(DecodeError):
            client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)


def test_the_message_of_a_refused_connection() -> None:
    with LoopbackServer(answer({})) as server:
        pass
    with client_of(server) as client, pytest.raises(FotaError, match="could not be reached"):
        client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
