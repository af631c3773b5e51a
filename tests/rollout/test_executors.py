"""Reads that others carry out: threads, processes, a cluster. What changes something is sent by the caller alone."""

from __future__ import annotations

import http.client
import os
import re
import signal
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, timezone
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from fota_sdk import AuthenticationError, FotaClient
from fota_sdk.rollout import Gate, Rollout, RolloutError, StepReport, Wave
from fota_sdk.sandbox import Sandbox
from tests.loopback import Connection, LoopbackServer, Request, answer
from tests.rollout import readers
from tests.rollout.fleet_on_sandbox import ACCOUNT, OTHER_ACCOUNT, OVER, TODAY, Fleet, imei, plan_of
from tests.rollout.readers import Readers
from tests.rollout.test_killed import PAUSE, days

DEVICES = [(imei(number), ACCOUNT if number % 2 else OTHER_ACCOUNT) for number in range(24)]
PLAN = plan_of(campaign_size=2, order="file", gate=Gate("90%", "0h"))
MOST_TICKS = 30


class Field:
    """A fleet, its journal, and a service that records who sends what.

    Args:
        folder: Where the journal goes.

    Attributes:
        victim: The process that was killed, where `kill_at` was asked for.
        left_by: How many requests that process has sent.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "spring.journal"
        self.time = datetime.combine(TODAY, time(1), timezone.utc)
        self.sandbox = Sandbox(today=TODAY)
        self.sandbox.advance(hours=1)
        for account in (ACCOUNT, OTHER_ACCOUNT):
            self.sandbox.add_devices([device for device, of in DEVICES if of == account], account=account)
        self.sandbox.fail_device(DEVICES[-1][0])
        self._service = urlsplit(self.sandbox.url).netloc
        self._recorder = LoopbackServer(self._forward)
        self.clients = Readers(self._recorder.url, self.sandbox.api_token, self.sandbox.session_token)
        self.kill_at: int | None = None
        self.victim: int | None = None
        self.on_read: Callable[[], object] = lambda: None
        with Rollout.create(self.path, PLAN, DEVICES, now=lambda: self.time) as rollout:
            rollout.start()

    def close(self) -> None:
        readers.close()
        self._recorder.close()
        self.sandbox.close()

    def _forward(self, request: Request, connection: Connection) -> None:
        pid = process_of(request)
        if request.method == "GET":
            self.on_read()
        if pid != os.getpid() and self.kill_at is not None:
            self.kill_at -= 1
            if self.kill_at == 0:
                self.victim = pid
                os.kill(pid, signal.SIGKILL)  # it waits for the response
        service = http.client.HTTPConnection(self._service, timeout=20)
        try:
            service.request(request.method, request.target, request.body, dict(request.headers))
            response = service.getresponse()
            answer(content=response.read(), status=response.status)(request, connection)
        finally:
            service.close()

    @contextmanager
    def opened(self) -> Iterator[Rollout]:
        with Rollout.open(self.path, now=lambda: self.time, sleep=lambda seconds: None) as rollout:
            yield rollout

    def step(self, executor: Executor | None = None, **options: Any) -> StepReport:
        with self.opened() as rollout:
            return rollout.step(self.clients, executor=executor, **options)

    def advance(self, **amounts: float) -> None:
        self.sandbox.advance(**amounts)
        self.time += timedelta(**amounts)

    def run(self, executor: Callable[[int], Executor | None] = lambda tick: None) -> None:
        """Step until the roll-out is over, with a pause in between.

        Args:
            executor: Gives the executor of a tick.
        """
        for tick in range(MOST_TICKS):
            if tick in PAUSE:
                with self.opened() as rollout:
                    PAUSE[tick](rollout)
            if self.step(executor(tick)).state in OVER:
                return
            self.advance(**days(tick))
        raise AssertionError(f"it is not over after {MOST_TICKS} ticks")

    # What became of it

    def journal(self) -> dict[str, Any]:
        """Return what the journal holds, but for what is made by chance."""
        with self.opened() as rollout:
            status = rollout.status().to_dictionary()
            marker = status.pop("marker")
            events = [
                (str(event.at), event.kind, str(event.account), str(event.wave), str(event.campaign), event.text)
                for event in rollout.events()
            ]
            return {
                "status": status,
                "campaigns": [replace(campaign, name="") for campaign in rollout.campaigns()],
                "devices": [replace(device, campaign_id=None) for device in rollout.devices()],
                "events": sorted((*event, without_ids(text, marker)) for *event, text in events),
            }

    def put_off(self) -> list[str]:
        """Return why accounts were put off."""
        with self.opened() as rollout:
            return [event.text for event in rollout.events() if event.kind == "put_off"]

    def states(self) -> dict[str, str]:
        """Return the states of the devices."""
        return states_of(self.journal())

    def sent_by(self) -> dict[str, Counter[str]]:
        """Return how many requests of which method each thread of each process has sent."""
        sent: dict[str, Counter[str]] = defaultdict(Counter)
        for request in self._recorder.requests:
            sent[str(request.header("User-Agent")).split()[0]][request.method] += 1
        return dict(sent)

    def processes(self) -> set[int]:
        """Return the processes that have sent something."""
        return {process_of(request) for request in self._recorder.requests}

    def sent_by_others(self) -> set[str]:
        """Return the methods of what was sent by others than the thread that steps."""
        return {method for name, sent in self.sent_by().items() if name != readers.sender() for method in sent}


def states_of(journal: dict[str, Any]) -> dict[str, str]:
    return {device.imei: device.state for device in journal["devices"]}


def process_of(request: Request) -> int:
    found = re.match(r"process-(\d+)/", request.header("User-Agent") or "")
    assert found is not None
    return int(found[1])


def without_ids(text: str, marker: str) -> str:
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", text.replace(marker, "MARKER"))


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Field]:
    field = Field(tmp_path)
    yield field
    field.close()


@pytest.fixture(scope="module")
def one_by_one(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The journal of a roll-out whose reads one thread carries out."""
    field = Field(tmp_path_factory.mktemp("one"))
    with ThreadPoolExecutor(1) as executor:
        field.run(lambda tick: executor)
    journal = field.journal()
    methods = Counter(request.method for request in field._recorder.requests)
    field.close()
    assert journal["status"]["state"] == "finished"
    assert Counter(device.state for device in journal["devices"]) == {"succeeded": 23, "failed": 1}
    assert methods["DELETE"] > 0
    return journal


