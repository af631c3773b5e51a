"""The journal that a command on a roll-out works with, and the clock that it goes by."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fota_sdk import FotaClient, FotaError
from fota_sdk.cli.connection import agree
from fota_sdk.configuration import is_loopback
from fota_sdk.times import parse_time

if TYPE_CHECKING:
    from fota_sdk.rollout import EnvironmentClients, Rollout, RolloutPlan

SUFFIX = ".rollout"
_PLAN = ".toml"
_SHOWN = 3
_CLOCK = "/sandbox/clock"
_PATIENCE = 5.0  # seconds that the clock of a sandbox may take to answer


def argument() -> click.Argument:
    """Return the argument that names the journal."""
    return click.Argument(["journal"], type=click.Path(dir_okay=False), metavar="JOURNAL")


def journal_of(path: str) -> str:
    """Return the path of a journal; that of a plan stands for the journal beside it."""
    return str(Path(path).with_suffix(SUFFIX)) if Path(path).suffix == _PLAN else path


def command_on(journal: str, command: str, *arguments: str) -> str:
    """Return a command on a journal, to be copied into a shell."""
    from fota_sdk.rollout import errors

    return errors.command_on(journal, command, *arguments)


@dataclass(frozen=True)
class Opened:
    """A roll-out that a command works with.

    Attributes:
        rollout: The roll-out.
        journal: Path of its journal, as the person at the command writes it.
        clients: Gives the clients of its accounts.
        now: Gives the time.
    """

    rollout: Rollout
    journal: str
    clients: EnvironmentClients
    now: Callable[[], datetime]

    @property
    def is_in_sandbox(self) -> bool:
        """Whether its time is that of a sandbox, which another terminal may put forward."""
        return isinstance(self.now, Clock) and self.now.is_of_sandbox

    @property
    def silent_sandbox(self) -> str | None:
        """The address of a sandbox on this machine that is not there, so that its time is not known."""
        return self.now.silent if isinstance(self.now, Clock) else None

    def command(self, command: str, *arguments: str) -> str:
        """Return a command on this roll-out, to be copied into a shell."""
        return command_on(self.journal, command, *arguments)

    def urls(self) -> list[str]:
        """Return where its calls go."""
        return urls_of(self.clients, self.rollout.accounts)

    def agree(self, question: str, *, yes: bool) -> None:
        """Ask before something is changed, unless all of its calls stay on this machine.

        Raises:
            Declined: The answer is no, or there is nobody to ask.
        """
        urls = self.urls()
        agree(next((url for url in urls if not is_loopback(url)), urls[0]), question, yes=yes)


@contextmanager
def opened(path: str, *, moved: bool = False) -> Iterator[Opened]:
    """Open a journal.

    Args:
        path: Path of the journal, or of the plan beside it.
        moved: Whether it may have been moved.

    Raises:
        JournalError: It cannot be opened.
    """
    from fota_sdk.rollout import EnvironmentClients

    journal = journal_of(path)
    _expect(journal, path)
    # The plan, which is in the journal, says where the clock is; so it is set once that is known.
    clock = Clock()
    with (
        _open(journal, clock, moved) as rollout,
        EnvironmentClients(rollout.plan) as clients,
        clock.of(clients, rollout.plan, rollout.service),
    ):
        yield Opened(rollout, journal, clients, clock)


def _open(journal: str, clock: Clock, moved: bool) -> Rollout:
    import sqlite3

    from fota_sdk.rollout import JournalError, Rollout

    try:
        return Rollout.open(journal, now=clock, moved=moved)
    except sqlite3.Error as error:
        raise JournalError(
            f"{journal} cannot be read as a journal: {error}; nothing was changed",
            f"Check the path, and its owner: {shlex.join(['ls', '-l', journal])}",
        ) from None


def _expect(journal: str, path: str) -> None:
    """Refuse a path behind which there is nothing, with a word on what there is instead."""
    from fota_sdk.rollout import JournalError

    if Path(journal).exists():
        return
    others = sorted(each.name for each in Path(journal).parent.glob(f"*{SUFFIX}"))
    found = f"There is {', '.join(others[:_SHOWN])}. " if others else ""
    begin = shlex.join(["fota", "rollout", "start", path if path != journal else "PLAN.toml"])
    what = f"there is no journal at {journal}; nothing was changed"
    raise JournalError(what, f"{found}Check the path, or begin with: {begin}")


class Clock:
    """The time: that of this machine, or of the sandbox on this machine where the calls go to one."""

    silent: str | None = None
    """The address on this machine that the calls go to, where nothing there tells a time."""

    def __init__(self) -> None:
        self._sandbox: FotaClient | None = None
        self._seen: datetime | None = None

    @property
    def is_of_sandbox(self) -> bool:
        """Whether it is the clock of a sandbox, which another terminal may put forward."""
        return self._sandbox is not None

    def __call__(self) -> datetime:
        """Return the time, with its zone."""
        if self._sandbox is None:
            return datetime.now(timezone.utc)
        with suppress(FotaError):  # it has gone: its time stands still, and calls tell that it has
            self._seen = _time_of(self._sandbox) or self._seen
        assert self._seen is not None
        return self._seen

    @contextmanager
    def of(self, clients: EnvironmentClients, plan: RolloutPlan, service: str | None = None) -> Iterator[None]:
        """Go by the clock of the sandbox that the calls of a roll-out go to, if they do.

        Args:
            clients: The clients of its accounts.
            plan: Its plan.
            service: Where its calls go, as its journal tells, also to who has not set the variables; None for one
                that has no journal yet.
        """
        url = None
        with suppress(FotaError):  # variables that cannot be used hinder what needs them, and nothing else
            urls = urls_of(clients, ["", *plan.accounts]) if service is None else service.split(", ")
            url = next(filter(is_loopback, urls), None)
        if url is None:
            yield
            return
        with FotaClient(
            base_url=url,
            api_token="none",  # noqa: S106 - the route takes none
            session_token="none",  # noqa: S106
            timeout=_PATIENCE,
            max_attempts=1,
        ) as client:
            with suppress(FotaError):  # nothing is there, or it is no sandbox with a clock
                self._seen = _time_of(client)
            self._sandbox = None if self._seen is None else client
            self.silent = url if self._seen is None else None
            try:
                yield
            finally:
                self._sandbox = None


def _time_of(client: FotaClient) -> datetime | None:
    response = client.request("GET", _CLOCK).body
    return parse_time(response.get("now")) if isinstance(response, dict) else None


def urls_of(clients: EnvironmentClients, accounts: Iterable[str]) -> list[str]:
    """Return where the calls of some accounts go, each address once."""
    return list(dict.fromkeys(map(clients.base_url, accounts)))
