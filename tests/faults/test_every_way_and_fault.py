"""Every way out crossed with every fault: how often the service is asked, and what is told of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from unittest.mock import patch

import pytest

from fota_sdk import FotaError
from fota_sdk.core import retry
from tests.faults.calls import DELETE, GET, POST, PUT_DATES, PUT_DEVICES, client_of
from tests.faults.fault_table import COLUMNS, EXPECTED, column_of, ending_of, made_part, part_on_page
from tests.faults.network_faults import AFTER_SENDING, FAULTS, Fault, Scene, scene_of
from tests.faults.ways_out import WAYS, Way, names_of_this_machine, session_of, trusted_certificates

OPERATIONS = {"schedule": POST, "devices": PUT_DEVICES, "cancel": DELETE, "dates": PUT_DATES, "read": GET}
CELLS = {f"{fault.name} - {way}": (way, fault) for fault in FAULTS for way in WAYS if fault.is_possible(way)}
_AT_ONCE = 4


@dataclass(frozen=True)
class Seen:
    """How a call ended, and what its error says."""

    error: str | None
    attempts: int
    arrived: int
    outcome_unknown: bool
    says_nothing_was_sent: bool
    says_it_may_have_acted: bool


@dataclass(frozen=True)
class Measured:
    """What was seen of a fault on a way out.

    Attributes:
        calls: How each call ended.
        seconds: How long the longest of them took.
        tunnels: How many tunnels the proxy opened; None without a proxy.
        connect_statuses: The status codes of the proxy's responses to CONNECT.
    """

    calls: dict[str, Seen]
    seconds: float
    tunnels: int | None
    connect_statuses: list[int]


def measure(way: Way, fault: Fault, bundle: str) -> Measured:
    """Make the five calls at once, each with a client of its own."""
    with scene_of(way, fault) as scene:
        with ThreadPoolExecutor(len(OPERATIONS)) as pool:
            ended = list(pool.map(lambda operation: _call(way, fault, scene, operation, bundle), OPERATIONS))
        calls = {
            operation: _seen(error, _arrived(scene, operation))
            for operation, (error, _) in zip(OPERATIONS, ended, strict=True)
        }
        proxy = scene.proxy
        return Measured(
            calls,
            max(seconds for _, seconds in ended),
            None if proxy is None else proxy.tunnels,
            [] if proxy is None else proxy.connect_statuses,
        )


def _call(way: Way, fault: Fault, scene: Scene, operation: str, bundle: str) -> tuple[FotaError | None, float]:
    begin = time.monotonic()
    session = session_of(way)
    how = {"proxies": scene.proxies, "verify": bundle, "timeout": fault.timeout, "session": session}
    error = None
    with client_of(scene.base_url, **how) as client:
        try:
            OPERATIONS[operation](client)
        except FotaError as raised:
            error = raised
    if session is not None:
        session.close()
    return error, time.monotonic() - begin


def _arrived(scene: Scene, operation: str) -> int:
    method = {"schedule": "POST", "cancel": "DELETE", "read": "GET"}.get(operation, "PUT")
    targets = [request.target for request in scene.service.requests if request.method == method]
    return sum(method != "PUT" or target.endswith("/dates") == (operation == "dates") for target in targets)


def _seen(error: FotaError | None, arrived: int) -> Seen:
    if error is None:
        return Seen(None, arrived, arrived, False, False, False)
    return Seen(
        type(error).__name__,
        error.attempts,
        arrived,
        error.outcome_unknown,
        "nothing was sent" in str(error),
        "may have carried this out" in str(error),
    )


@pytest.fixture(scope="module")
def measured(request: pytest.FixtureRequest) -> Iterator[Callable[[str], Measured]]:
    """What is seen in a cell. Several cells are measured at once, as nearly all of the time is waiting."""
    specs = [getattr(item, "callspec", None) for item in request.session.items if item.path == request.path]
    chosen = [spec.params["cell"] for spec in specs if spec is not None]
    with (
        names_of_this_machine(),
        trusted_certificates() as bundle,
        patch.object(retry, "jitter", lambda: 0.0),
        ThreadPoolExecutor(_AT_ONCE) as pool,
    ):
        futures = {cell: pool.submit(measure, *CELLS[cell], bundle) for cell in chosen}
        yield lambda cell: futures[cell].result()
        pool.shutdown(cancel_futures=True)


@pytest.mark.parametrize("cell", CELLS)
def test_a_fault_ends_as_the_table_says(cell: str, measured: Callable[[str], Measured]) -> None:
    way, fault = CELLS[cell]
    ending = ending_of(way, fault)
    seen = measured(cell)
    assert seen.calls == {
        operation: Seen(
            ending.error,
            *ending.of(operation),
            says_nothing_was_sent=ending.error == "ConnectError",
            says_it_may_have_acted=ending.of(operation).outcome_unknown,
        )
        for operation in OPERATIONS
    }
    assert fault.timeout.total is not None
    assert seen.seconds < fault.timeout.total * 2
    if way.kind == "CONNECT":
        assert set(seen.connect_statuses) == ({fault.connect_status} - {None})
    if way.proxy is not None and fault in AFTER_SENDING:  # each of them came through a tunnel of its own
        assert seen.tunnels == sum(call.arrived for call in seen.calls.values())


def test_the_table_has_each_cell_that_is_possible_and_no_other() -> None:
    assert list(EXPECTED) == [fault.name for fault in FAULTS]
    possible = {(fault.name, column_of(way)) for way, fault in CELLS.values()}
    typed = {
        (name, column)
        for name, endings in EXPECTED.items()
        for column, ending in zip(COLUMNS, endings, strict=True)
        if ending is not None
    }
    assert typed == possible


@pytest.mark.pages
def test_the_table_on_the_page_is_up_to_date() -> None:
    assert part_on_page() == made_part(), "python -m tests.faults.fault_table makes it anew"
