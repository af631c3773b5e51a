from __future__ import annotations

import contextlib
import gc
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from fota_sdk import FotaClient
from fota_sdk.core.fork import late_imports
from fota_sdk.core.semaphore import Permit, Semaphore
from tests.conftest import ACCOUNT
from tests.faults.calls import GET, GOOD, client_of
from tests.loopback import Connection, LoopbackServer, Request, answer

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")


def echo(request: Request, connection: Connection) -> None:
    """Answer with the id that was asked for."""
    answer({"id": request.target.rpartition("/")[2]})(request, connection)


def call(client: FotaClient, name: str) -> bool:
    return client.campaigns_v3.get_campaign_information(ACCOUNT, name).id == name


def test_fifty_threads_each_get_their_own_responses(caplog: pytest.LogCaptureFixture) -> None:
    def work(thread: int) -> int:
        return sum(call(client, f"{thread}-{number}") for number in range(200))

    with LoopbackServer(echo) as server, client_of(server, timeout=60) as client:
        with ThreadPoolExecutor(50) as threads:
            assert sum(threads.map(work, range(50))) == 50 * 200
        assert len(server.requests) == 50 * 200
        assert server.most_open <= 32
        assert len(client._attempts.transport._semaphore._free) == 32  # every connection was given back
    assert [record for record in caplog.records if "pool" in record.getMessage()] == []


def test_connections_are_bounded_by_what_is_asked_for() -> None:
    with LoopbackServer(echo) as server, client_of(server, max_connections=3, timeout=30) as client:
        with ThreadPoolExecutor(12) as threads:
            assert all(threads.map(lambda number: call(client, str(number)), range(200)))
        assert server.most_open <= 3


def test_who_has_given_up_waiting_for_a_permit_is_not_woken_in_the_place_of_another() -> None:
    semaphore = Semaphore(1)
    held: list[Permit] = []
    assert semaphore.acquire(held, 0)
    assert not semaphore.acquire([], 0.01)
    before = len(semaphore._waiting)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(semaphore.acquire, [], 10)
        while len(semaphore._waiting) == before:
            time.sleep(0.001)
        semaphore.release(held)
        assert waiting.result(timeout=5)


@needs_fork
def test_forked_children_work_beside_their_parent() -> None:
    def work(name: str) -> bool:
        return all(call(client, f"{name}-{number}") for number in range(25))

    with LoopbackServer(echo) as server, client_of(server, timeout=30) as client:
        assert call(client, "before")
        children = [fork(lambda child=child: work(f"child-{child}")) for child in range(4)]
        with ThreadPoolExecutor(8) as threads:
            assert all(threads.map(work, map(str, range(8))))
        assert [wait_for(child) for child in children] == [0, 0, 0, 0]
        targets = [request.target for request in server.requests]
        assert len(set(targets)) == len(targets) == 1 + 12 * 25


@needs_fork
def test_threads_of_a_child_can_import_what_is_imported_on_first_use() -> None:
    def imports() -> bool:
        with ThreadPoolExecutor(1) as threads:
            return threads.submit(late_imports.acquire, timeout=5).result()

    assert wait_for(fork(imports)) == 0


@needs_fork
def test_a_lock_that_a_thread_of_the_parent_holds_does_not_stop_a_child() -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def held_once(request: Request, connection: Connection) -> None:
        arrived.set()
        go_on.wait(20)
        echo(request, connection)

    with LoopbackServer(held_once, echo) as server, client_of(server, max_connections=1, timeout=20) as client:
        busy = threading.Thread(target=call, args=(client, "held"))
        busy.start()
        assert arrived.wait(10)
        child = fork(lambda: call(client.with_options(timeout=5), "child"))
        assert wait_for(child) == 0
        go_on.set()
        busy.join(10)


@needs_fork
def test_no_lock_that_is_held_while_forking_stays_held_in_the_child() -> None:
    from fota_sdk import OAuthClientCredentials, SessionLogin
    from fota_sdk.core import fork as forking

    tokens = {"api_token": OAuthClientCredentials("a", "b"), "session_token": SessionLogin("a", "b")}
    with client_of("http://127.0.0.1:1", **tokens) as client:
        alive = list(forking._alive)
        assert [thing for thing in alive if hasattr(thing, "_lock")] == []  # what is shared has semaphores, not locks
        with_semaphore = [thing for thing in alive if hasattr(thing, "_semaphore")]
        assert {"FetchedToken", "Transport"} <= {type(thing).__name__ for thing in with_semaphore}
        held: list[Permit] = []
        for thing in with_semaphore:
            while thing._semaphore.acquire(held, 0):
                pass
        child = fork(lambda: all(thing._semaphore.acquire([], 0) for thing in with_semaphore))
        assert wait_for(child) == 0
        assert held != []
        assert client is not None


@needs_fork
@pytest.mark.parametrize("whose", ["the client's", "a caller's"])
def test_a_forked_child_has_connections_of_its_own(whose: str) -> None:
    session = requests.Session() if whose == "a caller's" else None
    with LoopbackServer(echo) as server, client_of(server, session=session) as client:
        if session is None:
            assert call(client, "before")
        else:  # used by its owner, while the client has sent nothing yet
            session.get(server.url, timeout=10)
        assert wait_for(fork(lambda: call(client, "child"))) == 0
        assert server.connections == 2


