"""Known secrets in every credential, looked for in all that the library prints, logs or lets be pickled."""

from __future__ import annotations

import base64
import contextlib
import copy
import dataclasses
import http.client
import io
import logging
import pickle
import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import jsonpickle
import pytest

import fota_sdk
from fota_sdk import FotaClient, FotaError
from fota_sdk.controllers import GROUPS, class_name_of
from fota_sdk.core.model import Model
from tests.faults.calls import ALL, GOOD, POST, client_of
from tests.faults.canaries import FETCHED, FIXED, MISFORTUNES, leaks, service
from tests.loopback import LoopbackServer, answer


def printed(thing: Any) -> Iterator[str]:
    """Yield everything that a thing shows of itself without being asked for a private attribute."""
    yield repr(thing)
    yield str(thing)
    yield f"{thing}"
    yield f"{thing!a}"
    if isinstance(thing, BaseException):
        yield "".join(traceback.format_exception(thing))
        yield repr(vars(thing))
        for cause in (thing.__cause__, thing.__context__):
            if cause is not None:
                yield repr(cause) + repr(vars(cause) if hasattr(cause, "__dict__") else "")
                request = getattr(cause, "request", None)
                yield repr(getattr(request, "headers", None))
    for module in (pickle, copy):
        with contextlib.suppress(TypeError, AttributeError, pickle.PicklingError):
            dumped = pickle.dumps(thing) if module is pickle else repr(copy.copy(thing)).encode()
            yield dumped.decode("latin-1")


