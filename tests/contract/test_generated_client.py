"""Another generator makes a client of doc/openapi.json, without a warning, and it works with the sandbox."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from fota_sdk import FotaClient
from fota_sdk.sandbox import Sandbox
from tests.contract.description import PATH
from tests.unit.operations import FAMILY

pytest.importorskip("openapi_python_client")

pytestmark = pytest.mark.pages

PACKAGE = "generated_fota"

SCRIPT = """
import sys
from datetime import date, timedelta
from io import BytesIO

from generated_fota import AuthenticatedClient
from generated_fota.api.account_devices import v3_get_account_device_information
from generated_fota.api.campaigns_v3 import v3_get_campaign_information, v3_schedule_campaign_firmware_upgrade
from generated_fota.api.client_logging import v2_disable_logging_for_devices
from generated_fota.api.configuration_files import v2_upload_config_file
from generated_fota.api.firmware_v3 import v3_list_available_firmware
from generated_fota.models import CampaignFirmwareUpgrade, V2UploadConfigFileBody
from generated_fota.types import File

url, api_token, session_token, account = sys.argv[1:]
client = AuthenticatedClient(base_url=url, token=api_token, headers={"VZ-M2M-Token": session_token})

page = v3_get_account_device_information.sync(account, client=client)
print(type(page).__name__, page.has_more_data, [device.firmware for device in page.device_list])
(package,) = v3_list_available_firmware.sync(account, client=client, protocol="LWM2M")

tomorrow = date.today() + timedelta(days=1)
upgrade = CampaignFirmwareUpgrade(
    firmware_name=package.firmware_name,
    firmware_from=package.firmware_from,
    firmware_to=package.firmware_to,
    protocol="LWM2M",
    start_date=tomorrow,
    end_date=tomorrow,
    device_list=["990013907884253"],
)
campaign = v3_schedule_campaign_firmware_upgrade.sync(account, client=client, body=upgrade)
print(type(campaign).__name__, campaign.start_date == tomorrow, campaign.id)
print(v3_get_campaign_information.sync(account, campaign.id, client=client).status)

done = v2_disable_logging_for_devices.sync_detailed(account, client=client, device_ids="990013907884253")
print(done.status_code.value, done.parsed)
file = File(payload=BytesIO(b"Hello, world!"), file_name="hello-world.txt")
body = V2UploadConfigFileBody(fileupload=file, file_version="1.0")
print(v2_upload_config_file.sync(account, client=client, body=body).file_version)

refused = v3_get_campaign_information.sync("123", campaign.id, client=client)
print(type(refused).__name__, refused.error_code)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package that was generated."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "config.yml").write_text("post_hooks: []\n")  # it would run a linter over the package
    command = ["--config", "config.yml", "--path", str(PATH), "--meta", "none", "--output-path", str(folder / PACKAGE)]
    done = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", *command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=50,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_every_operation_has_its_function(folder: Path) -> None:
    found = {f"{path.parent.name}/{path.stem}" for path in (folder / PACKAGE / "api").glob("*/*.py")}
    assert found >= {f"{facts.group}/{facts.name.replace('.', '_')}" for facts in FAMILY}


def test_it_speaks_with_the_sandbox(folder: Path, sandbox: Sandbox) -> None:
    arguments = (sandbox.url, sandbox.api_token, sandbox.session_token, sandbox.account)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments], cwd=folder, capture_output=True, text=True, timeout=50
    )
    assert done.returncode == 0, done.stderr
    devices, scheduled, status, nothing, uploaded, refused = done.stdout.splitlines()
    assert devices.startswith("V3AccountDeviceList False ['")
    assert scheduled.startswith("FirmwareCampaign True ")
    assert (status, nothing, uploaded) == ("CampaignRequestPending", "200 None", "1.0")
    assert refused == "FotaV3ResultException INVALID_PARAMETER"
    with sandbox.client() as client:
        read(client, sandbox.account, scheduled.rpartition(" ")[2])


def read(client: FotaClient, account: str, campaign_id: str) -> None:
    """Read the campaign that the generated client has scheduled."""
    campaign = client.campaigns_v3.get_campaign_information(account, campaign_id)
    assert campaign.status == "CampaignRequestPending"