SLOW_IMPORT = """
import os, sys, threading, time
from fota_sdk import CampaignFirmwareUpgrade, FotaClient

upgrade = CampaignFirmwareUpgrade(
    firmware_name="F", firmware_from="1", firmware_to="2",
    start_date="2030-01-01", end_date="2030-01-01", device_list=["990013907884253"],
)
begun = threading.Event()

class Slow:
    def find_spec(self, name, *_):
        if name == sys.argv[2] and not begun.is_set():
            begun.set()
            time.sleep(0.5)

client = FotaClient(api_token="a", session_token="b", base_url=sys.argv[1], timeout=5)
sys.meta_path.insert(0, Slow())

def call():
    client.campaigns_v3.schedule_campaign_firmware_upgrade("0000123456-00001", upgrade)

thread = threading.Thread(target=call)
thread.start()
assert begun.wait(20)
child = os.fork()
if child == 0:
    call()
    os._exit(0)
end = time.monotonic() + 20
while time.monotonic() < end:
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        sys.exit(status)
    time.sleep(0.01)
os.kill(child, 9)
sys.exit("the child hangs")
"""


@needs_fork
@pytest.mark.parametrize(
    "module", ["requests", "jsonpickle", "dateutil", "fota_sdk.controllers.campaigns_v3_controller"]
)
def test_a_child_that_is_forked_during_an_import_does_not_wait_for_it_for_ever(module: str) -> None:
    with LoopbackServer(answer(GOOD)) as server:
        command = [sys.executable, "-W", "ignore", "-c", SLOW_IMPORT, server.url, module]
        done = subprocess.run(command, capture_output=True, text=True, timeout=50)
        assert (done.returncode, done.stderr) == (0, "")
        assert len(server.requests) == 2


def fork(work: Callable[[], bool]) -> int:
    with contextlib.suppress(DeprecationWarning):
        import warnings

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # this is what is tested: a fork beside threads
            child = os.fork()
    if child:
        return child
    code = 1
    try:
        code = 0 if work() else 1
    finally:
        os._exit(code)


def wait_for(child: int) -> int:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1


def open_files() -> int:
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count, of links that may be gone


needs_proc = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts file descriptors in /proc")


@needs_proc
def test_closed_clients_leave_no_file_open_without_the_garbage_collector() -> None:
    with LoopbackServer(answer(GOOD)) as server:
        with client_of(server) as client:
            GET(client)
        gc.disable()
        try:
            before = open_files()
            for _ in range(100):
                with client_of(server) as client:
                    GET(client)
                    GET(client.with_options(timeout=3))
            until = time.monotonic() + 5
            while open_files() > before and time.monotonic() < until:
                time.sleep(0.01)  # the server closes its ends a little later
            assert open_files() <= before
        finally:
            gc.enable()


@needs_proc
def test_failed_exchanges_leave_no_connection_open() -> None:
    def cut(request: Request, connection: Connection) -> None:
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{")
        connection.close()

    with LoopbackServer(cut) as server, client_of(server, max_attempts=1) as client:
        with pytest.raises(Exception, match="connection"):
            GET(client)
        before = open_files()
        for _ in range(50):
            with pytest.raises(Exception, match="connection"):
                GET(client)
        until = time.monotonic() + 5
        while open_files() > before and time.monotonic() < until:
            time.sleep(0.01)
        assert open_files() <= before


def test_copies_share_what_they_were_copied_from() -> None:
    with LoopbackServer(answer(GOOD)) as server, client_of(server) as client:
        for _ in range(200):
            GET(client.with_options(timeout=5))
        assert server.connections == 1


INTERRUPTED = """
import sys, threading
from fota_sdk import FotaClient, Timeout
client = FotaClient(api_token="a", session_token="b", base_url=sys.argv[1], timeout=Timeout(60, read=60))
get = client.campaigns_v3.get_campaign_information
try:
    get("0000123456-00001", "first")
except KeyboardInterrupt:
    print("interrupted", flush=True)
assert get("0000123456-00001", "second").id == "second"
print("done", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize("stage", ["before the headers", "within the headers", "within the body", "in a pause"])
def test_ctrl_c_leaves_nothing_half_read(stage: str) -> None:
    arrived = threading.Event()

    def first(request: Request, connection: Connection) -> None:
        if stage == "in a pause":
            answer({}, status=429, headers={"Retry-After": "30"})(request, connection)
            arrived.set()
            return
        begin = {
            "before the headers": b"",
            "within the headers": b"HTTP/1.1 200 OK\r\nX-",
            "within the body": b'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n{"id":',
        }[stage]
        connection.send(begin)
        arrived.set()
        connection.wait(1)
        connection.send(b'"first"}')

    with LoopbackServer(first, echo) as server:
        process = subprocess.Popen([sys.executable, "-c", INTERRUPTED, server.url], stdout=subprocess.PIPE, text=True)
        try:
            assert arrived.wait(30)
            time.sleep(0.2)  # the client is in its wait by now
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=30)
        finally:
            process.kill()
            process.wait()
    assert output.split() == ["interrupted", "done"]
    assert process.returncode == 0


def test_a_client_refuses_to_be_pickled_and_says_what_to_do() -> None:
    with client_of("http://127.0.0.1:1/api") as client:
        with pytest.raises(TypeError, match="build one in each process"):
            pickle.dumps(client)


def test_the_package_imports_where_there_is_no_fork() -> None:
    script = (
        "import os; os.__dict__.pop('register_at_fork', None); os.__dict__.pop('fork', None)\n"
        "import fota_sdk\n"
        "for name in fota_sdk.__all__: getattr(fota_sdk, name)\n"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True, timeout=60)
