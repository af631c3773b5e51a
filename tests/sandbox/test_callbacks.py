"""Callback listeners are stored, one for each account and version, and never called."""

from __future__ import annotations

from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT
from tests.sandbox.wire import accepted, ask, refused

URL = "https://listener.example:50559/CallbackListener/FirmwareServiceMessages.asmx"
OTHER = "https://other.example/"
VERSIONS = pytest.mark.parametrize("version", ["v2", "v3"])


def callbacks(sandbox: Sandbox, method: str, version: str, body: Any = None, account: str = ACCOUNT) -> tuple[int, Any]:
    return ask(sandbox, method, f"/fota/{version}/callbacks/{account}", body)


@VERSIONS
def test_without_a_listener_there_is_no_body(sandbox: Sandbox, version: str) -> None:
    assert callbacks(sandbox, "GET", version) == (200, None)


@VERSIONS
@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_registering_and_updating_replace_the_listener(sandbox: Sandbox, version: str, method: str) -> None:
    for url in (URL, OTHER):
        assert callbacks(sandbox, method, version, {"url": url}) == (200, {"url": url})
        assert callbacks(sandbox, "GET", version) == (200, {"url": url})


@VERSIONS
def test_a_listener_is_removed(sandbox: Sandbox, version: str) -> None:
    accepted(callbacks(sandbox, "POST", version, {"url": URL}))
    for _ in range(2):
        assert callbacks(sandbox, "DELETE", version) == (200, {"success": True})
        assert callbacks(sandbox, "GET", version) == (200, None)


def test_versions_and_accounts_have_their_own(sandbox: Sandbox) -> None:
    accepted(callbacks(sandbox, "POST", "v2", {"url": URL}))
    accepted(callbacks(sandbox, "POST", "v3", {"url": OTHER}))
    assert callbacks(sandbox, "GET", "v2") == (200, {"url": URL})
    assert callbacks(sandbox, "GET", "v3") == (200, {"url": OTHER})
    assert callbacks(sandbox, "GET", "v2", account="0000123456-00002") == (200, None)


@VERSIONS
@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize(
    "url", [None, "", 5, "http://listener.example/", "listener.example", "https://", "https://[", "https://h:x/"]
)
def test_a_url_is_required_and_https(sandbox: Sandbox, version: str, method: str, url: Any) -> None:
    assert "url" in refused(callbacks(sandbox, method, version, {} if url is None else {"url": url}))
    assert callbacks(sandbox, "GET", version) == (200, None)


def test_a_url_has_a_longest(sandbox: Sandbox) -> None:
    longest = URL + "x" * (2048 - len(URL))
    accepted(callbacks(sandbox, "POST", "v3", {"url": longest}))
    assert "2048" in refused(callbacks(sandbox, "POST", "v3", {"url": longest + "x"}))


def test_what_is_kept_of_accounts_is_bounded(sandbox: Sandbox) -> None:
    with sandbox.client() as client:
        for number in range(1000):
            client.software_management_callbacks_v3.register_callback(f"0000123456-{number:05}", {"url": URL})
    assert "1000 accounts" in refused(callbacks(sandbox, "POST", "v3", {"url": URL}, "0000123456-01000"))
    accepted(callbacks(sandbox, "POST", "v3", {"url": OTHER}, "0000123456-00000"))
