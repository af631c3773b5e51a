from __future__ import annotations

import gc
import os
import re
import signal
from collections.abc import Iterator

import pytest

from fota_sdk import FotaClient

ACCOUNT = "0000123456-00001"
CAMPAIGN_ID = "60b5d639-ccdc-4db8-8824-069bd94c95bf"
IMEIS = ["990013907884253", "990013907835578", "990013907833573"]

# For runs of pytest within a test: without plugins that take a second to load and have no part in it.
QUICKLY = [
    f"-pno:{name}" for name in ("anyio", "cacheprovider", "hypothesispytest", "pook", "pytest_cov", "schemathesis")
]

_ADDRESS = re.compile(r" at 0x[0-9a-f]+")
_SET_BY_MACHINES = re.compile(r"REQUESTS_CA_BUNDLE|CURL_CA_BUNDLE|NETRC|FOTA_.*|.*_PROXY", re.IGNORECASE)


@pytest.fixture(scope="module")
def little_to_collect() -> None:
    """Keep what there is by now out of each later collection of garbage, so that those of a test are quick."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Start two processes a core: tests wait about as long as they work."""
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else 2 * (os.cpu_count() or 1)


@pytest.fixture(scope="session", autouse=True)
def heard_interrupts() -> None:
    """Let Ctrl-C reach tests, and what they start, where a shell runs them in the background without it."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def clean_environment() -> Iterator[None]:
    """Take away what some machines set and a test must not depend on."""
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(_SET_BY_MACHINES.fullmatch, list(os.environ)):
            patch.delenv(name)
        # Hundreds of processes are started, each of which would compile the package anew.
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


def case_id(value: object) -> str:
    """Return the id of a case, which is the same in each process that tests run in."""
    return _ADDRESS.sub("", ascii(value))


@pytest.fixture
def client() -> Iterator[FotaClient]:
    """A client of the production URLs, to be used with mocked HTTP only."""
    with FotaClient(api_token="api-token", session_token="session-token") as client:
        yield client
