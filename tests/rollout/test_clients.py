"""The clients of a roll-out's accounts, as the environment configures them."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from fota_sdk import ConfigurationError
from fota_sdk.rollout import EnvironmentClients
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT
from tests.rollout.plans import plan

OTHER = "0000123456-00002"
THIRD = "0000123456-00003"
PLAN = plan(accounts={OTHER: {"credentials": "ACME"}, THIRD: {"credentials": "ACME"}})
TOKENS = {"FOTA_API_TOKEN": "api", "FOTA_SESSION_TOKEN": "session"}
URL = "http://127.0.0.1:8080/api"
OTHER_URL = "http://127.0.0.1:8081/api"
ACME_TOKENS = {f"ACME_{name}": f"acme-{token}" for name, token in TOKENS.items()}


def setenv(monkeypatch: pytest.MonkeyPatch, *variables: dict[str, str]) -> None:
    for each in variables:
        for name, value in each.items():
            monkeypatch.setenv(name, value)


@pytest.fixture
def acme(monkeypatch: pytest.MonkeyPatch) -> Iterator[EnvironmentClients]:
    """The clients of a plan with two prefixes, all of whose variables are set."""
    setenv(monkeypatch, TOKENS, ACME_TOKENS, {"FOTA_BASE_URL": URL})
    with EnvironmentClients(PLAN) as clients:
        yield clients


def test_accounts_with_the_same_credentials_have_the_same_client(acme: EnvironmentClients) -> None:
    assert acme(ACCOUNT) is acme(ACCOUNT) is acme("0000123456-00009")
    assert acme(OTHER) is acme(THIRD)
    assert acme(OTHER) is not acme(ACCOUNT)


def test_a_session_is_opened_with_the_credentials_of_the_account(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox() as sandbox:
        own = {
            "ACME_FOTA_CLIENT_ID": sandbox.client_id,
            "ACME_FOTA_CLIENT_SECRET": sandbox.client_secret,
            "ACME_FOTA_USERNAME": sandbox.username,
            "ACME_FOTA_PASSWORD": sandbox.password,
        }
        setenv(monkeypatch, own, TOKENS, {"FOTA_BASE_URL": sandbox.url})
        with EnvironmentClients(PLAN) as clients:
            clients(OTHER).software_management_subscriptions_v3.get_account_subscription_status(OTHER)
            asked = [request.path for request in sandbox.requests]
    assert [path.rpartition("/")[2] for path in asked[:2]] == ["token", "login"]


SETTINGS: list[tuple[dict[str, str], str]] = [
    ({}, "https://thingspace.verizon.com/api"),
    ({"FOTA_BASE_URL": URL}, URL),
    ({"FOTA_ENVIRONMENT": "staging"}, "https://staging.thingspace.verizon.com/api"),
    ({"FOTA_BASE_URL": URL, "ACME_FOTA_BASE_URL": OTHER_URL}, OTHER_URL),
    ({"FOTA_BASE_URL": URL, "ACME_FOTA_ENVIRONMENT": "production"}, "https://thingspace.verizon.com/api"),
    ({"FOTA_ENVIRONMENT": "staging", "ACME_FOTA_BASE_URL": OTHER_URL}, OTHER_URL),
]


@pytest.mark.parametrize(("variables", "url"), SETTINGS)
def test_what_is_no_secret_is_taken_from_the_general_variables(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], url: str
) -> None:
    setenv(monkeypatch, ACME_TOKENS, variables)
    with EnvironmentClients(PLAN) as clients:
        assert clients.base_url(OTHER) == url
        assert url in repr(clients(OTHER))


def test_the_address_is_told_without_any_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    setenv(monkeypatch, {"FOTA_BASE_URL": URL})
    with EnvironmentClients(PLAN) as clients:
        assert clients.base_url(ACCOUNT) == clients.base_url(OTHER) == URL


def test_the_time_limit_is_that_of_the_prefix_or_the_general_one(monkeypatch: pytest.MonkeyPatch) -> None:
    setenv(monkeypatch, TOKENS, ACME_TOKENS, {"FOTA_TIMEOUT": "7", "ACME_FOTA_TIMEOUT": "9"})
    with EnvironmentClients(PLAN) as clients:
        assert "7" in repr(clients(ACCOUNT))
        assert "9" in repr(clients(OTHER))


def test_a_general_secret_does_not_stand_in_for_that_of_an_account(monkeypatch: pytest.MonkeyPatch) -> None:
    setenv(monkeypatch, TOKENS, {"ACME_FOTA_API_TOKEN": "acme"})
    with EnvironmentClients(PLAN) as clients, pytest.raises(ConfigurationError) as caught:
        clients(OTHER)
    assert str(caught.value) == (
        f"there is no session token for account {OTHER}. "
        "Set ACME_FOTA_SESSION_TOKEN, or ACME_FOTA_USERNAME with ACME_FOTA_PASSWORD."
    )


FAULTS = [
    ({"ACME_FOTA_CLIENT_ID": "id"}, "ACME_FOTA_CLIENT_ID and ACME_FOTA_CLIENT_SECRET belong together"),
    ({"ACME_FOTA_API_TOKEN": "a", "ACME_FOTA_CLIENT_ID": "i", "ACME_FOTA_CLIENT_SECRET": "s"}, "are both set"),
    ({"ACME_FOTA_ENVIRONMENT": "x"}, "ACME_FOTA_ENVIRONMENT must be production or staging"),
    ({"ACME_FOTA_BASE_URL": "x"}, "ACME_FOTA_BASE_URL: "),
    ({"ACME_FOTA_TIMEOUT": "x"}, "ACME_FOTA_TIMEOUT must be a number"),
    ({"ACME_FOTA_MAX_ATTEMPTS": "0"}, "ACME_FOTA_MAX_ATTEMPTS: "),
    ({"FOTA_MAX_ATTEMPTS": "0"}, "FOTA_MAX_ATTEMPTS: "),
]


@pytest.mark.parametrize(("variables", "words"), FAULTS)
def test_what_cannot_be_used_is_named_with_its_prefix(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], words: str
) -> None:
    setenv(monkeypatch, variables)
    with EnvironmentClients(PLAN) as clients, pytest.raises(ConfigurationError) as caught:
        clients(OTHER)
    assert words in str(caught.value)


def test_no_secret_is_shown_or_pickled(acme: EnvironmentClients) -> None:
    acme(OTHER)
    for shown in (repr(acme), str(vars(acme)), pickle.dumps(acme).decode("latin-1")):
        assert "acme-" not in shown


def test_a_process_has_one_copy_however_often_it_is_unpickled(acme: EnvironmentClients) -> None:
    acme(OTHER)
    first, second = (pickle.loads(pickle.dumps(acme)) for _ in range(2))
    assert first is second
    assert first(OTHER) is second(THIRD)
    first.close()


def test_an_unpickled_copy_may_be_closed_and_asked_again(acme: EnvironmentClients) -> None:
    copy = pickle.loads(pickle.dumps(acme))
    copy.close()
    again = pickle.loads(pickle.dumps(acme))
    assert again(OTHER) is not acme(OTHER)
    again.close()


def test_a_worker_process_builds_a_client_once(acme: EnvironmentClients) -> None:
    script = (
        "import pickle, sys\n"
        "sent = sys.stdin.buffer.read()\n"
        f"first, second = (pickle.loads(sent)({OTHER!r}) for _ in range(2))\n"
        "print(first is second, first)"
    )
    command = [sys.executable, "-W", "error", "-c", script]
    done = subprocess.run(command, input=pickle.dumps(acme), capture_output=True, timeout=30, check=True)
    assert done.stdout.decode() == f"True {acme(OTHER)!r}\n"


def test_threads_that_ask_at_once_get_one_client(acme: EnvironmentClients) -> None:
    with ThreadPoolExecutor(16) as threads:
        clients: set[Any] = set(threads.map(lambda _: acme(OTHER), range(64)))
    assert len(clients) == 1


def test_closing_closes_all_clients_and_asking_afterwards_is_refused(acme: EnvironmentClients) -> None:
    client = acme(OTHER)
    acme.close()
    acme.close()
    with pytest.raises(ConfigurationError, match="closed"):
        client.request("GET", "/sandbox/clock")
    with pytest.raises(ConfigurationError, match="closed"):
        acme(ACCOUNT)
