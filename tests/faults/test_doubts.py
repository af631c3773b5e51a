"""A doubt ends where the value leaves the library: logging, signals and a lack of memory lose none."""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from unittest.mock import patch

import pytest

from fota_sdk import FotaError, RepeatRefusedError, TransportError
from fota_sdk.core import attempts, caller
from tests.conftest import ACCOUNT
from tests.faults.calls import FIRMWARE, GET, GOOD, POST, client_of
from tests.loopback import Connection, LoopbackServer, Request, answer

good = answer(GOOD)


def posts(server: LoopbackServer) -> int:
    return sum(request.method == "POST" for request in server.requests)


@pytest.fixture
def logs() -> Iterator[list[logging.Logger]]:
    """The loggers that write while a call is made, at DEBUG; what is put on them is taken away."""
    loggers = [logging.getLogger("fota_sdk"), logging.getLogger("urllib3.connectionpool")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    kept = [(list(logger.handlers), list(logger.filters)) for logger in loggers]
    yield loggers
    for logger, level, (handlers, filters) in zip(loggers, levels, kept, strict=True):
        logger.setLevel(level)
        logger.handlers[:], logger.filters[:] = handlers, filters


class Raising(logging.Handler):
    """A handler, or a filter, that raises at the nth line."""

    def __init__(self, error: BaseException, at: int) -> None:
        super().__init__()
        self.error, self.left = error, at

    def emit(self, record: logging.LogRecord) -> None:
        self.left -= 1
        if self.left == 0:
            raise self.error

    def filter(self, record: logging.LogRecord) -> bool:
        self.emit(record)
        return True


@pytest.mark.parametrize(
    "error", [ValueError("no"), OSError("disk full"), KeyboardInterrupt(), MemoryError()], ids=repr
)
@pytest.mark.parametrize("kind", ["handler", "filter"])
@pytest.mark.parametrize("which", [0, 1])
def test_a_line_of_a_log_that_raises_loses_no_doubt(
    which: int, kind: str, error: BaseException, logs: list[logging.Logger]
) -> None:
    raised = 0
    for at in range(1, 5):
        raising = Raising(error, at)
        with LoopbackServer(good) as server, client_of(server) as client:
            if kind == "filter":
                logs[which].addFilter(raising)
            else:
                raising.filters, raising.filter = [], lambda record: True  # type: ignore[method-assign, assignment]
                logs[which].addHandler(raising)
            try:
                POST(client)
            except (type(error), FotaError):
                raised += 1
                logs[which].removeFilter(raising)
                logs[which].removeHandler(raising)
                with contextlib.suppress(RepeatRefusedError):
                    POST(client)
                assert posts(server) <= 1
            logs[which].removeFilter(raising)
            logs[which].removeHandler(raising)
    assert raised >= 1


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="has no timers that signal")
def test_a_signal_handler_that_calls_a_client_tells_nothing_of_the_call_it_came_into() -> None:
    heard: list[Any] = []

    def beat(*_: object) -> None:
        for each in (elsewhere, client):
            try:
                heard.append(GET(each).id)
            except FotaError as error:
                heard.append(type(error).__name__)

    def slow(request: Request, connection: Connection) -> None:
        if request.method == "GET":
            good(request, connection)
            return
        connection.wait(0.5)
        connection.close()

    with LoopbackServer(good) as closed:
        pass
    with LoopbackServer(slow) as server, client_of(server) as client:
        with client_of(closed, max_attempts=1) as elsewhere:
            before = signal.signal(signal.SIGALRM, beat)
            try:
                signal.setitimer(signal.ITIMER_REAL, 0.2)
                with pytest.raises(TransportError) as caught:
                    POST(client)
            finally:
                signal.setitimer(signal.ITIMER_REAL, 0)
                signal.signal(signal.SIGALRM, before)
        assert caught.value.outcome_unknown
        assert posts(server) == 1
    assert heard == ["ConnectError", GOOD["id"]]


@pytest.mark.parametrize("where", [(attempts, "_read"), (attempts, "_log_call"), (caller.Guard, "forget")], ids=str)
@pytest.mark.parametrize("error", [MemoryError, RecursionError])
def test_running_out_of_memory_after_sending_leaves_a_doubt(where: tuple[Any, str], error: type[Exception]) -> None:
    with LoopbackServer(good) as server, client_of(server) as client:
        with patch.object(*where, side_effect=error), pytest.raises(error):
            POST(client)
        with pytest.raises(RepeatRefusedError):
            POST(client)
        assert posts(server) == 1


def test_a_stack_that_ends_at_any_depth_of_a_call_lets_none_be_sent_twice() -> None:
    def deeper(levels: int, work: Callable[[], Any]) -> Any:
        return work() if levels == 0 else deeper(levels - 1, work)

    with LoopbackServer(lambda request, connection: connection.close()) as server, client_of(server) as client:
        with pytest.raises(FotaError):
            POST(client)  # imports what a call needs
        for room in range(30, 130, 4):
            body = {**FIRMWARE, "firmwareName": str(room)}
            schedule = partial(client.campaigns_v3.schedule_campaign_firmware_upgrade, ACCOUNT, body)
            for levels in (_depth_with(room), 0):
                with contextlib.suppress(RecursionError, FotaError):
                    deeper(levels, schedule)
        sent = Counter(json.loads(request.body)["firmwareName"] for request in server.requests)
    assert set(sent.values()) == {1}


def _depth_with(room: int) -> int:
    depth, frame = 0, sys._getframe()
    while frame is not None:
        depth, frame = depth + 1, frame.f_back  # type: ignore[assignment]
    return sys.getrecursionlimit() - depth - room
