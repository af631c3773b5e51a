"""A sandbox of a large customer: what it takes does not grow with what other accounts have."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from fota_sdk import FotaClient
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT
from tests.sandbox.wire import BODIES, day

pytestmark = pytest.mark.benchmark

DECLARES = """
import resource, time
from fota_sdk.sandbox import Sandbox

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

with Sandbox() as sandbox:
    size, begin = peak(), time.process_time()
    for number in range(200):
        imeis = (f"99{5000 * number + device:013}" for device in range(5000))
        sandbox.add_devices(imeis, account=f"{number:010}-00001", firmware="SR1.2.0.0-10512")
    print(time.process_time() - begin, (peak() - size) / 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory has another unit there")
def test_a_million_devices_of_200_accounts_are_declared_in_seconds_and_150_mebibytes() -> None:
    done = subprocess.run([sys.executable, "-c", DECLARES], capture_output=True, text=True, timeout=50, check=True)
    seconds, mebibytes = map(float, done.stdout.split())
    assert seconds < 10
    assert mebibytes < 150


@pytest.fixture
def client() -> Iterator[FotaClient]:
    with Sandbox() as sandbox, sandbox.mocked(), sandbox.client() as client:
        yield client


numbers = count()


def schedule(client: FotaClient, account: str, devices: int) -> str:
    """Schedule a campaign for tomorrow of devices that are in no other one; return its id."""
    listed = [f"99{next(numbers):013}" for _ in range(devices)]
    body = {**BODIES["v3"], "startDate": day(1), "endDate": day(9), "deviceList": listed}
    return str(client.campaigns_v3.schedule_campaign_firmware_upgrade(account, body).id)


def cpu_of(work: Callable[[], object]) -> float:
    """Return the least CPU time of some runs."""
    times = []
    for _ in range(7):
        begin = time.thread_time()
        work()
        times.append(time.thread_time() - begin)
    return min(times)


def reads(client: FotaClient, campaign_id: str) -> Callable[[], object]:
    reports = client.software_management_reports_v3

    def read() -> None:
        for status in ("CampaignRequestPending", "CampaignScheduled"):
            reports.get_campaign_history_by_status(ACCOUNT, status)
        reports.get_campaign_device_status(ACCOUNT, campaign_id)

    return read


def test_reports_take_no_longer_where_other_accounts_have_many_campaigns(client: FotaClient) -> None:
    campaign_id = schedule(client, ACCOUNT, 500)
    before = cpu_of(reads(client, campaign_id))
    for number in range(400):
        schedule(client, f"{number:010}-00001", 20)
    assert cpu_of(reads(client, campaign_id)) < 1.5 * before


def test_a_schedule_takes_hardly_longer_where_its_account_has_had_many_campaigns(client: FotaClient) -> None:
    before = cpu_of(lambda: schedule(client, ACCOUNT, 500))
    for _ in range(60):
        schedule(client, ACCOUNT, 20)
    assert cpu_of(lambda: schedule(client, ACCOUNT, 500)) < 3 * before
