"""How each fault has to end on each way out, typed from the design.

``python -m tests.faults.fault_table`` renews the tables that doc/reliability.md has of it.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from tests.faults.network_faults import BEFORE_SENDING, Fault
from tests.faults.ways_out import Way

PAGE = Path(__file__).resolve().parents[2] / "doc" / "reliability.md"
_BEGIN = "<!-- made by python -m tests.faults.fault_table -->\n"
_END = "<!-- end of the made part -->\n"


class Calls(NamedTuple):
    """How calls of one kind end."""

    attempts: int
    arrived: int
    outcome_unknown: bool


class Ending(NamedTuple):
    """How calls end.

    Attributes:
        name: What the table calls it.
        error: The class of the error; None for a success.
        once: Schedules, changes of devices, and cancels, which are never sent again in doubt.
        dates: Changes of dates.
        read: Reads.
    """

    name: str
    error: str | None
    once: Calls
    dates: Calls
    read: Calls

    def of(self, operation: str) -> Calls:
        """Return how calls of an operation end."""
        return {"dates": self.dates, "read": self.read}.get(operation, self.once)


NOT_SENT = Ending("not sent", "ConnectError", Calls(3, 0, False), Calls(3, 0, False), Calls(3, 0, False))
REFUSED = Ending("refused", "ConnectError", Calls(1, 0, False), Calls(1, 0, False), Calls(1, 0, False))
TLS_FAILED = Ending("TLS failed", "TransportError", Calls(1, 0, True), Calls(1, 0, True), Calls(1, 0, False))
IN_DOUBT = Ending("in doubt", "TransportError", Calls(1, 0, True), Calls(3, 0, True), Calls(3, 0, False))
IN_DOUBT_TIMEOUT = Ending(
    "in doubt, timeout", "RequestTimeoutError", Calls(1, 0, True), Calls(3, 0, True), Calls(3, 0, False)
)
LOST = Ending("lost", "TransportError", Calls(1, 1, True), Calls(3, 3, True), Calls(3, 3, False))
TIMEOUT = Ending("timeout", "RequestTimeoutError", Calls(1, 1, True), Calls(3, 3, True), Calls(3, 3, False))
DEADLINE = Ending("deadline", "RequestTimeoutError", Calls(1, 1, True), Calls(1, 1, True), Calls(1, 1, False))
SUCCESS = Ending("success", None, Calls(1, 1, False), Calls(1, 1, False), Calls(1, 1, False))
ENDINGS = (NOT_SENT, REFUSED, TLS_FAILED, IN_DOUBT, IN_DOUBT_TIMEOUT, LOST, TIMEOUT, DEADLINE, SUCCESS)

COLUMNS = {
    (False, "direct"): "direct",
    (False, "CONNECT"): "CONNECT",
    (False, "SOCKS"): "SOCKS",
    (True, "direct"): "your session: direct",
    (True, "CONNECT"): "CONNECT",
    (True, "SOCKS"): "SOCKS",
}

# The connections of the client prove what was sent. Those of a caller's session are the caller's: there only a failure
# that proves it by itself counts as not sent. A name that is not found, a refusal, a connect timeout and a proxy's
# refusal do, and PySocks has nothing else to raise before its tunnel stands. A tunnel that ends without a response does
# not, nor does one that is awaited in vain, nor TLS that is cut.
EXPECTED: dict[str, tuple[Ending | None, ...]] = {
    "name lookup of the service": (NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT),
    "connection to the service refused": (NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT),
    "connect timeout of the service": (NOT_SENT, NOT_SENT, NOT_SENT, NOT_SENT, IN_DOUBT_TIMEOUT, NOT_SENT),
    "name lookup of the proxy": (None, NOT_SENT, NOT_SENT, None, NOT_SENT, NOT_SENT),
    "connection to the proxy refused": (None, NOT_SENT, NOT_SENT, None, NOT_SENT, NOT_SENT),
    "connect timeout of the proxy": (None, NOT_SENT, NOT_SENT, None, NOT_SENT, NOT_SENT),
    "407 from the proxy": (None, NOT_SENT, NOT_SENT, None, NOT_SENT, NOT_SENT),
    "tunnel cut by the proxy": (None, NOT_SENT, NOT_SENT, None, IN_DOUBT, NOT_SENT),
    "certificate of the proxy refused": (None, REFUSED, None, None, REFUSED, None),
    "TLS with the proxy cut": (None, NOT_SENT, None, None, TLS_FAILED, None),
    "certificate of the service refused": (REFUSED, REFUSED, REFUSED, REFUSED, REFUSED, REFUSED),
    "TLS with the service cut": (NOT_SENT, NOT_SENT, NOT_SENT, TLS_FAILED, TLS_FAILED, TLS_FAILED),
    "closed without a response": (LOST, LOST, LOST, LOST, LOST, LOST),
    "reset": (LOST, LOST, LOST, LOST, LOST, LOST),
    "body cut": (LOST, LOST, LOST, LOST, LOST, LOST),
    "silence": (TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT),
    "headers drip": (DEADLINE, DEADLINE, DEADLINE, DEADLINE, DEADLINE, DEADLINE),
    "body drips": (DEADLINE, DEADLINE, DEADLINE, DEADLINE, DEADLINE, DEADLINE),
    "103, then closed": (LOST, LOST, LOST, LOST, LOST, LOST),
    "103, then the response": (SUCCESS, SUCCESS, SUCCESS, LOST, LOST, LOST),  # other adapters hand the 103 on
}


def column_of(way: Way) -> tuple[bool, str]:
    """Return the column of a way out."""
    return way.callers_session, way.kind


def ending_of(way: Way, fault: Fault) -> Ending:
    """Return how calls have to end."""
    ending = EXPECTED[fault.name][list(COLUMNS).index(column_of(way))]
    assert ending is not None
    return ending


def exit_code_of(operation: str, way: Way, fault: Fault) -> int:
    """Return the exit code that the command has to end with."""
    # The command that changes dates reads the campaign first, and what fails before sending fails that.
    asked = "read" if operation == "dates" and fault in BEFORE_SENDING else operation
    return _exit_code(ending_of(way, fault), asked)


def _exit_code(ending: Ending, operation: str) -> int:
    if ending.error is None:
        return 0
    return 4 if ending.of(operation).outcome_unknown else 3


def made_part() -> str:
    """Return the tables of the page."""
    faults = [
        "| Fault | " + " | ".join(COLUMNS.values()) + " |",
        "|---" * (len(COLUMNS) + 1) + "|",
        *(
            f"| {fault} | {' | '.join('–' if ending is None else ending.name for ending in endings)} |"  # noqa: RUF001 - a dash
            for fault, endings in EXPECTED.items()
        ),
    ]
    endings = [
        "| How it ends | Error | Schedule, change devices, cancel | Change dates | Read |",
        "|---|---|---|---|---|",
        *(
            f"| {ending.name} | {'none' if ending.error is None else f'`{ending.error}`'} | "
            f"{' | '.join(_words(ending, operation) for operation in ('schedule', 'dates', 'read'))} |"
            for ending in ENDINGS
        ),
    ]
    return "\n".join(["", *faults, "", *endings, "", ""])


def _words(ending: Ending, operation: str) -> str:
    calls = ending.of(operation)
    attempts = "1 attempt" if calls.attempts == 1 else f"{calls.attempts} attempts"
    doubt = ", outcome unknown" if calls.outcome_unknown else ""
    return f"{attempts}, {calls.arrived} arrived{doubt}; exit code {_exit_code(ending, operation)}"


def part_on_page() -> str:
    """Return the tables as they stand on the page."""
    return PAGE.read_text(encoding="utf-8").partition(_BEGIN)[2].partition(_END)[0]


def renew() -> None:
    """Write the tables into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    PAGE.write_text(before + _BEGIN + made_part() + _END + after, encoding="utf-8")


if __name__ == "__main__":
    renew()
