"""A roll-out to which everything happens: what fails, who asks for something, and what others do meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from pathlib import Path
from sqlite3 import connect
from typing import Any

import requests
from urllib3.exceptions import HTTPError

from fota_sdk.rollout import ReasonKind, RolloutError, RolloutState, RolloutStatus, StepReport, WaveState
from fota_sdk.sandbox.campaign import Campaign
from tests.rollout.fleet_on_sandbox import OVER, Act
from tests.rollout.test_restored import backup, restore
from tests.rollout.watched_fleet import WatchedFleet

DOUBTS = (ReasonKind.IN_DOUBT, ReasonKind.TWINS)
_LONGEST = 100  # days until a roll-out that nothing more happens to is over


class Chaos(WatchedFleet):
    """A fleet that everything happens to.

    Attributes:
        late: How many of the next requests of a method arrive only when somebody calls `deliver`.
        interjection: What a person asks for as soon as the next request has been answered.
        backup: An older copy of the journal.
    """

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.late: Counter[str] = Counter()
        self.interjection: Act | None = None
        self.backup: Path | None = None
        self._is_moved = False
        self._delayed: list[tuple[Callable[..., Any], requests.PreparedRequest]] = []
        self._is_other = False

    # What happens

    def other(self, act: Callable[[], object]) -> None:
        """Let somebody else do something at the service."""
        self._is_other = True
        try:
            act()
        finally:
            self._is_other = False

    def deliver(self) -> None:
        """Let requests arrive that are late."""
        for send, request in self._delayed:
            # Nobody waits for the response any more, and it may be lost.
            with requests.Session() as session, suppress(requests.RequestException, HTTPError):
                send(session, request)
        self._delayed = []

    @property
    def is_waiting_for_requests(self) -> bool:
        return self._delayed != []

    def asks(self, act: Act, *, resumes: Iterable[str | None] = (), requeue: bool = False) -> bool:
        """Let a person ask for something; return whether that could be asked."""
        try:
            self.ask(act)
        except RolloutError:
            return False
        self.resumed |= set(resumes) & self.tripped
        self.requeued |= requeue
        return True

    def take_backup(self) -> None:
        self.backup = backup(self)

    def put_backup_back(self) -> None:
        """Go on with an older journal; what was recorded since is not known any more."""
        assert self.backup is not None
        self.deliver()
        restore(self, self.backup)
        self.is_restored = self._is_moved = True
        self.forget()

    def is_known(self, campaign: Campaign) -> bool:
        """Return whether the journal has the id of a campaign, or has noted that a report has shown it."""
        with closing(connect(self.path)) as journal:
            known = "SELECT 1 FROM campaigns WHERE (id = ? OR shown = 1) AND name = ?"
            information = campaign.information
            return journal.execute(known, (information["id"], information["campaignName"])).fetchone() is not None

    def step(self, **options: Any) -> StepReport:
        report = super().step(**options, moved=self._is_moved)
        self._is_moved = False
        return report

    def _sent(self, send: Callable[..., requests.Response], session: Any, request: Any, **options: Any) -> Any:
        if self._is_other:
            return send(session, request, **options)
        if request.method == "POST":
            self.check_request(request)
        if self.late[request.method] > 0:
            self.late[request.method] -= 1
            self._delayed.append((send, request))
            if request.method == "POST" and self.in_doubt:
                self.faults.append("a campaign was sent in a step after an outcome unknown")
            self.in_doubt |= request.method == "POST"
            raise requests.ConnectionError("it takes too long")
        answer = super()._sent(send, session, request, **options)
        act, self.interjection = self.interjection, None
        if act is not None:
            self.asks(act)
        return answer

    # The end

    def finish(self) -> None:
        """Let nothing more happen, and a person do what is asked, until it is over; then look for each device."""
        self.sandbox._application.faults._waiting.clear()
        self.late.clear()
        self.interjection = None
        self.deliver()
        for _ in range(_LONGEST):
            report = self.step()
            self.check_report(report)
            self.check()
            if report.state in OVER:
                self.audit_devices()
                return
            self.attend()
            self.advance(hours=24)
        with self.open() as rollout:
            raise AssertionError(f"it is not over: {rollout.status()}")

    def attend(self) -> None:
        """Do what a person does who reads the status."""
        with self.open() as rollout:
            status = rollout.status()
        for reason in status.reasons:
            if reason.kind == ReasonKind.APPROVAL:
                wave = next(each.number for each in status.waves if each.state == WaveState.WAITING)
                self.asks(lambda rollout, wave=wave: rollout.approve(wave))  # type: ignore[misc]
            elif reason.kind in DOUBTS:
                self._resolve(status)
                if self.is_restored and reason.account is not None and self._is_lost(reason.account):
                    account = reason.account
                    if status.state == RolloutState.STOPPING:  # nothing is sent any more, whatever was found there
                        self.asks(lambda rollout, to=account: rollout.resume("leave it", to))  # type: ignore[misc]
                    else:
                        self.asks(lambda rollout: rollout.stop("nobody can tell what became of it"))
            else:
                account = reason.account
                self.asks(lambda rollout, to=account: rollout.resume("go on", to), resumes=[account])  # type: ignore[misc]

    def _is_lost(self, account: str) -> bool:
        """Return whether an account has no campaign of which a person could tell what became of it."""
        with self.open() as rollout:
            status = rollout.status()
        return status.doubts == () and any(each.key in {(kind, account) for kind in DOUBTS} for each in status.reasons)

    def _resolve(self, status: RolloutStatus) -> None:
        """Look for campaigns in doubt, and tell the truth."""
        if self._delayed:
            return  # nobody can know it yet
        ids = {each.information["campaignName"]: each.information["id"] for each in self.campaigns()}
        for number in status.doubts:
            found = ids.get(f"{status.marker}.{number:04} {self.plan.name}")
            self.asks(
                lambda rollout, number=number, found=found: rollout.resolve(  # type: ignore[misc]
                    number, campaign_id=found, absent=found is None
                )
            )