@pytest.fixture(scope="module")
def processes() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        yield executor


# Executors that work


@pytest.mark.parametrize("threads", [None, 4], ids=["its own threads", "threads that are given"])
def test_threads_lead_to_the_same_journal(threads: int | None, field: Field, one_by_one: dict[str, Any]) -> None:
    if threads is None:
        field.run()
    else:
        with ThreadPoolExecutor(threads) as executor:
            field.run(lambda tick: executor)
    assert field.journal() == one_by_one
    assert field.sent_by_others() == {"GET"}


def test_processes_lead_to_the_same_journal(
    field: Field, processes: ProcessPoolExecutor, one_by_one: dict[str, Any]
) -> None:
    field.run(lambda tick: processes)
    assert field.journal() == one_by_one
    assert field.sent_by_others() == {"GET"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The client of a Dask cluster on this machine."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("dask")
        patch.setenv("DASK_CONFIG", str(folder))  # it writes its settings there when it is first imported
        distributed = pytest.importorskip("distributed")
        options = {"n_workers": 2, "threads_per_worker": 2, "host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
        with (
            distributed.LocalCluster(**options, local_directory=str(folder)) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client


def test_a_cluster_leads_to_the_same_journal_though_a_worker_is_killed_while_it_reads(
    field: Field, cluster: Any, one_by_one: dict[str, Any]
) -> None:
    workers = cluster.run(os.getpid).values()
    field.kill_at = 20
    with cluster.get_executor(pure=False) as executor:
        field.run(lambda tick: executor)
    assert field.victim in workers
    assert field.journal() == one_by_one
    assert field.sent_by_others() == {"GET"}
    assert field.processes() > {os.getpid(), field.victim}


# Executors that fail


@pytest.mark.parametrize("what", ["a function within a function", "a client"])
def test_clients_that_cannot_be_sent_to_other_processes_are_told_at_once(
    what: str, field: Field, processes: ProcessPoolExecutor
) -> None:
    field.step()
    field.advance(days=1)
    with field.sandbox.client() as client, field.opened() as rollout:
        clients = (lambda account: field.clients(account)) if what != "a client" else Holder(client, field.clients)
        with pytest.raises(RolloutError) as caught:
            rollout.step(clients, executor=processes)
        assert "cannot be sent to the processes of the executor" in caught.value.what_happened
        assert "EnvironmentClients" in caught.value.what_to_do
    assert field.put_off() == []
    assert field.sent_by_others() <= {"GET"}
    assert field.step(processes).state == "running"


@dataclass
class Holder:
    """Gives clients, and holds one, which cannot be pickled."""

    client: FotaClient
    of: Callable[[str], FotaClient]

    def __call__(self, account: str) -> FotaClient:
        return self.of(account)


def test_a_pool_that_loses_a_process_costs_a_step_its_reads_and_the_next_one_makes_good(
    field: Field, one_by_one: dict[str, Any]
) -> None:
    field.kill_at = 20
    pools = [ProcessPoolExecutor(2, mp_context=get_context("spawn"))]

    def pool(tick: int) -> Executor:
        if field.victim is not None and len(pools) == 1:
            pools.append(ThreadPoolExecutor(2))
        return pools[-1]

    field.run(pool)
    for each in pools:
        each.shutdown()
    assert field.victim is not None
    assert field.states() == states_of(one_by_one)
    assert field.sent_by_others() == {"GET"}
    assert "BrokenProcessPool" in " ".join(field.put_off())


def lost(future: Future[Any]) -> None:
    """Leave the future of a read as it is, for ever."""


def cancelled(future: Future[Any]) -> None:
    """Cancel a read, as the shutdown of an executor does."""
    future.cancel()


def not_notified(future: Future[Any]) -> None:
    future.cancel()
    future.set_running_or_notify_cancel()


class Faulty(Executor):
    """Carries reads out at once, but for some of them.

    Args:
        fault: What becomes of their futures.
        every: Each how many-th it is.
    """

    def __init__(self, fault: Callable[[Future[Any]], None], every: int) -> None:
        self._fault = fault
        self._every = every
        self._submitted = 0

    def submit(self, read: Any, /, *given: Any, **options: Any) -> Future[Any]:
        self._submitted += 1
        future: Future[Any] = Future()
        if self._submitted % self._every == 0:
            self._fault(future)
        else:
            future.set_result(read(*given, **options))
        return future


@pytest.mark.parametrize("every", [1, 3])
@pytest.mark.parametrize("fault", [lost, cancelled, not_notified])
def test_a_read_that_an_executor_loses_is_carried_out_by_the_next_step(
    fault: Callable[[Future[Any]], None],
    every: int,
    field: Field,
    one_by_one: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("fota_sdk.rollout.asking._PATIENCE", 0.02)
    field.run(lambda tick: Faulty(fault, every) if tick % 2 else None)
    assert field.put_off() != []
    assert field.states() == states_of(one_by_one)


class Late(Executor):
    """Carries each read out when it is given the next one, which is too late where one is awaited at a time."""

    def __init__(self) -> None:
        self._finish: Callable[[], object] = lambda: None

    def submit(self, read: Any, /, *given: Any, **options: Any) -> Future[Any]:
        self._finish()
        future: Future[Any] = Future()
        self._finish = lambda: future.cancelled() or future.set_result(read(*given, **options))
        return future


def test_a_read_that_ends_after_it_was_given_up_changes_nothing(
    field: Field, one_by_one: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fota_sdk.rollout.asking._PATIENCE", 0.02)
    field.run(lambda tick: Late() if tick % 2 else None)
    assert "TimeoutError: the executor has given no result" in " ".join(field.put_off())
    assert field.states() == states_of(one_by_one)


class Closed(Executor):
    """An executor that takes nothing more, and says so with an exception of its own."""

    def submit(self, *given: Any, **options: Any) -> Future[Any]:
        raise ConnectionResetError("the client is closed")


def test_an_executor_that_takes_no_read_costs_a_step_its_reads(field: Field, one_by_one: dict[str, Any]) -> None:
    field.run(lambda tick: Closed() if tick % 2 else None)
    assert "the client is closed" in " ".join(field.put_off())
    assert field.states() == states_of(one_by_one)


def test_an_executor_that_is_shut_down_during_a_step_costs_it_the_reads_that_are_left(
    field: Field, one_by_one: dict[str, Any]
) -> None:
    def pool(tick: int) -> Executor:
        executor = ThreadPoolExecutor(1)
        reads = count(1)
        field.on_read = lambda: next(reads) == 3 and executor.shutdown(wait=False, cancel_futures=True)
        return executor

    field.run(pool)
    assert "CancelledError" in " ".join(field.put_off())
    assert field.states() == states_of(one_by_one)


class Refused(Executor):
    """Carries one read out, leaves one under way, and tells of refused credentials from the third one on."""

    def __init__(self) -> None:
        self.futures: list[Future[Any]] = []

    def submit(self, read: Any, /, *given: Any, **options: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.futures.append(future)
        if len(self.futures) == 1:
            future.set_result(read(*given, **options))
        elif len(self.futures) > 2:
            future.set_exception(AuthenticationError("the login was refused", "Correct it"))
        return future


def test_no_read_is_left_under_way_where_the_credentials_are_refused(tmp_path: Path) -> None:
    with Fleet(tmp_path, plan_of(wave=(Wave(share="100%"),)), pilot_rule=False) as fleet:
        fleet.create()
        fleet.step()
        fleet.advance(days=1)
        executor = Refused()
        with pytest.raises(AuthenticationError):
            fleet.step(executor=executor)
    assert [future.cancelled() for future in executor.futures[:2]] == [False, True]
