from __future__ import annotations

import copy
import pickle
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import requests

from fota_sdk import ConfigurationError, FotaClient, FotaError, RepeatRefusedError, ServerError, TransportError
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.faults.calls import ALL, DATES, DEVICES, FIRMWARE, GOOD, POST, SOFTWARE, START, client_of
from tests.loopback import Connection, LoopbackServer, Request, answer

Schedule = Callable[[FotaClient], Any]
SCHEDULES: dict[str, Schedule] = {
    "V2": lambda client: client.campaigns_v2.schedule_campaign_firmware_upgrade(ACCOUNT, SOFTWARE),
    "V3": lambda client: client.campaigns_v3.schedule_campaign_firmware_upgrade(ACCOUNT, FIRMWARE),
}
TELLS = {
    "V2": r'fota_sdk\.find_campaigns\(client, account, api="v2", name=\.\.\.\)',
    "V3": r'fota_sdk\.find_campaigns\(client, account, api="v3", name=\.\.\.\)',
}


def lost(request: Request, connection: Connection) -> None:
    """The service takes the call, and its response does not arrive."""
    connection.close()


@pytest.mark.parametrize("version", SCHEDULES)
def test_one_intent_makes_one_campaign_and_the_error_names_the_call_that_tells(version: str) -> None:
    with LoopbackServer(lost, answer(GOOD)) as server, client_of(server) as client:
        with pytest.raises(TransportError, match=TELLS[version]) as caught:
            SCHEDULES[version](client)
        assert caught.value.outcome_unknown
        for again in (client, client.with_options(timeout=9), client.with_options(insist=False)):
            with pytest.raises(RepeatRefusedError, match=TELLS[version]) as refused:
                SCHEDULES[version](again)
            assert isinstance(refused.value.first, TransportError)
            assert refused.value.outcome_unknown
            assert refused.value.attempts == 0
        assert [request.method for request in server.requests] == ["POST"]


@pytest.mark.parametrize(
    ("call", "read"),
    [
        ("PUT devices", "client.software_management_reports_{}.get_campaign_device_status"),
        ("DELETE", "client.campaigns_{}.get_campaign_information"),
        ("PUT dates", "client.campaigns_{}.get_campaign_information"),
    ],
)
@pytest.mark.parametrize("version", ["V2 ", ""])
def test_where_the_id_is_known_the_error_names_the_read_that_tells(
    version: str, call: str, read: str, pauses: list[float]
) -> None:
    call = version + call
    reading = re.escape(read.format("v2" if version else "v3"))
    with LoopbackServer(lost) as server, client_of(server) as client:
        with pytest.raises(TransportError, match=reading) as caught:
            ALL[call](client)
    assert caught.value.outcome_unknown


def test_a_copy_that_insists_sends_it_and_a_success_clears_the_guard() -> None:
    with LoopbackServer(lost, answer(GOOD)) as server, client_of(server) as client:
        with pytest.raises(TransportError):
            POST(client)
        POST(client.with_options(insist=True))
        POST(client)
        assert len(server.requests) == 3


def test_insisting_without_success_leaves_the_guard_and_the_first_error() -> None:
    with LoopbackServer(lost, answer({}, status=503), answer(GOOD)) as server, client_of(server) as client:
        insisting = client.with_options(insist=True)
        with pytest.raises(TransportError):
            POST(client)
        with pytest.raises(ServerError):
            POST(insisting)
        with pytest.raises(RepeatRefusedError) as refused:
            POST(client)
        assert isinstance(refused.value.first, TransportError)


def test_another_account_or_another_body_is_another_schedule() -> None:
    with LoopbackServer(lost, answer(GOOD)) as server, client_of(server) as client:
        with pytest.raises(TransportError):
            POST(client)
        schedule = client.campaigns_v3.schedule_campaign_firmware_upgrade
        schedule("0000123456-00002", FIRMWARE)
        schedule(ACCOUNT, {**FIRMWARE, "endDate": (START + timedelta(days=1)).isoformat()})
        assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 429, 302])
def test_a_refused_schedule_may_be_sent_again(status: int, pauses: list[float]) -> None:
    with LoopbackServer(answer({}, status=status)) as server, client_of(server, max_attempts=1) as client:
        for _ in range(2):
            with pytest.raises(FotaError):
                POST(client)
        assert len(server.requests) == 2


@pytest.mark.parametrize("script", [answer({}, status=500), answer({}, status=501), answer([]), answer({"id": 5})])
def test_every_doubtful_end_is_guarded(script: Any) -> None:
    with LoopbackServer(script) as server, client_of(server) as client:
        with pytest.raises(FotaError) as caught:
            POST(client)
        assert caught.value.outcome_unknown
        with pytest.raises(RepeatRefusedError):
            POST(client)
        assert len(server.requests) == 1


def test_only_schedules_are_guarded(pauses: list[float]) -> None:
    with LoopbackServer(lost) as server, client_of(server, max_attempts=1) as client:
        for _ in range(2):
            with pytest.raises(TransportError):
                client.campaigns_v3.update_campaign_firmware_devices(ACCOUNT, CAMPAIGN_ID, DEVICES)
            with pytest.raises(TransportError):
                client.campaigns_v3.update_campaign_dates(ACCOUNT, CAMPAIGN_ID, DATES)
        assert len(server.requests) == 4


