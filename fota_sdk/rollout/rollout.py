from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timezone
from types import TracebackType
from typing import Any

from fota_sdk.core.annotations import Self
from fota_sdk.exceptions import ValidationError
from fota_sdk.rollout import requests
from fota_sdk.rollout.asking import Pace
from fota_sdk.rollout.clients import service_of
from fota_sdk.rollout.creation import FleetRow, create_journal
from fota_sdk.rollout.decide import decide
from fota_sdk.rollout.errors import RolloutError, on_the_journal, rows_of_the_journal
from fota_sdk.rollout.findings import Finding
from fota_sdk.rollout.forecast import WaveForecast, forecast
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.preflight import preflight
from fota_sdk.rollout.service import Clients
from fota_sdk.rollout.snapshot import CampaignRow, Decision
from fota_sdk.rollout.states import DeviceState, RolloutState
from fota_sdk.rollout.status import (
    Device,
    Event,
    RolloutStatus,
    devices_of,
    events_of,
    finished_by_day,
    status_of,
    top_reasons,
)
from fota_sdk.rollout.step import AT_REST, Step, StepReport

_LONGEST_COMMENT = 1000


def _utc_now() -> datetime:
    return datetime.now(timezone.utc)


class Rollout:
    """A roll-out: its journal, open. Made by `create` or `open`.

    Every method may be called from any process of the machine that has the journal; `step` refuses where another one
    is running. What a person asks for (`pause`, `resume`, `approve`, `stop`, `resolve`) is written down, and obeyed by
    the next step, or by the one that runs before it sends anything more.

    Args:
        journal: The journal.
        now: Gives the time, with its zone; for tests and sandboxes, whose clock is another one.
        sleep: Waits for a number of seconds between calls.
        moved: Whether the journal may have been moved, or restored from a backup.
    """

    def __init__(
        self,
        journal: Journal,
        *,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], object] = time.sleep,
        moved: bool = False,
    ) -> None:
        self._journal = journal
        self._clock = now
        self._sleep = sleep
        self._moved = moved

    @classmethod
    def create(
        cls,
        path: str | os.PathLike[str],
        plan: RolloutPlan,
        devices: Iterable[FleetRow],
        *,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], object] = time.sleep,
        service: str | None = None,
    ) -> Rollout:
        """Write a new journal, whole or not at all; nothing is sent, and nothing begins before `start`.

        Args:
            path: Where; on a local disk, and nothing may be there.
            plan: The plan, which is frozen herewith.
            devices: The fleet: ``(imei, account)``, or ``(imei, account, wave)`` with a number or a name of a wave.
            now: Gives the time, with its zone.
            sleep: Waits for a number of seconds between calls.
            service: Base URL of the service, several with a comma and a space in between, each once in the order of
                the accounts: clients that lead elsewhere are refused. None for that of the first step.

        Raises:
            ValidationError: The plan or a device cannot be used, or a device comes twice.
            JournalError: There is something at the path already.
        """
        plan.validate()
        create_journal(path, plan, devices, now(), service)
        return cls.open(path, now=now, sleep=sleep)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        now: Callable[[], datetime] = _utc_now,
        sleep: Callable[[float], object] = time.sleep,
        moved: bool = False,
    ) -> Rollout:
        """Open a journal.

        Args:
            path: Where it is.
            now: Gives the time, with its zone.
            sleep: Waits for a number of seconds between calls.
            moved: Go on although the journal is on another machine or path than before, or was restored: before
                anything more is scheduled, the campaigns of each account are looked through until reports tell all.

        Raises:
            JournalError: There is none, it cannot be read, or a newer release has written it.
        """
        return cls(Journal(path), now=now, sleep=sleep, moved=moved)

    @property
    @on_the_journal
    def plan(self) -> RolloutPlan:
        """The plan as it was when the roll-out was created."""
        return self._journal.plan

    @property
    def path(self) -> str:
        """Where the journal is."""
        return self._journal.path

    @property
    @on_the_journal
    def service(self) -> str | None:
        """Where its campaigns are, since it was created with that or first stepped; None before."""
        service: str | None = self._journal.facts["service"]
        return service

    @property
    @on_the_journal
    def accounts(self) -> tuple[str, ...]:
        """The billing accounts, in their order."""
        return tuple(self._journal.account_names())

    @on_the_journal
    def campaigns(self) -> tuple[CampaignRow, ...]:
        """Return all campaigns that were intended so far; also while a step runs."""
        return self._journal.snapshot().campaigns

    @on_the_journal
    def preflight(self, clients: Clients) -> list[Finding]:
        """Look at what the service knows of the fleet: devices, package, licenses, live campaigns. Only reads are sent.

        Args:
            clients: Gives the client of an account.

        Raises:
            AuthenticationError: The service refuses the credentials; nothing more was asked.
            ConfigurationError: A client cannot be built.
            RolloutError: The clients lead elsewhere than those with which it was created or first stepped.
        """
        self._expect_service(clients)
        pace = Pace(self.plan.watch.calls_per_second, self._sleep)
        return list(preflight(self._journal, clients, pace.take))

    @on_the_journal
    def start(self) -> None:
        """Let the roll-out run; the next step schedules the first campaigns.

        Raises:
            RolloutError: It was started before.
        """
        state = self._journal.facts["state"]
        if state != RolloutState.PLANNED:
            raise RolloutError(
                f"the roll-out was started before, and is {state}; nothing was changed",
                f"Steps carry it on: {self._journal.command('step')}",
            )
        self._journal.start(self._now())

    @on_the_journal
    def step(self, clients: Clients, *, executor: Executor | None = None, deadline: float | None = None) -> StepReport:
        """Do all that is due: look at campaigns, decide, cancel and schedule. Idempotent; to be called again and again.

        Whatever ends it, even the death of the process, the next step goes on where it stopped, and schedules nothing
        twice.

        Args:
            clients: Gives the client of an account. It is called for each read; let it return the same client for the
                same account. What it gives is not closed here.
            executor: Carries out reads, and must be able to take `clients` along; None for threads. Whatever changes
                something is sent from here, one call after the other.
            deadline: After how many seconds nothing new is begun; None for no limit. What is left stays due.

        Raises:
            RolloutBusyError: Another step is running; nothing was done.
            JournalError: The journal is not where it belongs; nothing was done.
            RolloutError: The clients lead elsewhere than those with which it was created or first stepped; nothing
                was done.
            AuthenticationError: The service refuses the credentials. What was done before is recorded.
            ConfigurationError: A client cannot be built.
        """

        def service() -> str | None:
            return None if self._journal.facts["state"] in AT_REST else self._expect_service(clients)

        with self._journal.step(self._now(), moved=self._moved, expect_service=service) as now:
            self._moved = False
            return Step(self._journal, clients, now, executor, deadline, self._sleep, self._now).run()

    def _expect_service(self, clients: Clients) -> str:
        """Return where the campaigns are, or are going to be.

        Raises:
            RolloutError: The clients lead elsewhere, as in a shell without the variables of a sandbox.
        """
        there, here = self.service, service_of(clients, self.accounts)
        if there is None or there.replace("/, ", ", ").rstrip("/") == here:
            return here
        raise RolloutError(
            f"the roll-out began at {there}, and the clients lead to {here}; nothing was sent",
            "Let them lead there: set FOTA_BASE_URL or FOTA_ENVIRONMENT as they were, also those with the prefix of an "
            f"account, then go on: {self._journal.command('step')}",
        )

    @on_the_journal
    def preview(self, at: datetime | None = None, *, stop: bool = False) -> Decision:
        """Return what a step would decide at a time if no device changed until then. Nothing is sent or recorded.

        Args:
            at: When, with its zone; None for now.
            stop: Whether it is stopped before.
        """
        snapshot = self._journal.snapshot()
        if stop and snapshot.state not in (RolloutState.STOPPED, RolloutState.FINISHED):
            snapshot = replace(snapshot, state=RolloutState.STOPPING)
        return decide(snapshot, self.plan, self._now() if at is None else at.astimezone(timezone.utc))

    @on_the_journal
    def forecast(self) -> tuple[WaveForecast, ...]:
        """Return how the waves go from now on at the earliest: if all devices succeed on their first day."""
        return forecast(self._journal.snapshot(), self.plan, self._now())

    @on_the_journal
    def status(self) -> RolloutStatus:
        """Return how the roll-out stands; also while a step runs."""
        return status_of(self._journal, self._now())

    @rows_of_the_journal
    def devices(
        self,
        *,
        state: str | None = None,
        wave: int | str | None = None,
        account: str | None = None,
        imei: str | None = None,
        not_succeeded: bool = False,
    ) -> Iterator[Device]:
        """Give devices with their wave, campaign, state and reason; also while a step runs.

        Args:
            state: Only those in this state, one of `DeviceState`.
            wave: Only those of this wave, by number or name.
            account: Only those of this account.
            imei: Only this one.
            not_succeeded: Only those that have not succeeded, or not yet.

        Raises:
            ValidationError: There is no such state or wave.
        """
        number = None if wave is None else self._wave_number(wave)
        if state is not None and state not in DeviceState.ALL:
            raise ValidationError([("state", f"must be one of {', '.join(DeviceState.ALL)}; got {state!r}")])
        return devices_of(self._journal, state, number, account, imei, not_succeeded=not_succeeded)

    @rows_of_the_journal
    def events(self, *, after: int = 0) -> Iterator[Event]:
        """Give what happened, the oldest first; also while a step runs.

        Args:
            after: Only what came after the event of this number.
        """
        return events_of(self._journal, after)

    @rows_of_the_journal
    def finished_by_day(self) -> Iterator[tuple[int, str, int]]:
        """Give day (since 1970, UTC), final state, and how many devices came to it on that day."""
        return finished_by_day(self._journal)

    @rows_of_the_journal
    def top_reasons(self) -> Iterator[tuple[str, str, int]]:
        """Give final state, the service's reason, and how many devices were not upgraded for it; the most first."""
        return top_reasons(self._journal)

    def pause(self, comment: str, account: str | None = None) -> None:
        """Ask for a pause: nothing more is scheduled, and what has not started is cancelled and waits again.

        Args:
            comment: Why; it is shown with the status.
            account: Only for this account; None for all.

        Raises:
            RolloutError: The roll-out is stopping or over, or has no such account.
        """
        self._ask(requests.PAUSE, comment, account=account)

    @on_the_journal
    def resume(self, comment: str, account: str | None = None, *, requeue: bool = False) -> None:
        """Ask to go on: the reasons that there are now are lifted; what is found until it is obeyed is not.

        Of a stop rule that has tripped, and of a wave that ended below its gate, what was counted is acknowledged.

        Of an account that is in doubt since the journal was moved, it says that the campaigns which were found there
        are none of the roll-out's; others are looked for until reports tell all, and nothing is scheduled before.

        Args:
            comment: Why.
            account: Only this account, which is held; None for the roll-out as a whole.
            requeue: Let the devices of campaigns that somebody else has cancelled wait again, for the next wave.
                Without it they are left out for good.

        Raises:
            RolloutError: There is nothing to resume, or something else is needed.
        """
        if requeue and account is not None:
            raise ValidationError([("requeue", "goes with the roll-out as a whole, not with one account")])
        known = requests.known_to_who_resumes(self._journal, account)
        self._ask(requests.RESUME, comment, account=account, requeue=requeue, **known)

    def approve(self, wave: int | str, comment: str = "approved") -> None:
        """Let a wave begin that waits for it, now or once its turn comes.

        Args:
            wave: Its number or name.
            comment: Why.

        Raises:
            RolloutError: The wave has begun, is approved already or needs no approval, or the roll-out is over.
            ValidationError: There is no such wave.
        """
        self._ask(requests.APPROVE, comment, wave=self._wave_number(wave))

    def stop(self, comment: str) -> None:
        """Ask to stop for good: what can be cancelled is, what cannot runs to its end. There is no way back.

        Args:
            comment: Why.

        Raises:
            RolloutError: It is stopping, or over, already.
        """
        self._ask(requests.STOP, comment)

    def resolve(self, number: int, *, campaign_id: str | None = None, absent: bool = False, comment: str = "") -> None:
        """Say what became of a campaign that is in doubt.

        Args:
            number: Number of the campaign.
            campaign_id: It is at the service, under this id; the next step looks whether there is such a one.
            absent: It certainly is not: its devices wait again.
            comment: How that is known.

        Raises:
            RolloutError: The campaign is not in doubt, or the id is that of another one.
            ValidationError: Neither or both of the two were given.
        """
        if absent == (campaign_id is not None):
            raise ValidationError([("campaign_id", "either the id, or absent=True")])
        self._ask(requests.RESOLVE, comment, campaign=number, id=campaign_id)

    def _now(self) -> datetime:
        """Return the time in UTC, so that days are those of the service."""
        return self._clock().astimezone(timezone.utc)

    @on_the_journal
    def _ask(self, kind: str, comment: str, **detail: Any) -> None:
        if not isinstance(comment, str):
            raise ValidationError([("comment", f"must be a str, got {type(comment).__name__}")])
        if len(comment) > _LONGEST_COMMENT:
            raise ValidationError([("comment", f"must have at most {_LONGEST_COMMENT:,} characters")])
        requests.check(self._journal, kind, detail)
        self._journal.ask(kind, detail, comment, self._now())

    def _wave_number(self, wave: int | str) -> int:
        number = self.plan.wave_number(wave)
        if number is None:
            names = ", ".join(self.plan.wave_name(each) for each in range(1, len(self.plan.wave) + 1))
            raise ValidationError([("wave", f"there is no wave {wave!r}; there are {names}")])
        return number

    def close(self) -> None:
        """Close the journal; a second time does nothing."""
        self._journal.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Rollout {self.path}>"
