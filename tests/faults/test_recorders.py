"""What goes through a recorder is recorded, replayed without the network, and holds no token where it was told so."""

from __future__ import annotations

import contextlib
import gzip
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from fota_sdk import ConnectError, FotaClient, FotaError, TransportError
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.faults.calls import DELETE, GET, GOOD, POST, Call, client_of
from tests.faults.mock_libraries import LIBRARIES, betamax_cassette, vcr_cassette
from tests.faults.ways_out import closed_port
from tests.loopback import Connection, LoopbackServer, Request, answer, url_of

ROOT = Path(__file__).parents[2]
CALLS = {"GET": GET, "POST": POST, "DELETE": DELETE}

Recorder = Callable[[Path, requests.Session, str], contextlib.AbstractContextManager[None]]


def vcr(folder: Path, session: requests.Session, mode: str) -> contextlib.AbstractContextManager[None]:
    return vcr_cassette(folder / "cassette.yaml", record_mode=mode)


# Each: how it is started, whether on a session that the client is given, and how it refuses what it does not know.
RECORDERS: dict[str, tuple[Recorder, bool, str]] = {
    "vcrpy": (vcr, False, "CannotOverwriteExistingCassetteException"),
    "vcrpy with a caller's session": (vcr, True, "CannotOverwriteExistingCassetteException"),
    "betamax": (betamax_cassette, True, "BetamaxError"),
}
each_recorder = pytest.mark.parametrize("recorder", RECORDERS)


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def chunked(request: Request, connection: Connection) -> None:
    body = json.dumps(GOOD).encode()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    connection.send(b"%s%x\r\n%s\r\n0\r\n\r\n" % (head, len(body), body))


COOKIE = {"Set-Cookie": "theirs=1; Path=/"}
ANSWERS = {
    "200": answer(GOOD, headers=COOKIE),
    "gzip": answer(content=gzip.compress(json.dumps(GOOD).encode()), headers={"Content-Encoding": "gzip"}),
    "chunked": chunked,
    "302": answer({}, status=302, headers={"Location": "/elsewhere", **COOKIE}),
    "400": answer({"errorCode": "INVALID_PARAMETER", "errorMessage": "not valid"}, status=400),
    "503": answer({}, status=503),
}


def outcome(call: Call, client: FotaClient) -> Any:
    """Return the value of a call, or what its error says."""
    try:
        return call(client).to_dictionary()
    except FotaError as error:
        return type(error), str(error), error.outcome_unknown


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@pytest.mark.parametrize("mode", ["once", "new_episodes"])
@pytest.mark.parametrize("given", ANSWERS)
@each_recorder
def test_what_was_recorded_is_replayed(
    recorder: str, given: str, mode: str, call: Call, tmp_path: Path, session: requests.Session
) -> None:
    start, on_session, _ = RECORDERS[recorder]
    with LoopbackServer(ANSWERS[given]) as server:
        options = {"session": session if on_session else None, "max_attempts": 1}
        with client_of(server, **options) as client:
            expected = outcome(call, client)
        for replay, arrived in ((mode, 2), (mode, 2), ("none", 2)):
            with client_of(server, **options) as client, start(tmp_path, session, replay):
                assert outcome(call, client) == expected
                assert len(server.requests) == arrived
    assert session.cookies.get_dict() == {}


@each_recorder
def test_a_request_that_was_not_recorded_never_leaves(recorder: str, tmp_path: Path, session: requests.Session) -> None:
    start, on_session, refusal = RECORDERS[recorder]
    with LoopbackServer(answer(GOOD)) as server:
        with client_of(server, session=session if on_session else None) as client:
            GET(client)
            with start(tmp_path, session, "once"):
                GET(client)
            assert len(server.requests) == 2
            for mode in ("once", "none"):
                with start(tmp_path, session, mode):
                    with pytest.raises(Exception, match="record") as caught:
                        DELETE(client)
            assert type(caught.value).__name__ == refusal
            assert len(server.requests) == 2
            DELETE(client)
            assert len(server.requests) == 3


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
@each_recorder
def test_a_failure_while_recording_counts_as_sent_unless_it_proves_otherwise(
    recorder: str, call: Call, tmp_path: Path, session: requests.Session
) -> None:
    start, on_session, _ = RECORDERS[recorder]
    options = {"session": session if on_session else None, "max_attempts": 1}
    lost = LoopbackServer(lambda request, connection: connection.close())
    with lost, client_of(lost, **options) as client, start(tmp_path, session, "new_episodes"):
        with pytest.raises(TransportError, match="whether the request was sent is not known") as caught:
            call(client)
        assert caught.value.outcome_unknown is (call is not GET)
    with closed_port() as port, client_of(url_of(port), **options) as client:
        with start(tmp_path, session, "new_episodes"):
            with pytest.raises(ConnectError, match="nothing was sent"):
                call(client)


# The client comes to life inside, and so does all that it imports; what ran before is no more than the library itself.
FIRST_USE = f"""
import contextlib, sys, requests
from tests.faults.mock_libraries import LIBRARIES, betamax_cassette, vcr_cassette, Answer, Told

name, url = sys.argv[1:]
path = "/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}"
with LIBRARIES[name].start(Told("GET", url + path, Answer(200, {GOOD!r})), requests.Session()):
    assert not any(module.startswith("fota_sdk.core") for module in sys.modules)
    from fota_sdk import FotaClient, TransportError

    client = FotaClient(base_url=url, api_token="a", session_token="s", max_attempts=1)
    client.campaigns_v3.get_campaign_information("{ACCOUNT}", "{CAMPAIGN_ID}")
for each in (client, FotaClient(base_url=url, api_token="a", session_token="s", max_attempts=1)):
    try:
        each.campaigns_v3.cancel_campaign("{ACCOUNT}", "{CAMPAIGN_ID}")
    except TransportError as error:
        print(error.what_happened)
    each.close()
"""


@pytest.mark.parametrize("name", [name for name, library in LIBRARIES.items() if not library.needs_session])
def test_a_client_that_came_to_life_inside_is_on_its_own_afterwards(name: str) -> None:
    with LoopbackServer(lambda request, connection: connection.close()) as server:
        command = [sys.executable, "-c", FIRST_USE, name, server.url]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
        if "is not installed" in done.stderr:
            pytest.skip(f"the library of {name} is not installed")
        assert (done.returncode, done.stderr) == (0, "")
        # Only a connection of ours knows that it has sent.
        assert done.stdout.count("; the request was sent") == 2
        assert [request.method for request in server.requests] == ["DELETE", "DELETE"]
