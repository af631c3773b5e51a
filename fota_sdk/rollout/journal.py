"""The journal of a roll-out: all that it remembers, in one SQLite file.

Every method that writes is one transaction, or a part of that of `obey` where a person has asked for it. Nothing here
knows the service or decides anything.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from fota_sdk.exceptions import number_of
from fota_sdk.models.campaign_status import CampaignStatus
from fota_sdk.rollout.database import plain
from fota_sdk.rollout.errors import JournalError, RolloutBusyError, command_on
from fota_sdk.rollout.lock import StepLock
from fota_sdk.rollout.outcome import Observation, Outcome
from fota_sdk.rollout.records import AT_SERVICE, BOUND_HERE, CAMPAIGNS, IN_PART, WAITING_HERE, WHOLE, Records, Request
from fota_sdk.rollout.schema import APPLICATION, VERSION
from fota_sdk.rollout.service import Accepted
from fota_sdk.rollout.snapshot import Decision, Intent, Reason, Snapshot
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, RolloutState, WaveState, was_refused
from fota_sdk.times import midnight


class Journal(Records):
    """A journal that is open.

    Args:
        path: Where it is; it must exist.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = str(Path(path).resolve())
        if not Path(self.path).is_file():
            raise JournalError(
                f"there is no journal at {self.path}; nothing was changed",
                "Check the path, or create one (in Python with Rollout.create): fota rollout start PLAN.toml",
            )
        self._lock = StepLock(self.path)
        try:
            super().__init__(self.path)
            self._check_version()
            self._do("PRAGMA journal_mode = WAL")
        except sqlite3.DatabaseError as error:
            self.close()
            raise JournalError(
                f"{self.path} cannot be read as a journal: {error}; nothing was changed",
                "Check the path, its disk and its owner. If it is the journal and damaged, put a backup in its "
                "place, with all files of it (-wal, too), and go on (in Python with moved=True): "
                f"{self.command('step', '--moved')}",
            ) from None
        except JournalError:
            self.close()
            raise

    def _check_version(self) -> None:
        version = self._value("PRAGMA user_version")
        if self._value("PRAGMA application_id") != APPLICATION:
            raise JournalError(
                f"{self.path} is no journal of a roll-out; nothing was changed",
                "Check the path. A new journal is written (in Python by Rollout.create) by: "
                "fota rollout start PLAN.toml --journal FILE",
            )
        if version > VERSION:
            raise JournalError(
                f"{self.path} was written by a newer release: its version is {version}, this release knows {VERSION}; "
                "nothing was changed",
                "Go on with the release that it was written by, or a newer one.",
            )

    def command(self, command: str, *arguments: str) -> str:
        """Return a command on this journal, to be copied into a shell."""
        return command_on(self.path, command, *arguments)

    # Steps

    @contextmanager
    def step(
        self, now: datetime, *, moved: bool, expect_service: Callable[[], str | None] = lambda: None
    ) -> Iterator[datetime]:
        """Hold the lock, count a step, and give the time: never an earlier one than was seen before.

        Args:
            now: What time it is.
            moved: Whether the journal may have been moved or restored.
            expect_service: Gives where the campaigns are, or refuses to go on elsewhere; asked under the lock, before
                anything is written.

        Raises:
            RolloutBusyError: Another step holds the lock.
            JournalError: The journal is not where it belongs, or is older than what was seen of it.
        """
        with self._lock.held():
            facts, seen = self.facts, self._lock.seen
            what = self._misplaced(facts, seen)
            if what is not None and not moved:
                raise JournalError(
                    f"the journal {self.path} {what}: it was moved, copied or restored; nothing was sent",
                    "If this is the only copy that is used from now on, go on (in Python with moved=True); what is at "
                    "the service is looked through before anything more is scheduled: "
                    f"{self.command('step', '--moved')}",
                )
            service = expect_service()
            now = max(now, facts["seen_at"])
            steps = max(facts["steps"], seen or 0) + 1
            with self.transaction():
                if what is not None:
                    self._update("accounts", {}, unverified_until=self._all_shown_at(now), vouched="")
                    self._do(f"UPDATE campaigns SET look_at = ? WHERE {AT_SERVICE}", now)
                    self._tell("moved", f"taken over from {facts['path']} on {facts['host']}", now)
                self._update("rollout", {}, host=platform.node(), path=self.path, steps=steps, seen_at=now)
                if facts["service"] is None:
                    self._update("rollout", {}, service=service)
            self._lock.note(steps)
            yield now

    def misplaced(self) -> str | None:
        """Return why steps refuse the journal as it lies here; None where they do not, or where one is running."""
        try:
            return self._misplaced(self.facts, self._lock.read())
        except RolloutBusyError:
            return None

    def _misplaced(self, facts: dict[str, Any], seen: int | None) -> str | None:
        if (facts["host"], facts["path"]) != (platform.node(), self.path):
            return f"belongs to {facts['path']} on {facts['host']}"
        if seen is None:
            return f"has lost its lock, {self.path}-lock"
        return "is older than its last step" if facts["steps"] < seen else None

    def _all_shown_at(self, now: datetime) -> datetime:
        """Return when reports must show all that was scheduled by now: before they start, campaigns may be in none."""
        last_start = now.date() + timedelta(days=self.plan.schedule.lead)
        return midnight(last_start) + self.plan.doubt.settle_time

    def end_step(self, now: datetime, next_at: datetime | None) -> None:
        """Record that a step has done all that it could."""
        with self.transaction():
            self._update("rollout", {}, stepped_at=now, next_at=next_at)

    def start(self, now: datetime) -> None:
        """Let the roll-out run."""
        with self.transaction():
            self._update("rollout", {}, state=RolloutState.RUNNING, started_at=now)
            self._tell("started", "the roll-out was started", now)

    def record(self, decision: Decision, before: Snapshot, now: datetime) -> list[str]:
        """Record what a decision changes, all but the campaigns to make; return the news."""
        news: list[tuple[str, str, dict[str, Any]]] = []
        with self.transaction():
            if decision.state != before.state:
                self._update("rollout", {}, state=decision.state)
                news.append(("state", f"the roll-out is {decision.state}", {}))
            news += self._record_reasons(before.reasons, decision.reasons)
            for old, new in zip(before.waves, decision.waves, strict=True):
                if new != old:
                    self._update("waves", {"number": new.number}, state=new.state, reached_at=new.reached_at)
                    news.append(("wave", f"wave {new.number} is {new.state}", {"wave": new.number}))
            for number in decision.take_back:
                self._take_back(number)
                news.append(("cancelling", f"campaign {number} is to be cancelled", {"campaign": number}))
            for kind, text, more in news:
                self._tell(kind, text, now, **more)
        return [text for _, text, _ in news]

    def _record_reasons(
        self, before: Iterable[Reason], after: Iterable[Reason]
    ) -> Iterator[tuple[str, str, dict[str, Any]]]:
        old = {reason.key: reason for reason in before}
        new = {reason.key: reason for reason in after}
        for kind, account in old.keys() - new.keys():
            self._lift(kind, account)
        for key, reason in new.items():
            if key in old and old[key].text == reason.text:
                continue
            if key in old and old[key].since != reason.since:  # another question, and not more of the same
                self._lift(*key)
            self._hold(reason)
            whom = "the roll-out is paused" if reason.account is None else f"account {reason.account} is held"
            yield reason.kind, f"{whom} ({reason.kind}): {reason.text}", {"account": reason.account}

    def _take_back(self, number: int) -> None:
        """Let a campaign be cancelled; one that was not sent yet only gives its devices back."""
        if self.state_of(number) == CampaignState.INTENDED:
            self._free(number, CampaignState.CANCELLED)
        else:
            self._update("campaigns", {"number": number}, state=CampaignState.CANCELLING)

    # Campaigns

    def intend(self, intent: Intent, now: datetime) -> int:
        """Record a campaign and bind its devices to it; return its number."""
        with self.transaction():
            number = self._next_number()
            account = self._account_id(intent.account)
            sql = f"SELECT rank FROM devices INDEXED BY waiting_devices WHERE {WAITING_HERE} ORDER BY rank LIMIT ?"
            ranks = [rank for (rank,) in self._rows(sql, account, intent.wave, intent.size)]
            self._insert_campaign(number, account, intent.wave, CampaignState.INTENDED, ranks)
            devices = number_of(len(ranks), "device")
            self._tell_of(number, "intended", f"campaign {number} is intended: {devices} of wave {intent.wave}", now)
        return number

    def adopt(
        self, number: int, account: str, wave: int, imeis: Sequence[str], accepted: Accepted, now: datetime
    ) -> None:
        """Record a campaign of this roll-out that the journal has lost, with its devices.

        Those that are in a campaign which was never sent, or has given them back since, leave that one. It takes the
        place of one of its number that was never sent.
        """
        with self.transaction():
            if self.was_never_sent(number):
                self._do("DELETE FROM campaigns WHERE number = ?", number)
            for place in self.places_of(account, imeis).values():
                if place.campaign is not None and self.state_of(place.campaign) == CampaignState.INTENDED:
                    self._free(place.campaign, CampaignState.CANCELLED)
            for imei in imeis:
                self._leave_campaign(imei)
            sql = "SELECT rank FROM devices WHERE imei = ?"
            ranks = sorted(self._value(sql, imei) for imei in imeis)
            self._insert_campaign(number, self._account_id(account), wave, CampaignState.SENDING, ranks)
            self._update("campaigns", {"number": number}, sent_at=now)
            self.scheduled(number, accepted, now, now, adopted=True)

    def note(self, number: int, account: str, campaign_id: str, now: datetime) -> None:
        """Record a campaign of this roll-out that the journal has lost, as one that is over and has no devices.

        Its number, and thus its name, is not given to another one. It counts to the first wave, as nothing tells more.
        """
        with self.transaction():
            self._insert_campaign(number, self._account_id(account), 1, CampaignState.CANCELLED, [])
            self._update("campaigns", {"number": number}, id=campaign_id)
            self._tell_of(number, "found", f"campaign {number} is left as it is at the service: {campaign_id}", now)

    def _leave_campaign(self, imei: str) -> None:
        """Count a device out of the campaign that it is in, if there is one, and in with those that wait."""
        where = "imei = ? AND campaign NOTNULL"
        row = self._row(f"SELECT account, wave, campaign FROM devices WHERE {where}", imei)
        if row is not None:
            account, wave, campaign = row
            self._do("UPDATE campaigns SET cancelled = cancelled - 1, size = size - 1 WHERE number = ?", campaign)
            self._do("UPDATE shares SET waiting = waiting + 1 WHERE (account, wave) = (?, ?)", account, wave)

    def _insert_campaign(self, number: int, account: int, wave: int, state: str, ranks: Sequence[int]) -> None:
        """Add a campaign, and bind the devices of some ranks, which are in order, to it."""
        marker, name = self._row("SELECT id, name FROM rollout")
        columns = {"number": number, "account": account, "wave": wave, "name": f"{marker}.{number:04d} {name}"}
        devices = {"size": len(ranks), DeviceState.QUEUED: len(ranks), **_between(ranks)}
        self._insert("campaigns", {**columns, "state": state, **devices})
        self._connection.executemany(
            "UPDATE devices SET campaign = ?, state = ?, word = NULL, missing_at = NULL "
            "WHERE account = ? AND wave = ? AND rank = ?",
            [(number, DeviceState.QUEUED, account, wave, rank) for rank in ranks],
        )
        self._do("UPDATE shares SET waiting = waiting - ? WHERE (account, wave) = (?, ?)", len(ranks), account, wave)

    def sending(self, number: int, digest: str, start: date, end: date, now: datetime) -> None:
        """Record that the request of a campaign is about to leave: the last thing before it does.

        Raises:
            JournalError: It is not intended any more: another step is at work, in spite of the lock.
        """
        with self.transaction():
            self._do("UPDATE rollout SET steps = steps + 1")  # a backup from before is older
            self._do("UPDATE campaigns SET attempts = attempts + 1 WHERE number = ?", number)
            sent = {"digest": digest, "sent_at": now, "start_date": start, "end_date": end}
            where = {"number": number, "state": CampaignState.INTENDED}
            if self._update("campaigns", where, state=CampaignState.SENDING, **sent) == 0:
                raise JournalError(
                    f"campaign {number} was sent by another step meanwhile, and not by this one",
                    f"Let {self.path}-lock be where it is: without it two steps can run at once. Then go on: "
                    f"{self.command('step')}",
                )
        self._lock.note(self._value("SELECT steps FROM rollout"))

    def not_sent(self, number: int) -> None:
        """Record that the request of a campaign was certainly not carried out, and may be sent another time."""
        with self.transaction():
            state = CampaignState.INTENDED
            self._update("campaigns", {"number": number}, state=state, start_date=None, end_date=None)

    def resend(self, number: int, now: datetime) -> None:
        """Record that a campaign whose outcome was unknown is not there, and is to be sent once more."""
        with self.transaction():
            self._update("campaigns", {"number": number}, state=CampaignState.INTENDED)
            self._settle_doubt(number)
            self._tell_of(number, "resend", f"campaign {number} is not there and is sent once more", now)

    def scheduled(
        self, number: int, accepted: Accepted, look_at: datetime, now: datetime, *, adopted: bool = False
    ) -> None:
        """Record that a campaign is at the service, with its id."""
        with self.transaction():
            facts = {"id": accepted.id, "status": accepted.status, "look_at": look_at, "adopted": adopted}
            self._update("campaigns", {"number": number}, state=CampaignState.SCHEDULED, **facts)
            self._take_dates(number, accepted.start, accepted.end)
            self._settle_doubt(number)
            word = "was found at the service and adopted" if adopted else "was accepted"
            self._tell_of(number, "scheduled", f"campaign {number} {word} as {accepted.id}", now)

    def _take_dates(self, number: int, start: date | None, end: date | None) -> None:
        """Take the service's dates over, where it tells them."""
        for column, day in (("start_date", start), ("end_date", end)):
            if day is not None:
                self._update("campaigns", {"number": number}, **{column: day})

    def _settle_doubt(self, number: int) -> None:
        """Lift the holds of an account for its doubts, once it has none but this one."""
        self._lift_doubts(self._value("SELECT account FROM campaigns WHERE number = ?", number), number)

    def _lift_doubts(self, account: int, settled: int | None = None) -> None:
        sql = "SELECT 1 FROM campaigns WHERE account = ? AND state = ? AND number IS NOT ?"
        if self._value(sql, account, CampaignState.SENDING, settled) is None:
            kinds = (ReasonKind.IN_DOUBT, ReasonKind.TWINS)
            self._do("DELETE FROM reasons WHERE account = ? AND kind IN (?, ?)", account, *kinds)

    def shown(self, number: int, times: int) -> None:
        """Record how often reports have shown what is probably a campaign in doubt: it is never sent once more."""
        with self.transaction():
            self._do("UPDATE campaigns SET shown = max(shown, ?) WHERE number = ?", times, number)

    def claim(self, number: int, campaign_id: str | None) -> None:
        """Record under which id a campaign in doubt is at the service, as a person says; None takes that back."""
        with self.transaction():
            self._update("campaigns", {"number": number}, id=campaign_id)

    def number_of(self, campaign_id: str) -> int | None:
        """Return the number of the campaign that has an id; None where none has it."""
        number: int | None = self._value("SELECT number FROM campaigns WHERE id = ?", campaign_id)
        return number

    def absent(self, number: int, now: datetime) -> None:
        """Record that a campaign in doubt is not at the service, and give its devices back."""
        with self.transaction():
            self._settle_doubt(number)
            self._free(number, CampaignState.REFUSED)
            self.claim(number, None)
            self._tell_of(number, "absent", f"campaign {number} is not at the service", now)

    def refused(self, number: int, reason: Reason, now: datetime, try_again_at: datetime | None = None) -> None:
        """Record that a campaign was refused, give its devices back, and hold its account."""
        with self.transaction():
            if self.state_of(number) == CampaignState.SENDING:
                self._settle_doubt(number)
                self._free(number, CampaignState.REFUSED)
            self._hold(reason)
            self._update("accounts", {"name": reason.account}, schedule_at=try_again_at)
            self._tell_of(number, "refused", f"campaign {number} was refused: {reason.text}", now)

    def _free(self, number: int, state: str) -> None:
        """End a campaign; its devices wait again, all but those that are done."""
        account, wave, *_ = place = self._place(number)
        freed = self._do(
            "UPDATE devices SET campaign = NULL, state = ?, word = NULL, missing_at = NULL "
            f"WHERE {BOUND_HERE} AND state IN (?, ?, ?)",
            *(DeviceState.WAITING, *place, DeviceState.WAITING, *DeviceState.OPEN),
        )
        self._do("UPDATE shares SET waiting = waiting + ? WHERE (account, wave) = (?, ?)", freed, account, wave)
        self._do("UPDATE campaigns SET size = size - ? WHERE number = ?", freed, number)
        self._update("campaigns", {"number": number}, state=state, queued=0, in_progress=0, look_at=None)

    def observed(self, observation: Observation, outcome: Outcome, look_at: datetime | None, now: datetime) -> None:
        """Record what a look has shown, and when the next one is due."""
        number = observation.number
        with self.transaction():
            account, wave, status = self._row("SELECT account, wave, status FROM campaigns WHERE number = ?", number)
            self._record_changes(account, wave, outcome, now)
            counts = {state: outcome.counts.get(state, 0) for state in DeviceState.BOUND}
            facts = {"state": outcome.state, "status": observation.status, "final_at": outcome.final_at}
            oddities = {"foreign_devices": outcome.foreign, "unknown_words": outcome.unknown}
            self._update("campaigns", {"number": number}, **facts, look_at=look_at, **oddities, **counts)
            self._take_dates(number, observation.start, observation.end)
            if not (observation.status == CampaignStatus.REQUEST_PENDING or was_refused(observation.status)):
                self._lift_pilot_limit(number)
            if observation.devices:
                self._update("campaigns", {"number": number}, reported=IN_PART if outcome.is_waiting else WHOLE)
            if outcome.state in (CampaignState.REFUSED, CampaignState.CANCELLED):
                self._free(number, outcome.state)
            if outcome.changes or observation.status != status:
                told = ", ".join(f"{state} {count}" for state, count in outcome.counts.items() if count > 0)
                self._tell_of(number, "observed", f"campaign {number} is {observation.status}: {told}", now)

    def _lift_pilot_limit(self, number: int) -> None:
        """Lift the pilot limit of an account where a campaign that was sent under it has come through."""
        self._do(
            "DELETE FROM reasons WHERE kind = ? AND EXISTS (SELECT 1 FROM campaigns "
            "WHERE number = ? AND campaigns.account = reasons.account AND sent_at > since)",
            *(ReasonKind.PILOT_LIMIT, number),
        )

    def _record_changes(self, account: int, wave: int, outcome: Outcome, now: datetime) -> None:
        words: dict[tuple[str, str], int] = {}
        at = plain(now)
        self._connection.executemany(
            "UPDATE devices SET state = ?, word = ?, missing_at = ?, changed_at = ? "
            "WHERE account = ? AND wave = ? AND rank = ?",
            [
                (state, self._word(words, status, reason), missing, at, account, wave, rank)
                for rank, state, status, reason, missing in outcome.changes
            ],
        )

    def _word(self, words: dict[tuple[str, str], int], status: str | None, reason: str | None) -> int | None:
        if status is None:
            return None
        key = (status, "" if reason is None else reason)
        if key not in words:
            self._do("INSERT OR IGNORE INTO words (status, reason) VALUES (?, ?)", *key)
            words[key] = int(self._value("SELECT id FROM words WHERE (status, reason) = (?, ?)", *key))
        return words[key]

    def unstoppable(self, number: int, text: str, now: datetime) -> None:
        """Record that a campaign cannot be cancelled, and runs to its end."""
        with self.transaction():
            where = {"number": number, "state": CampaignState.CANCELLING}
            self._update("campaigns", where, state=CampaignState.SCHEDULED, unstoppable=True)
            self._tell_of(number, "unstoppable", f"campaign {number} cannot be cancelled: {text}", now)

    def goes_on(self, number: int, status: str, now: datetime) -> None:
        """Record that a campaign which a pause was to keep from its start has started, and is not cancelled."""
        with self.transaction():
            where = {"number": number, "state": CampaignState.CANCELLING}
            self._update("campaigns", where, state=CampaignState.SCHEDULED, status=status)
            self._tell_of(number, "goes_on", f"campaign {number} has started before it was cancelled, and goes on", now)

    # Accounts, reasons, events

    def wait_for_account(self, account: str, until: datetime, text: str, now: datetime) -> None:
        """Send nothing for an account before a time."""
        with self.transaction():
            self._update("accounts", {"name": account}, not_before=until, failures=self.failures(account) + 1)
            self._tell("put_off", text, now, account=account)

    def account_answers(self, accounts: Iterable[str]) -> None:
        """Record that the service answers for some accounts again."""
        with self.transaction():
            for account in accounts:
                self._update("accounts", {"name": account}, failures=0)

    def looked_for(self, account: str, unsettled: Container[str]) -> None:
        """Lift the holds of an account for doubts of a kind of which none wants a person any more.

        After a move the look through all campaigns decides.
        """
        with self.transaction():
            if account not in {name for name, *_ in self.unverified()}:
                for kind in (ReasonKind.IN_DOUBT, ReasonKind.TWINS):
                    if kind not in unsettled:
                        self._lift(kind, account)

    def undoubted(self, account: str) -> None:
        """Record that no campaign is at the service of which it is not clear what it is."""
        with self.transaction():
            self._lift_doubts(self._account_id(account))

    def vouch(self, account: str, found: str) -> None:
        """Record that a person has said of what was found in an account, in these words, that it is none of ours."""
        with self.transaction():
            self._do("UPDATE accounts SET vouched = vouched || ? WHERE name = ?", f"; {found}", account)
            self._lift_doubts(self._account_id(account))

    def verified(self, account: str, now: datetime) -> None:
        """Record that the campaigns of an account are known."""
        with self.transaction():
            self._update("accounts", {"name": account}, unverified_until=None)
            self._lift_doubts(self._account_id(account))
            self._tell("verified", f"all campaigns of {account} are known", now, account=account)

    def hold(self, reason: Reason, now: datetime) -> None:
        """Hold an account, or pause the roll-out, unless that is so with the same words already."""
        with self.transaction():
            sql = "SELECT text FROM reasons WHERE kind = ? AND account = ?"
            if self._value(sql, reason.kind, self._account_id(reason.account)) != reason.text:
                self._hold(reason)
                self._tell(reason.kind, reason.text, now, account=reason.account)

    def _hold(self, reason: Reason) -> None:
        facts = {"kind": reason.kind, "account": self._account_id(reason.account), "text": reason.text}
        told = {"since": reason.since, "rules": json.dumps(reason.rules)}
        again = "ON CONFLICT DO UPDATE SET text = excluded.text, rules = excluded.rules"
        self._insert("reasons", {**facts, **told}, again)

    def _lift(self, kind: str, account: str | None) -> None:
        self._do("DELETE FROM reasons WHERE kind = ? AND account = ?", kind, self._account_id(account))

    def _tell_of(self, number: int, kind: str, text: str, now: datetime) -> None:
        account, wave = self._row(f"SELECT accounts.name, wave FROM {CAMPAIGNS} WHERE number = ?", number)
        self._tell(kind, text, now, account=account, wave=wave, campaign=number)

    def _tell(self, kind: str, text: str, now: datetime, **about: Any) -> None:
        self._insert("events", {"at": now, "kind": kind, "text": text, **about})

    # What persons ask for

    def ask(self, kind: str, detail: Mapping[str, Any], comment: str, now: datetime) -> None:
        """Write a request down; the next step, or the one that runs, obeys."""
        with self.transaction():
            self._insert("requests", {"kind": kind, "detail": json.dumps(detail), "comment": comment, "at": now})

    def obeyed(self, request: Request, now: datetime) -> None:
        """Record that a request is done, in the transaction of what it asked for."""
        with self.transaction():
            self._tell("request", request.words, now, account=request.detail.get("account"))
            self._update("requests", {"number": request.number}, done_at=now)

    def pause(self, account: str | None, comment: str, now: datetime) -> None:
        """Pause the roll-out, or hold an account, for a person."""
        self._hold(Reason(ReasonKind.USER, account, comment, now))

    def stop(self) -> None:
        """Let the roll-out stop."""
        self._update("rollout", {}, state=RolloutState.STOPPING)

    def approve(self, wave: int) -> None:
        """Let a wave begin once its turn has come."""
        self._update("waves", {"number": wave}, approved=True)

    def resume(self, account: str | None, kinds: Sequence[str]) -> None:
        """Lift reasons of some kinds, and go on after waves that failed, where that is one of them."""
        for kind in kinds:
            self._lift(kind, account)
        if ReasonKind.GATE in kinds:
            self._update("waves", {"state": WaveState.FAILED}, acknowledged=True)
        if account is not None:
            self._update("accounts", {"name": account}, not_before=None, schedule_at=None, failures=0)

    def acknowledge(self, rule: int, account: str | None, bad: int, counted: int) -> None:
        """Take what a stop rule has counted so far as acknowledged."""
        sql = "INSERT OR REPLACE INTO acknowledged (rule, account, bad, counted) VALUES (?, ?, ?, ?)"
        self._do(sql, rule, self._account_id(account), bad, counted)

    def leave_out(self, numbers: Iterable[int]) -> None:
        """Go on without the devices of campaigns that somebody else has cancelled."""
        for number in numbers:
            self._update("campaigns", {"number": number}, left_out=True)

    def requeue(self, numbers: Iterable[int], wave: int) -> None:
        """Let the devices of campaigns that somebody else has cancelled wait again, for a wave."""
        for number in numbers:
            account, old_wave, *_ = self._place(number)
            moved = self._do(
                "UPDATE devices SET campaign = NULL, state = ?, word = NULL, wave = ? "
                f"WHERE {BOUND_HERE} AND state = ?",
                *(DeviceState.WAITING, wave, *self._place(number), DeviceState.CANCELLED),
            )
            self._do("UPDATE campaigns SET cancelled = 0, size = size - ? WHERE number = ?", moved, number)
            self._do("UPDATE shares SET size = size - ? WHERE (account, wave) = (?, ?)", moved, account, old_wave)
            self._do(
                "UPDATE shares SET size = size + ?, waiting = waiting + ? WHERE (account, wave) = (?, ?)",
                *(moved, moved, account, wave),
            )


def _between(ranks: Sequence[int]) -> dict[str, int]:
    """Return between which ranks devices lie; a campaign may have none left."""
    return {"first_rank": min(ranks, default=0), "last_rank": max(ranks, default=0)}
