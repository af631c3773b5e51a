"""Known secrets, looked for in all that reports show which collect the local variables of a traceback."""

from __future__ import annotations

import contextlib
import copy
import pickle
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from fota_sdk import ConfigurationError, ConnectError, FotaClient, FotaError
from fota_sdk.core.secret import Secret, SecretBytes
from tests.conftest import ACCOUNT
from tests.faults.calls import FIRMWARE, POST, client_of
from tests.faults.canaries import CANARIES, FETCHED, FIXED, MISFORTUNES, at_token, leaks, service, then
from tests.loopback import Connection, LoopbackServer, Request, answer


def interrupt(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


class Interrupted(HTTPAdapter):
    """Ctrl-C while the request to a route is under way."""

    def __init__(self, route: str) -> None:
        super().__init__()
        self.route = route

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        if request.url is not None and request.url.endswith(self.route):
            raise KeyboardInterrupt
        return super().send(request, *arguments, **options)


class Source:
    """A caller's source of tokens."""

    def __init__(self, get: Callable[[], Any], invalidate: Callable[[str], None] = lambda token: None) -> None:
        self.get = get
        self.invalidate = invalidate


def session_with(adapter: HTTPAdapter | None = None, hook: Callable[..., Any] | None = None) -> requests.Session:
    session = requests.Session()
    if adapter is not None:
        session.mount("http://", adapter)
    if hook is not None:
        session.hooks["response"].append(hook)
    return session


def cut(request: Request, connection: Connection) -> None:
    """Answer with the first half of a token, and close."""
    connection.send(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"access_token": "canary-fetched-token')
    connection.close()


def at_login(script: Callable[[Request, Connection], None]) -> Callable[[Request, Connection], None]:
    return lambda request, connection: (script if request.target.endswith("/login") else service)(request, connection)


FAILING_CALLS: dict[str, tuple[Callable[[Request, Connection], None], dict[str, Any]]] = {
    **{name: (script, {}) for name, script in MISFORTUNES.items()},
    "token answer is cut": (at_token(cut), {}),
    "token answer never comes": (at_token(lambda request, connection: connection.close()), {}),
    "login refused": (at_login(answer({"errorCode": "INPUT_INVALID.Password.Invalid"}, status=400)), {}),
    "login refused by a gateway": (at_login(answer(content=b"<html>", status=403)), {}),
    "login answer is broken": (at_login(answer(content=b'{"sessionToken": "canary-fetched-session')), {}),
    "login answer has a bad token": (at_login(answer({"sessionToken": "canary-fetched session"})), {}),
    "login answer is cut": (at_login(cut), {}),
    "a wrong body": (service, {}),
    "Ctrl-C at the token": (service, {"session": lambda: session_with(Interrupted("/token"))}),
    "Ctrl-C at the login": (service, {"session": lambda: session_with(Interrupted("/login"))}),
    "Ctrl-C at the operation": (service, {"session": lambda: session_with(Interrupted("0000123456-00001"))}),
    "Ctrl-C in a hook": (service, {"session": lambda: session_with(hook=interrupt)}),
    "a source gives what is no token": (service, {"api_token": lambda: Source(lambda: "canary-api token")}),
    "a source is interrupted": (service, {"session_token": lambda: Source(interrupt)}),
    "a source raises when told": (
        then(answer({"fault": {"code": "900901"}}, status=401)),
        {"api_token": lambda: Source(lambda: "canary-api-token", interrupt)},
    ),
}


def shown_by_reports(error: BaseException) -> Iterator[tuple[str, str]]:
    """Yield where, and what, a report shows that takes the local variables of an error's frames along.

    Those of requests and urllib3 hold the headers as they are sent. An error of the library leads to none of them; what
    interrupts a call has passed through them.
    """
    hidden = "tests." if isinstance(error, FotaError) else ("tests.", "requests", "urllib3")
    link: BaseException | None = error
    while link is not None:
        for frame, line in traceback.walk_tb(link.__traceback__):
            if not frame.f_globals["__name__"].startswith(hidden):
                for name, value in frame.f_locals.items():
                    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
                    for thing in (value, *inner):
                        with contextlib.suppress(AttributeError):  # repr of what is only half built
                            yield f"{frame.f_code.co_name}:{line} {name}", repr(thing)
                        yield f"{frame.f_code.co_name}:{line} vars({name})", repr(getattr(thing, "__dict__", ""))
        link = link.__cause__ or link.__context__


@pytest.mark.parametrize("credentials", [FIXED, FETCHED], ids=["fixed", "fetched"])
@pytest.mark.parametrize("failing", FAILING_CALLS)
def test_no_local_variable_in_a_traceback_shows_a_secret(
    failing: str, credentials: dict[str, Any], pauses: list[float]
) -> None:
    if credentials is FIXED and failing.startswith(("token", "login", "Ctrl-C at the token", "Ctrl-C at the login")):
        return  # these calls are not made with fixed tokens
    script, options = FAILING_CALLS[failing]
    made = {name: make() for name, make in options.items()}
    body = {"Type": "append"} if failing == "a wrong body" else FIRMWARE
    with LoopbackServer(script) as server, client_of(server, **{**credentials, **made}) as client:
        with pytest.raises((FotaError, KeyboardInterrupt)) as caught:
            client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, body)
    shown = list(shown_by_reports(caught.value))
    assert len(shown) > 5
    assert [where for where, text in shown if leaks(text)] == []


@pytest.mark.parametrize("credentials", [FIXED, FETCHED], ids=["fixed", "fetched"])
def test_a_connection_error_leads_to_no_frame_that_shows_a_secret(
    credentials: dict[str, Any], pauses: list[float]
) -> None:
    with client_of("http://127.0.0.1:1", **credentials) as client, pytest.raises(ConnectError) as caught:
        POST(client)
    assert isinstance(caught.value.__cause__, requests.ConnectionError)
    assert [where for where, text in shown_by_reports(caught.value) if leaks(text)] == []


@pytest.mark.parametrize("wrong", [{"timeout": 0}, {"base_url": "x"}, {"api_token": "canary-api token"}])
def test_a_client_that_cannot_be_built_shows_no_token(wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        FotaClient(**{**FIXED, **wrong})
    assert [where for where, text in shown_by_reports(caught.value) if leaks(text)] == []


@pytest.mark.parametrize("wrong", [("FOTA_TIMEOUT", "x"), ("FOTA_BASE_URL", "x"), ("FOTA_CLIENT_ID", "x")])
def test_variables_that_cannot_be_used_show_no_token(wrong: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOTA_API_TOKEN", FIXED["api_token"])
    monkeypatch.setenv("FOTA_SESSION_TOKEN", FIXED["session_token"])
    monkeypatch.setenv(*wrong)
    with pytest.raises(ConfigurationError) as caught:
        FotaClient.from_environment()
    assert [where for where, text in shown_by_reports(caught.value) if leaks(text)] == []


SECRETS = {
    "FOTA_CLIENT_ID": "canary-client-id",
    "FOTA_CLIENT_SECRET": CANARIES["client secret"],
    "FOTA_USERNAME": "user",
    "FOTA_PASSWORD": CANARIES["password"],
}
TOKENS = {"FOTA_API_TOKEN": CANARIES["api token"], "FOTA_SESSION_TOKEN": CANARIES["session token"]}
UNUSABLE: dict[str, tuple[dict[str, str], str]] = {
    "a secret with a control character": (
        {**SECRETS, "FOTA_CLIENT_SECRET": "canary-client-secret\n"},
        "FOTA_CLIENT_SECRET",
    ),
    "a password with a control character": ({**SECRETS, "FOTA_PASSWORD": "canary-password\n"}, "FOTA_PASSWORD"),
    "credentials, and half of a login": ({**SECRETS, "FOTA_USERNAME": ""}, "FOTA_USERNAME"),
    "a token, and half of a login": ({**TOKENS, "FOTA_SESSION_TOKEN": "", "FOTA_USERNAME": "user"}, "FOTA_PASSWORD"),
    "a token and credentials": ({**TOKENS, **SECRETS}, "FOTA_API_TOKEN"),
    "a token that no header holds": ({**TOKENS, "FOTA_SESSION_TOKEN": "canary-session token"}, "session_token"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_a_variable_that_cannot_be_used_is_named_and_no_secret_is_shown(
    case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables, named = UNUSABLE[case]
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=named) as caught:
        FotaClient.from_environment()
    assert [where for where, text in shown_by_reports(caught.value) if leaks(text)] == []


@pytest.mark.parametrize("proxy", ["ftp://user:canary-password@proxy", "http://user:canary-password@proxy:99999"])
def test_a_proxy_of_the_environment_that_cannot_be_used_shows_no_password(
    proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    with pytest.raises(ConfigurationError, match="proxy for https must look like") as caught:
        FotaClient(**FIXED)
    assert [where for where, text in shown_by_reports(caught.value) if leaks(text)] == []


def test_a_secret_is_masked_in_every_form_and_equal_by_value() -> None:
    secret, body = Secret("canary-api"), SecretBytes(b"canary-password")
    shown = [f"{thing!r} {thing} {thing!s:>9} {[thing]} {(thing, {'a': thing})}" for thing in (secret, body)]
    assert leaks("".join(shown)) == []
    assert (secret.reveal(), bytes(body)) == ("canary-api", b"canary-password")
    assert secret == Secret("canary-api") != Secret("canary-app")
    assert secret != "canary-api"
    assert hash(secret) == hash(Secret("canary-api"))
    assert copy.copy(secret) is copy.deepcopy(secret) is secret
    with pytest.raises(TypeError, match="holds a secret"):
        pickle.dumps(secret)