def error_of(call: Callable[[], object]) -> FotaError | None:
    try:
        call()
    except FotaError as error:
        return error
    return None


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """All that any logger says at DEBUG, and what http.client prints."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s %(__dict__)s"))

    class Whole(logging.Formatter):
        def format(self, record: logging.LogRecord) -> str:
            return super().format(record) + repr({key: str(value) for key, value in vars(record).items()})

    handler.setFormatter(Whole())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("credentials", [FIXED, FETCHED], ids=["fixed", "fetched"])
@pytest.mark.parametrize("misfortune", MISFORTUNES)
@pytest.mark.parametrize("call", ALL)
def test_no_error_log_or_warning_shows_a_secret(
    call: str, misfortune: str, credentials: dict[str, Any], everything_logged: io.StringIO, pauses: list[float]
) -> None:
    with LoopbackServer(MISFORTUNES[misfortune]) as server, client_of(server, **credentials) as client:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            errors = [caught for _ in range(2) if (caught := error_of(lambda: ALL[call](client))) is not None]
    for error in errors:
        shown = [*printed(error), *(text for value in vars(error).values() for text in printed(value))]
        assert [needle for text in shown for needle in leaks(text)] == []
        assert leaks(pickle.dumps(error)) == []
    assert leaks(everything_logged.getvalue()) == []
    assert [leaks(str(warning.message)) for warning in warned if leaks(str(warning.message))] == []


@pytest.mark.parametrize("credentials", [FIXED, FETCHED], ids=["fixed", "fetched"])
def test_no_object_that_the_library_makes_shows_a_secret(credentials: dict[str, Any]) -> None:
    with LoopbackServer(service) as server, client_of(server, **credentials) as client:
        v3 = client.campaigns_v3
        things: list[Any] = [client, client.with_options(timeout=3), *(getattr(client, group) for group in GROUPS)]
        reports = client.software_management_reports_v3.paginated
        things += [reports, reports.get_campaign_device_status("0000123456-00001", "x")]
        things += [v3.with_raw_response, v3.dry_run, *credentials.values()][: -2 if credentials is FIXED else None]
        things.append(v3.with_raw_response.get_campaign_information("0000123456-00001", "x"))
        things.append(v3.dry_run.cancel_campaign("0000123456-00001", "x"))
        things.append(client.request("GET", "/fota/v3/x"))
        for thing in things:
            assert [needle for text in printed(thing) for needle in leaks(text)] == [], thing


def test_every_public_class_is_scanned_or_holds_no_secret() -> None:
    scanned = {
        *("FotaClient", "ApiResponse", "PreparedCall", "Pages", "OAuthClientCredentials", "SessionLogin"),
        *(class_name_of(group) for group in GROUPS),
    }
    holds_none = {"CampaignStatus", "DeviceListChange", "Environment", "Timeout", "TokenSource"}
    holds_none |= {"DeviceFinding", "DeviceFindingKind", "DeviceReport"}  # devices are no secrets
    holds_none |= {"inspect_devices", "read_devices", "find_campaigns", "campaign_report", "CampaignReport"}
    holds_none |= {"DeviceStatus", "parse_time"}
    for name in set(fota_sdk.__all__) - scanned - holds_none - {"__version__"}:
        thing = getattr(fota_sdk, name)
        assert issubclass(thing, (FotaError, Model)), f"{name}: say here what it is, and scan it above"


def test_credentials_hide_their_secret_in_every_form() -> None:
    for credentials in FETCHED.values():
        with pytest.raises(TypeError, match="holds a secret"):
            pickle.dumps(credentials)
        assert copy.copy(credentials) is copy.deepcopy(credentials) is credentials
        assert leaks(repr(credentials)) == leaks(str(credentials)) == leaks(f"{credentials}") == []
        with pytest.raises(dataclasses.FrozenInstanceError):
            credentials.username = "x"  # type: ignore[misc, union-attr, attr-defined, unused-ignore]


@pytest.mark.parametrize("unpicklable", [True, False])
@pytest.mark.parametrize("tokens", [FETCHED, FIXED], ids=["fetched", "fixed"])
def test_jsonpickle_writes_no_secret(tokens: dict[str, Any], unpicklable: bool) -> None:
    client = FotaClient(**tokens)
    for thing in (client, client.campaigns_v3, client.campaigns_v3.dry_run, *FETCHED.values()):
        text = jsonpickle.encode(thing, unpicklable=unpicklable, keys=True)
        in_base64 = [base64.b64decode(each) for each in re.findall(r'"py/b64": "([^"]*)"', text)]
        assert [leaks(each) for each in (text, *in_base64) if leaks(each)] == []


@pytest.mark.parametrize("bad", ["canary-api token", "canary-api\r\nX: y", "canary-api\x00", "canary-apié"])
@pytest.mark.parametrize("name", ["api_token", "session_token"])
def test_a_token_that_cannot_be_sent_is_refused_without_being_shown(name: str, bad: str) -> None:
    with pytest.raises(fota_sdk.ConfigurationError, match=name) as caught:
        FotaClient(**{"api_token": "a", "session_token": "b", name: bad})
    assert leaks(str(caught.value) + repr(caught.value)) == []


def test_proxies_with_a_password_are_not_shown(pauses: list[float]) -> None:
    with LoopbackServer(answer({}, status=407)) as proxy:
        url = f"http://user:canary-password@127.0.0.1:{proxy.port}"
        with client_of("https://fota.example", proxies={"https": url}, **FIXED) as client:
            with pytest.raises(FotaError) as caught:
                POST(client)
            assert [needle for text in [*printed(caught.value), repr(client)] for needle in leaks(text)] == []


def test_what_is_logged_is_what_is_documented(caplog: pytest.LogCaptureFixture, pauses: list[float]) -> None:
    caplog.set_level(logging.DEBUG, "fota_sdk")
    request_id = {"X-Request-ID": "request-7"}
    with (
        LoopbackServer(answer({}, status=503), answer(GOOD, headers=request_id)) as server,
        client_of(server) as client,
    ):
        ALL["GET"](client)
    ours = [record for record in caplog.records if record.name == "fota_sdk"]
    assert [record.levelname for record in ours] == ["WARNING", "DEBUG"]
    repeat, call = map(vars, ours)
    assert (repeat["fota_operation"], repeat["fota_attempt"], repeat["fota_pause"]) == (
        "v3.get_campaign_information",
        1,
        0.5,
    )
    assert (call["fota_operation"], call["fota_attempt"]) == ("v3.get_campaign_information", 2)
    assert (call["fota_status"], call["fota_request_id"]) == (200, "request-7")
    assert 0 <= call["fota_milliseconds"] < 5000


def test_a_failed_call_is_logged_with_its_status_and_without_its_path(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "fota_sdk")
    refused = answer({}, status=400, headers={"X-Correlation-ID": "request-8"})
    with LoopbackServer(refused) as server, client_of(server) as client, pytest.raises(FotaError):
        client.request("GET", "/fota/v3/reports/0000123456-00001/campaigns")
    (record,) = [vars(record) for record in caplog.records if record.name == "fota_sdk"]
    assert (record["fota_operation"], record["fota_status"], record["fota_request_id"]) == (
        "request GET",
        400,
        "request-8",
    )
    assert "0000123456" not in str(record)


def test_the_debugging_output_of_http_client_is_not_turned_on() -> None:
    assert http.client.HTTPConnection.debuglevel == 0
    assert any(isinstance(handler, logging.NullHandler) for handler in logging.getLogger("fota_sdk").handlers)