@pytest.mark.parametrize("content", [b"x" * 5_000_000, b'{"id": "1", "status": [' + b"0, " * 1_000_000 + b"0]}"])
def test_the_guard_keeps_no_body_and_no_long_text(content: bytes) -> None:
    with LoopbackServer(answer(content=content)) as server, client_of(server) as client:
        with pytest.raises(FotaError):
            POST(client)
        with pytest.raises(RepeatRefusedError) as refused:
            POST(client)
    kept = pickle.dumps(refused.value.first)
    assert len(kept) < 10_000
    assert b"990013907884253" not in kept
    assert copy.copy(refused.value).first is not None


def test_the_id_of_an_accepted_campaign_is_never_lost() -> None:
    accepted = {"id": CAMPAIGN_ID, "status": {"odd": 1}}
    with LoopbackServer(answer(accepted)) as server, client_of(server) as client:
        with pytest.raises(FotaError, match=CAMPAIGN_ID) as caught:
            POST(client)
    assert getattr(caught.value, "data", None) == accepted


def test_ctrl_c_while_waiting_for_the_response_leaves_the_schedule_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    with LoopbackServer(answer(GOOD)) as server, client_of(server) as client:
        with monkeypatch.context() as patch:
            patch.setattr("fota_sdk.core.exchange._read_to_the_end", interrupted)
            with pytest.raises(KeyboardInterrupt):
                POST(client)
        with pytest.raises(RepeatRefusedError, match="TransportError") as refused:
            POST(client)
        assert refused.value.first is not None
        assert refused.value.first.outcome_unknown
        assert len(server.requests) == 1


def test_a_hook_that_raises_leaves_the_schedule_guarded() -> None:
    session = requests.Session()
    session.hooks["response"].append(lambda response, **_: response.raise_for_status())
    with LoopbackServer(answer({}, status=503)) as server, client_of(server, session=session) as client:
        with pytest.raises(requests.HTTPError):
            POST(client)
        with pytest.raises(RepeatRefusedError):
            POST(client)
        assert len(server.requests) == 1


def test_a_source_that_raises_leaves_nothing_guarded() -> None:
    class Source:
        tokens: list[Any] = [LookupError("the vault is closed"), "api-token"]

        def get(self) -> str:
            token = self.tokens.pop(0)
            if isinstance(token, Exception):
                raise token
            return str(token)

        def invalidate(self, token: str) -> None:
            raise AssertionError

    with LoopbackServer(answer(GOOD)) as server, client_of(server, api_token=Source()) as client:
        with pytest.raises(LookupError):
            POST(client)
        POST(client)
        assert len(server.requests) == 1


def test_closing_the_client_in_a_pause_leaves_the_doubt(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer(answer({}, status=503)) as server, client_of(server) as client:
        monkeypatch.setattr("fota_sdk.core.retry.sleep", lambda _: client.close())
        with pytest.raises(ConfigurationError, match=r"closed.*may have carried this out") as caught:
            ALL["PUT dates"](client)
        assert len(server.requests) == 1
    assert caught.value.outcome_unknown
    assert caught.value.attempts == len(server.requests)


@pytest.mark.parametrize("status", [101, 199, 600, 999])
def test_a_status_that_does_not_exist_leaves_the_outcome_unknown(status: int) -> None:
    with LoopbackServer(answer({"errorCode": "X"}, status=status)) as server, client_of(server) as client:
        with pytest.raises(FotaError) as caught:
            POST(client)
        assert caught.value.outcome_unknown
        assert len(server.requests) == 1


FIRST_IMPORT = """
import sys, time
from fota_sdk import FotaClient

class Hindrance:
    def find_spec(self, name, *_):
        if name == "requests":
            sys.meta_path.remove(self)
            {hindrance}

client = FotaClient(api_token="a", session_token="b", base_url=sys.argv[1], timeout={timeout})
sys.meta_path.insert(0, Hindrance())
body = {{"firmwareName": "F", "firmwareFrom": "1", "firmwareTo": "2", "protocol": "LWM2M",
        "startDate": "2030-01-01", "endDate": "2030-01-01", "deviceList": ["990013907884253"]}}
for _ in range(2):
    try:
        print(client.campaigns_v3.schedule_campaign_firmware_upgrade("0000123456-00001", body).id)
    except BaseException as error:
        print(type(error).__name__)
"""


@pytest.mark.parametrize(
    ("hindrance", "timeout", "printed"),
    [
        ("time.sleep(1.2)", 1, [CAMPAIGN_ID, CAMPAIGN_ID]),
        ("raise OSError(24, 'too many open files')", 20, ["OSError", CAMPAIGN_ID]),
        ("raise KeyboardInterrupt", 20, ["KeyboardInterrupt", CAMPAIGN_ID]),
    ],
)
def test_loading_what_sends_is_no_part_of_the_call(hindrance: str, timeout: int, printed: list[str]) -> None:
    with LoopbackServer(answer(GOOD)) as server:
        script = FIRST_IMPORT.format(hindrance=hindrance, timeout=timeout)
        done = subprocess.run([sys.executable, "-c", script, server.url], capture_output=True, text=True, timeout=50)
        assert (done.stdout.split(), done.stderr) == (printed, "")
