"""A process in which pyOpenSSL was injected into urllib3, whose sockets are not those of the standard library."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.faults.calls import FIRMWARE, GOOD
from tests.faults.ways_out import server_context, trusted_certificates
from tests.loopback import Connection, LoopbackServer, Request, answer

SCRIPT = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from urllib3.contrib import pyopenssl
pyopenssl.inject_into_urllib3()
from fota_sdk import FotaClient, Timeout
from urllib3.connection import HTTPSConnection
real = HTTPSConnection.connect
good, lost, early, silent, bundle, body = sys.argv[1:]
def call(url, which, wait=0):
    def connect(self):
        real(self)
        time.sleep(wait)  # for what the service says before it is asked
    HTTPSConnection.connect = connect
    client = FotaClient(
        api_token="a", session_token="s", base_url=url, verify=bundle, timeout=Timeout(1, connect=0.5), max_attempts=1
    )
    try:
        if which == "read":
            return client.campaigns_v3.get_campaign_information("0000123456-00001", "c").id
        return client.campaigns_v3.schedule_campaign_firmware_upgrade("0000123456-00001", json.loads(body)).id
    except Exception as error:
        return [type(error).__name__, getattr(error, "outcome_unknown", None)]
print(json.dumps([call(good, "read"), call(good, "schedule"), call(lost, "schedule"), call(silent, "schedule"),
                  call(early, "schedule", 0.2)]))
"""


def test_calls_work_and_tell_what_became_of_them() -> None:
    pytest.importorskip("OpenSSL", reason="pyOpenSSL is not installed")
    context = server_context("trusted")

    def tls(sock):  # type: ignore[no-untyped-def]
        return context.wrap_socket(sock, server_side=True)

    def tls_speaking_first(sock):  # type: ignore[no-untyped-def]
        wrapped = tls(sock)
        wrapped.sendall(b"HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n")
        return wrapped

    def lost(request: Request, connection: Connection) -> None:
        connection.close()

    def silent(request: Request, connection: Connection) -> None:
        connection.wait(10)

    with (
        LoopbackServer(answer(GOOD), wrap=tls) as good,
        LoopbackServer(lost, wrap=tls) as losing,
        LoopbackServer(silent, wrap=tls) as hanging,
        LoopbackServer(answer(GOOD), wrap=tls_speaking_first) as early,
        trusted_certificates() as bundle,
    ):
        urls = [good.url, losing.url, early.url, hanging.url]
        command = [sys.executable, "-c", SCRIPT, *urls, bundle, json.dumps(FIRMWARE)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == [
            GOOD["id"],
            GOOD["id"],
            ["TransportError", True],
            ["RequestTimeoutError", True],
            ["ConnectError", False],
        ]
        assert [len(server.requests) for server in (good, losing, hanging, early)] == [2, 1, 1, 0]
