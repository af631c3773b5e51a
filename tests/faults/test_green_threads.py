"""A client that green threads share, made before gevent or eventlet patches the standard library, or after that."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.faults.calls import FIRMWARE, GOOD
from tests.faults.token_service import LOGIN_PATH, TOKEN_PATH
from tests.faults.ways_out import server_context, trusted_certificates
from tests.loopback import Connection, LoopbackServer, Request, answer

PATCH = {
    "gevent": "from gevent import monkey, sleep, spawn; monkey.patch_all(); joined = lambda job: job.get()",
    "eventlet": "from eventlet import monkey_patch, sleep, spawn; monkey_patch(); joined = lambda job: job.wait()",
}

SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
library, when, plain, tls, bundle, nowhere, body = sys.argv[1:]
body = json.loads(body)
patch = {patch!r}
if when == "early":
    exec(patch)
from fota_sdk import FotaClient, OAuthClientCredentials, SessionLogin

given = {{"api_token": "a", "session_token": "s"}}
def client_of(url, **options):
    return FotaClient(**{{**given, "base_url": url, "timeout": 10, **options}})

fetched = {{"api_token": OAuthClientCredentials("k", "s"), "session_token": SessionLogin("u", "p")}}
clients = {{
    "shared": client_of(plain),
    "one turn": client_of(plain, max_connections=1),
    "tokens": client_of(plain, **fetched),
    "tls": client_of(tls, verify=bundle),
    "elsewhere": client_of(nowhere, max_attempts=1),
}}
def read(which, name="c"):
    try:
        return clients[which].campaigns_v3.get_campaign_information("0000123456-00001", name).id
    except Exception as error:
        return repr(error)

def schedule():
    try:
        return clients["shared"].campaigns_v3.schedule_campaign_firmware_upgrade("0000123456-00001", body).id
    except Exception as error:
        return [type(error).__name__, getattr(error, "outcome_unknown", None)]

if when == "late":
    read("shared")
    read("tls")
    exec(patch)

seen = {{}}
job = spawn(schedule)
sleep(0.1)
read("elsewhere")  # meanwhile, in the same thread
seen["schedule"] = joined(job)
seen["schedule again"] = schedule()
for which in ("one turn", "tokens"):
    jobs = [spawn(read, which, str(number)) for number in range(3)]
    seen[which] = [joined(job) for job in jobs]
seen["tls"] = [read("tls", "1"), read("tls", "2")]
print(json.dumps(seen))
"""


def serve(request: Request, connection: Connection) -> None:
    """Answer a read with its id, after a moment; lose the response of a schedule."""
    connection.wait(0.3)
    if request.target == TOKEN_PATH:
        answer({"access_token": "t", "expires_in": 3600})(request, connection)
    elif request.target == LOGIN_PATH:
        answer({"sessionToken": "s"})(request, connection)
    elif request.method == "POST":
        connection.close()
    else:
        answer({**GOOD, "id": request.target.rpartition("/")[2]})(request, connection)


@pytest.mark.parametrize("when", ["early", "late"])
@pytest.mark.parametrize("library", PATCH)
def test_green_threads_share_a_client(library: str, when: str) -> None:
    if find_spec(library) is None:  # imported here, it would warn of each fork of this process from then on
        pytest.skip(f"{library} is not installed")
    context = server_context("trusted")
    with (
        LoopbackServer(serve) as plain,
        LoopbackServer(serve, wrap=lambda sock: context.wrap_socket(sock, server_side=True)) as tls,
        LoopbackServer(serve) as closed,
        trusted_certificates() as bundle,
    ):
        closed.close()
        script = SCRIPT.format(patch=PATCH[library])
        arguments = [library, when, plain.url, tls.url, bundle, closed.url, json.dumps(FIRMWARE)]
        done = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True, timeout=50)
        assert done.returncode == 0, done.stderr
        posts = [request.target for request in plain.requests if request.method == "POST"]
        if (library, when) == ("eventlet", "late"):  # takes away select.poll, which urllib3 has chosen by then
            assert len(posts) == len(set(posts))
            return
        assert json.loads(done.stdout) == {
            "schedule": ["TransportError", True],
            "schedule again": ["RepeatRefusedError", True],
            "one turn": ["0", "1", "2"],
            "tokens": ["0", "1", "2"],
            "tls": ["1", "2"],
        }
        assert sorted(posts) == sorted([TOKEN_PATH, LOGIN_PATH, "/api/fota/v3/campaigns/firmware/0000123456-00001"])
