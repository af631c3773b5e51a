"""The journal of a roll-out: all that it remembers, in one SQLite file.

Every method that writes is one transaction. Nothing here knows the service or decides anything.
"""

from __future__ import annotations

import json
import os
import platform
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from fota_sdk.rollout.errors import JournalError
from fota_sdk.rollout.lock import StepLock, note_steps, steps_seen
from fota_sdk.rollout.outcome import Known, Observation, Outcome
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.schema import APPLICATION, VERSION
from fota_sdk.rollout.service import Accepted, Target
from fota_sdk.rollout.snapshot import AccountRow, CampaignRow, Decision, Intent, Reason, Snapshot, WaveRow
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, RolloutState, WaveState

_WAIT = 30.0  # seconds that a write waits for another one, which are short
_CACHE = -16_384  # KiB
_COUNTS = ", ".join(DeviceState.BOUND)


@dataclass(frozen=True)
class Request:
    """What a person asks of a roll-out.

    Attributes:
        number: In the order of asking.
        kind: ``pause``, ``resume``, ``approve``, ``stop`` or ``resolve``.
        detail: What it is about.
        comment: Why, in the person's words.
    """

    number: int
    kind: str
    detail: Mapping[str, Any]
    comment: str


@dataclass(frozen=True)
class Draft:
    """A campaign that is not known to be at the service.

    Attributes:
        number: From 1.
        account: Billing account.
        wave: Number of the wave.
        name: Its name, which begins with the marker.
        state: ``intended`` or ``sending``.
        sent_at: When it was sent, or was about to be.
        start: The first day that was sent.
        end: The last day that was sent.
    """

    number: int
    account: str
    wave: int
    name: str
    state: str
    sent_at: datetime | None
    start: date | None
    end: date | None


class Journal:
    """A journal that is open.

    Args:
        path: Where it is; it must exist.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = str(Path(path).resolve())
        if not Path(self.path).is_file():
            raise JournalError(f"there is no journal at {os.fspath(path)}", "Create it: fota rollout start PLAN.")
        self._connection = _connect(self.path)
        self._lock = StepLock(self.path)
        self._plan: RolloutPlan | None = None
        try:
            self._check_version()
            self._connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.DatabaseError as error:
            self.close()
            raise JournalError(f"{os.fspath(path)} cannot be read as a journal: {error}", _RESTORE) from None
        except JournalError:
            self.close()
            raise

    def _check_version(self) -> None:
        version = self._value("PRAGMA user_version")
        if self._value("PRAGMA application_id") != APPLICATION:
            raise JournalError(f"{self.path} is no journal of a roll-out", "Check the path.")
        if version > VERSION:
            raise JournalError(
                f"{self.path} was written by a newer release: its version is {version}, this release knows {VERSION}",
                "Install the newer release again.",
            )

    def close(self) -> None:
        """Close it; a second time does nothing."""
        self._connection.close()

    # Reading

    def _value(self, sql: str, *values: Any) -> Any:
        row = self._connection.execute(sql, values).fetchone()
        return None if row is None else row[0]

    def _rows(self, sql: str, *values: Any) -> list[Any]:
        return self._connection.execute(sql, values).fetchall()

    @property
    def plan(self) -> RolloutPlan:
        """The plan as it was when the roll-out was created."""
        if self._plan is None:
            plan, source = self._rows("SELECT plan, source FROM rollout")[0]
            self._plan = RolloutPlan.from_dictionary(json.loads(plan))
            object.__setattr__(self._plan, "source", source)
        return self._plan

    @property
    def facts(self) -> dict[str, Any]:
        """The one row of the table `rollout`, without the plan; times as `datetime`."""
        cursor = self._connection.execute("SELECT * FROM rollout")
        row = dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))
        del row["plan"]
        return {name: _time(value) if name.endswith("_at") else value for name, value in row.items()}

    def snapshot(self) -> Snapshot:
        """Return what is to be decided on."""
        names = self._names()
        return Snapshot(
            state=self._value("SELECT state FROM rollout"),
            reasons=tuple(
                Reason(kind, names.get(account), text, _moment(since))
                for kind, account, text, since in self._rows("SELECT * FROM reasons ORDER BY since, kind, account")
            ),
            waves=tuple(
                WaveRow(number, state, _time(reached), bool(approved), bool(acknowledged))
                for number, state, reached, approved, acknowledged in self._rows("SELECT * FROM waves ORDER BY number")
            ),
            accounts=tuple(
                AccountRow(name, _time(not_before), _time(schedule_at), until is None)
                for name, not_before, schedule_at, until in self._rows(
                    "SELECT name, not_before, schedule_at, unverified_until FROM accounts ORDER BY id"
                )
            ),
            campaigns=tuple(self._campaign_rows(names)),
            sizes={(names[account], wave): size for account, wave, size, _ in self._rows("SELECT * FROM shares")},
            waiting={(names[account], wave): left for account, wave, _, left in self._rows("SELECT * FROM shares")},
            acknowledged={
                (rule, names.get(account)): (bad, counted)
                for rule, account, bad, counted in self._rows("SELECT * FROM acknowledged")
            },
        )

    def _names(self) -> dict[int, str]:
        return dict(self._rows("SELECT id, name FROM accounts"))

    def _campaign_rows(self, names: Mapping[int, str]) -> Iterator[CampaignRow]:
        for row in self._rows(
            "SELECT number, account, wave, state, size, start_date, status, reported, unstoppable, "
            f"{_COUNTS} FROM campaigns ORDER BY number"
        ):
            number, account, wave, state, size, start, status, reported, unstoppable, *counts = row
            states = {name: count for name, count in zip(DeviceState.BOUND, counts, strict=True) if count > 0}
            yield CampaignRow(
                number,
                names[account],
                wave,
                state,
                size,
                states,
                _day(start),
                status,
                bool(reported),
                bool(unstoppable),
            )

    def due(self, now: datetime) -> list[Target]:
        """Return the campaigns at the service that are to be looked at."""
        return [
            Target(number, account, campaign_id, bool(reported), size)
            for number, account, campaign_id, reported, size in self._rows(
                "SELECT number, name_of.name, campaigns.id, reported, size FROM campaigns "
                "JOIN accounts AS name_of ON name_of.id = account "
                "WHERE campaigns.state IN (?, ?) AND look_at <= ? ORDER BY look_at, number",
                *CampaignState.AT_SERVICE,
                _seconds(now),
            )
        ]

    def target(self, number: int) -> Target:
        """Return a campaign as something to look at."""
        row = self._rows(
            "SELECT number, name_of.name, campaigns.id, reported, size FROM campaigns "
            "JOIN accounts AS name_of ON name_of.id = account WHERE number = ?",
            number,
        )[0]
        return Target(row[0], row[1], row[2], bool(row[3]), row[4])

    def drafts(self, state: str) -> list[Draft]:
        """Return the campaigns that are intended, or those whose outcome is unknown."""
        return [
            Draft(number, account, wave, name, state, _time(sent_at), _day(start), _day(end))
            for number, account, wave, name, sent_at, start, end in self._rows(
                "SELECT number, name_of.name, wave, campaigns.name, sent_at, start_date, end_date FROM campaigns "
                "JOIN accounts AS name_of ON name_of.id = account WHERE state = ? ORDER BY number",
                state,
            )
        ]

    def numbers(self, state: str) -> list[int]:
        """Return the numbers of the campaigns in a state."""
        return [number for (number,) in self._rows("SELECT number FROM campaigns WHERE state = ?", state)]

    def state_of(self, number: int) -> str | None:
        """Return the state of a campaign; None where there is none of that number."""
        state: str | None = self._value("SELECT state FROM campaigns WHERE number = ?", number)
        return state

    def campaign_ids(self, account: str) -> dict[str, tuple[int, datetime | None]]:
        """Return the campaigns of an account that have an id: their numbers, and when they were sent."""
        return {
            campaign_id: (number, _time(sent_at))
            for campaign_id, number, sent_at in self._rows(
                "SELECT campaigns.id, number, sent_at FROM campaigns JOIN accounts ON accounts.id = account "
                "WHERE accounts.name = ? AND campaigns.id IS NOT NULL",
                account,
            )
        }

    def devices_in(self, number: int) -> list[str]:
        """Return the devices that are bound to a campaign, in their order."""
        return [
            imei
            for (imei,) in self._rows(
                "SELECT imei FROM devices WHERE (account, wave, campaign) = "
                "(SELECT account, wave, number FROM campaigns WHERE number = ?) ORDER BY rank",
                number,
            )
        ]

    def devices_of(self, account: str) -> list[str]:
        """Return all devices of an account."""
        sql = "SELECT imei FROM devices WHERE account = ?"
        return [imei for (imei,) in self._rows(sql, self._account_id(account))]

    def next_devices(self, intents: Iterable[Intent]) -> list[str]:
        """Return the devices that campaigns of one account would bind, one after the other."""
        wanted: Counter[tuple[str, int]] = Counter()
        for intent in intents:
            wanted[intent.account, intent.wave] += intent.size
        return [
            imei
            for (account, wave), size in wanted.items()
            for (imei,) in self._rows(
                "SELECT imei FROM devices WHERE account = ? AND wave = ? AND campaign IS NULL ORDER BY rank LIMIT ?",
                self._account_id(account),
                wave,
                size,
            )
        ]

    def waves_of(self, account: str, imeis: Iterable[str]) -> dict[str, tuple[int, int | None]]:
        """Return the wave and the campaign of those of some devices that are of an account."""
        found: dict[str, tuple[int, int | None]] = {}
        for imei in imeis:
            for wave, campaign in self._rows(
                "SELECT wave, campaign FROM devices JOIN accounts ON accounts.id = account WHERE imei = ? AND name = ?",
                imei,
                account,
            ):
                found[imei] = (wave, campaign)
        return found

    def unverified(self) -> list[tuple[str, datetime]]:
        """Return the accounts whose campaigns are not known since a move, and until when they stay so."""
        sql = "SELECT name, unverified_until FROM accounts WHERE unverified_until IS NOT NULL ORDER BY id"
        return [(name, _moment(until)) for name, until in self._rows(sql)]

    def accepted_devices(self, account: str) -> int:
        """Return how many devices of an account are or were in campaigns that the service has accepted."""
        return int(
            self._value(
                "SELECT coalesce(sum(size), 0) FROM campaigns JOIN accounts ON accounts.id = account "
                "WHERE accounts.name = ? AND campaigns.id IS NOT NULL AND state <> ?",
                account,
                CampaignState.REFUSED,
            )
        )

    def put_off(self, now: datetime) -> set[str]:
        """Return the accounts for which nothing is sent at a time."""
        sql = "SELECT name FROM accounts WHERE not_before > ?"
        return {name for (name,) in self._rows(sql, _seconds(now))}

    def requests(self) -> list[Request]:
        """Return what persons have asked for that is not done yet."""
        return [
            Request(number, kind, json.loads(detail), comment)
            for number, kind, detail, comment in self._rows(
                "SELECT number, kind, detail, comment FROM requests WHERE done_at IS NULL ORDER BY number"
            )
        ]

    @property
    def has_requests(self) -> bool:
        """Whether a person has asked for something that is not done yet."""
        return self._value("SELECT 1 FROM requests WHERE done_at IS NULL LIMIT 1") is not None

    def times(self, now: datetime) -> list[datetime]:
        """Return when something is due: looks, the end of pauses of accounts, doubts."""
        found = self._rows(
            "SELECT min(look_at) FROM campaigns WHERE state IN (?, ?) UNION ALL "
            "SELECT min(not_before) FROM accounts WHERE not_before > ? UNION ALL "
            "SELECT min(schedule_at) FROM accounts WHERE schedule_at > ? UNION ALL "
            "SELECT min(unverified_until) FROM accounts",
            *CampaignState.AT_SERVICE,
            _seconds(now),
            _seconds(now),
        )
        return [_moment(value) for (value,) in found if value is not None]

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write all of it or nothing; one inside of another is part of that one."""
        if self._connection.in_transaction:
            yield
            return
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def _do(self, sql: str, *values: Any) -> int:
        return self._connection.execute(sql, values).rowcount

    def _tell(
        self,
        kind: str,
        text: str,
        now: datetime,
        *,
        account: str | None = None,
        wave: int | None = None,
        campaign: int | None = None,
    ) -> None:
        self._do(
            "INSERT INTO events (at, kind, account, wave, campaign, text) VALUES (?, ?, ?, ?, ?, ?)",
            _seconds(now),
            kind,
            account,
            wave,
            campaign,
            text,
        )

    @contextmanager
    def step(self, now: datetime, *, moved: bool) -> Iterator[datetime]:
        """Hold the lock, count a step, and give the time: never an earlier one than was seen before.

        Raises:
            RolloutBusyError: Another step holds the lock.
            JournalError: The journal is not where it belongs, or is older than what was seen of it.
        """
        with self._lock.held() as lock:
            facts = self.facts
            home = (platform.node(), self.path)
            is_away = (facts["host"], facts["path"]) != home
            is_older = facts["steps"] < steps_seen(lock)
            if (is_away or is_older) and not moved:
                what = f"belongs to {facts['path']} on {facts['host']}" if is_away else "is older than its last step"
                raise JournalError(f"the journal {what}: it was moved, copied or restored; nothing was sent", _MOVED)
            now = max(now, facts["seen_at"])
            with self.transaction():
                if is_away or is_older:
                    until = _seconds(now + self.plan.doubt.settle_time)
                    self._do("UPDATE accounts SET unverified_until = ?", until)
                    self._tell("moved", f"taken over from {facts['path']} on {facts['host']}", now)
                steps = max(facts["steps"], steps_seen(lock)) + 1
                self._do("UPDATE rollout SET host = ?, path = ?, steps = ?, seen_at = ?", *home, steps, _seconds(now))
            note_steps(lock, steps)
            yield now

    def end_step(self, now: datetime, next_at: datetime | None) -> None:
        """Record that a step has done all that it could."""
        with self.transaction():
            self._do("UPDATE rollout SET stepped_at = ?, next_at = ?", _seconds(now), _maybe_seconds(next_at))

    def start(self, now: datetime) -> None:
        """Let the roll-out run."""
        with self.transaction():
            self._do("UPDATE rollout SET state = ?, started_at = ?", RolloutState.RUNNING, _seconds(now))
            self._tell("started", "the roll-out was started", now)

    def record(self, decision: Decision, now: datetime) -> list[str]:
        """Record a decision: state, reasons, waves, and the campaigns to make, their devices bound; return the news."""
        news: list[tuple[str, str, dict[str, Any]]] = []
        before = self.snapshot()
        with self.transaction():
            if decision.state != before.state:
                self._do("UPDATE rollout SET state = ?", decision.state)
                news.append(("state", f"the roll-out is {decision.state}", {}))
            news += self._record_reasons(before.reasons, decision.reasons)
            for old, new in zip(before.waves, decision.waves, strict=True):
                if new != old:
                    sql = "UPDATE waves SET state = ?, reached_at = ? WHERE number = ?"
                    self._do(sql, new.state, _maybe_seconds(new.reached_at), new.number)
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
        for key in old.keys() - new.keys():
            self._lift(*key)
        for key in new.keys() - old.keys():
            reason = new[key]
            self._hold(reason)
            whom = "the roll-out is paused" if reason.account is None else f"account {reason.account} is held"
            yield reason.kind, f"{whom} ({reason.kind}): {reason.text}", {"account": reason.account}

    def _hold(self, reason: Reason) -> None:
        self._do(
            "INSERT INTO reasons VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET text = excluded.text",
            reason.kind,
            self._account_id(reason.account),
            reason.text,
            _seconds(reason.since),
        )

    def _lift(self, kind: str, account: str | None) -> int:
        return self._do("DELETE FROM reasons WHERE kind = ? AND account = ?", kind, self._account_id(account))

    def _account_id(self, account: str | None) -> int:
        return 0 if account is None else int(self._value("SELECT id FROM accounts WHERE name = ?", account))

    def _take_back(self, number: int) -> None:
        """Let a campaign be cancelled; one that was not sent yet only gives its devices back."""
        if self.state_of(number) == CampaignState.INTENDED:
            self._free(number, CampaignState.CANCELLED)
        else:
            self._do("UPDATE campaigns SET state = ? WHERE number = ?", CampaignState.CANCELLING, number)

    def intend(self, intent: Intent, now: datetime) -> int:
        """Record a campaign and bind its devices to it; return its number."""
        with self.transaction():
            number = 1 + int(self._value("SELECT coalesce(max(number), 0) FROM campaigns"))
            account = self._account_id(intent.account)
            bound = self._do(
                "UPDATE devices SET campaign = ?, state = ?, word = NULL WHERE (account, wave, rank) IN "
                "(SELECT account, wave, rank FROM devices WHERE account = ? AND wave = ? AND campaign IS NULL "
                "ORDER BY rank LIMIT ?)",
                number,
                DeviceState.QUEUED,
                account,
                intent.wave,
                intent.size,
            )
            self._insert_campaign(number, account, intent.wave, CampaignState.INTENDED, bound)
            text = f"campaign {number} is intended: {bound} devices of wave {intent.wave}"
            self._tell("intended", text, now, account=intent.account, wave=intent.wave, campaign=number)
        return number

    def _insert_campaign(self, number: int, account: int, wave: int, state: str, bound: int) -> None:
        marker, name = self._rows("SELECT id, name FROM rollout")[0]
        self._do(
            "INSERT INTO campaigns (number, account, wave, name, state, size, queued) VALUES (?, ?, ?, ?, ?, ?, ?)",
            number,
            account,
            wave,
            f"{marker}.{number:04d} {name}",
            state,
            bound,
            bound,
        )
        self._do("UPDATE shares SET waiting = waiting - ? WHERE (account, wave) = (?, ?)", bound, account, wave)

    def sending(self, number: int, digest: str, start: date, end: date, now: datetime) -> None:
        """Record that the request of a campaign is about to leave: the last thing before it does."""
        with self.transaction():
            self._do(
                "UPDATE campaigns SET state = ?, attempts = attempts + 1, digest = ?, sent_at = ?, start_date = ?, "
                "end_date = ? WHERE number = ?",
                CampaignState.SENDING,
                digest,
                _seconds(now),
                start.isoformat(),
                end.isoformat(),
                number,
            )

    def not_sent(self, number: int) -> None:
        """Record that the request of a campaign was certainly not carried out, and may be sent another time."""
        with self.transaction():
            self._do(
                "UPDATE campaigns SET state = ?, start_date = NULL, end_date = NULL WHERE number = ?",
                CampaignState.INTENDED,
                number,
            )

    def resend(self, number: int, now: datetime) -> None:
        """Record that a campaign whose outcome was unknown is not there, and is to be sent once more."""
        with self.transaction():
            self._do("UPDATE campaigns SET state = ? WHERE number = ?", CampaignState.INTENDED, number)
            self._settle_doubt(number)
            self._tell_of(number, "resend", f"campaign {number} is not there and is sent once more", now)

    def scheduled(
        self, number: int, accepted: Accepted, look_at: datetime, now: datetime, *, adopted: bool = False
    ) -> None:
        """Record that a campaign is at the service, with its id."""
        with self.transaction():
            self._do(
                "UPDATE campaigns SET state = ?, id = ?, status = ?, start_date = coalesce(?, start_date), "
                "end_date = coalesce(?, end_date), look_at = ?, adopted = ? WHERE number = ?",
                CampaignState.SCHEDULED,
                accepted.id,
                accepted.status,
                _maybe_day(accepted.start),
                _maybe_day(accepted.end),
                _seconds(look_at),
                adopted,
                number,
            )
            self._settle_doubt(number)
            self._do(
                "DELETE FROM reasons WHERE kind = ? AND account = (SELECT account FROM campaigns WHERE number = ?)",
                ReasonKind.PILOT_LIMIT,
                number,
            )
            word = "was found at the service and adopted" if adopted else "was accepted"
            self._tell_of(number, "scheduled", f"campaign {number} {word} as {accepted.id}", now)

    def _settle_doubt(self, number: int) -> None:
        """Lift the holds of an account for its doubts, once it has none."""
        account = self._value("SELECT account FROM campaigns WHERE number = ?", number)
        sql = "SELECT 1 FROM campaigns WHERE account = ? AND state = ? AND number <> ?"
        if self._value(sql, account, CampaignState.SENDING, number) is None:
            kinds = (ReasonKind.IN_DOUBT, ReasonKind.TWINS)
            self._do("DELETE FROM reasons WHERE account = ? AND kind IN (?, ?)", account, *kinds)

    def absent(self, number: int, now: datetime) -> None:
        """Record that a campaign in doubt is not at the service, and give its devices back."""
        with self.transaction():
            self._settle_doubt(number)
            self._free(number, CampaignState.REFUSED)
            self._tell_of(number, "absent", f"campaign {number} is not at the service", now)

    def refused(self, number: int, reason: Reason, now: datetime, try_again_at: datetime | None = None) -> None:
        """Record that a campaign was refused, give its devices back, and hold its account."""
        with self.transaction():
            if self.state_of(number) == CampaignState.SENDING:
                self._settle_doubt(number)
                self._free(number, CampaignState.REFUSED)
            self._hold(reason)
            sql = "UPDATE accounts SET schedule_at = ? WHERE name = ?"
            self._do(sql, _maybe_seconds(try_again_at), reason.account)
            self._tell_of(number, "refused", f"campaign {number} was refused: {reason.text}", now)

    def _tell_of(self, number: int, kind: str, text: str, now: datetime) -> None:
        account, wave = self._rows(
            "SELECT accounts.name, wave FROM campaigns JOIN accounts ON accounts.id = account WHERE number = ?", number
        )[0]
        self._tell(kind, text, now, account=account, wave=wave, campaign=number)

    def _free(self, number: int, state: str) -> None:
        """End a campaign whose devices wait again, all but those that are done."""
        account, wave = self._rows("SELECT account, wave FROM campaigns WHERE number = ?", number)[0]
        freed = self._do(
            "UPDATE devices SET campaign = NULL, state = ?, word = NULL, missing_at = NULL "
            "WHERE account = ? AND wave = ? AND campaign = ? AND state IN (?, ?, ?)",
            DeviceState.WAITING,
            account,
            wave,
            number,
            DeviceState.WAITING,
            *DeviceState.OPEN,
        )
        self._do("UPDATE shares SET waiting = waiting + ? WHERE (account, wave) = (?, ?)", freed, account, wave)
        self._do(
            "UPDATE campaigns SET state = ?, size = size - ?, queued = 0, in_progress = 0, look_at = NULL "
            "WHERE number = ?",
            state,
            freed,
            number,
        )

    def hold(self, reason: Reason, now: datetime) -> None:
        """Hold an account, or pause the roll-out, unless it is so for this kind of reason already."""
        with self.transaction():
            account = self._account_id(reason.account)
            sql = "SELECT text FROM reasons WHERE kind = ? AND account = ?"
            if self._value(sql, reason.kind, account) != reason.text:
                self._hold(reason)
                self._tell(reason.kind, reason.text, now, account=reason.account)

    def wait_for_account(self, account: str, until: datetime, text: str, now: datetime) -> None:
        """Send nothing for an account before a time."""
        with self.transaction():
            sql = "UPDATE accounts SET not_before = ?, failures = failures + 1 WHERE name = ?"
            self._do(sql, _seconds(until), account)
            self._tell("put_off", text, now, account=account)

    def failures(self, account: str) -> int:
        """Return how often in a row an account was put off."""
        return int(self._value("SELECT failures FROM accounts WHERE name = ?", account))

    def account_answers(self, accounts: Iterable[str]) -> None:
        """Record that the service answers for some accounts again."""
        with self.transaction():
            for account in accounts:
                self._do("UPDATE accounts SET failures = 0 WHERE name = ? AND failures > 0", account)

    def verified(self, account: str, now: datetime) -> None:
        """Record that the campaigns of an account are known."""
        with self.transaction():
            self._do("UPDATE accounts SET unverified_until = NULL WHERE name = ?", account)
            self._tell("verified", f"all campaigns of {account} are known", now, account=account)

    def adopt(
        self, number: int, account: str, wave: int, imeis: Sequence[str], accepted: Accepted, now: datetime
    ) -> None:
        """Record a campaign of this roll-out that the journal has lost, with its devices."""
        with self.transaction():
            account_id = self._account_id(account)
            for imei in imeis:
                sql = "UPDATE devices SET campaign = ?, state = ? WHERE imei = ? AND campaign IS NULL"
                self._do(sql, number, DeviceState.QUEUED, imei)
            self._insert_campaign(number, account_id, wave, CampaignState.SENDING, len(imeis))
            self._do("UPDATE campaigns SET sent_at = ? WHERE number = ?", _seconds(now), number)
        self.scheduled(number, accepted, now, now, adopted=True)

    def known_devices(self, number: int) -> Iterator[Known]:
        """Give the devices of a campaign as they are known."""
        return self._connection.execute(
            "SELECT rank, imei, state, words.status, missing_at FROM devices LEFT JOIN words ON words.id = word "
            "WHERE (account, wave, campaign) = (SELECT account, wave, number FROM campaigns WHERE number = ?)",
            (number,),
        )

    def progress(self, number: int) -> tuple[str, datetime | None]:
        """Return the state of a campaign, and when its status was first seen to be final."""
        state, final_at = self._rows("SELECT state, final_at FROM campaigns WHERE number = ?", number)[0]
        return state, _time(final_at)

    def observed(self, observation: Observation, outcome: Outcome, look_at: datetime | None, now: datetime) -> None:
        """Record what a look has shown, and when the next one is due."""
        number = observation.number
        with self.transaction():
            account, wave, old_status = self._rows(
                "SELECT account, wave, status FROM campaigns WHERE number = ?", number
            )[0]
            words: dict[tuple[str, str], int] = {}
            at = _seconds(now)
            self._connection.executemany(
                "UPDATE devices SET state = ?, word = ?, missing_at = ?, changed_at = ? "
                "WHERE account = ? AND wave = ? AND rank = ?",
                [
                    (state, self._word(words, status, reason), missing, at, account, wave, rank)
                    for rank, state, status, reason, missing in outcome.changes
                ],
            )
            counts = [outcome.counts.get(state, 0) for state in DeviceState.BOUND]
            self._do(
                "UPDATE campaigns SET state = ?, status = ?, start_date = coalesce(?, start_date), "
                "end_date = coalesce(?, end_date), look_at = ?, looked_at = ?, final_at = ?, "
                "reported = max(reported, ?), foreign_devices = ?, unknown_words = ?, "
                f"({_COUNTS}) = ({', '.join('?' * len(counts))}) WHERE number = ?",
                outcome.state,
                observation.status,
                _maybe_day(observation.start),
                _maybe_day(observation.end),
                _maybe_seconds(look_at),
                at,
                _maybe_seconds(outcome.final_at),
                observation.devices is not None and len(observation.devices) > 0,
                outcome.foreign,
                outcome.unknown,
                *counts,
                number,
            )
            if outcome.state in (CampaignState.REFUSED, CampaignState.CANCELLED):
                self._free(number, outcome.state)
            if outcome.changes or observation.status != old_status:
                self._tell_of(number, "observed", _news(number, observation, outcome), now)

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
            sql = "UPDATE campaigns SET state = ?, unstoppable = 1 WHERE number = ? AND state = ?"
            self._do(sql, CampaignState.SCHEDULED, number, CampaignState.CANCELLING)
            self._tell_of(number, "unstoppable", f"campaign {number} cannot be cancelled: {text}", now)

    def look_again(self, number: int, now: datetime) -> None:
        """Let a campaign be looked at as soon as possible."""
        with self.transaction():
            self._do("UPDATE campaigns SET look_at = ? WHERE number = ?", _seconds(now), number)

    # What persons ask for

    def ask(self, kind: str, detail: Mapping[str, Any], comment: str, now: datetime) -> int:
        """Write a request down; the next step, or the one that runs, obeys. Return its number."""
        with self.transaction():
            self._do(
                "INSERT INTO requests (kind, detail, comment, at) VALUES (?, ?, ?, ?)",
                kind,
                json.dumps(detail),
                comment,
                _seconds(now),
            )
            return int(self._value("SELECT last_insert_rowid()"))

    def obeyed(self, request: Request, now: datetime) -> None:
        """Record that a request is done, in the transaction of what it asked for."""
        with self.transaction():
            text = f"{request.kind} {json.dumps(request.detail)}: {request.comment}"
            self._tell("request", text, now, account=request.detail.get("account"))
            self._do("UPDATE requests SET done_at = ? WHERE number = ?", _seconds(now), request.number)

    def pause(self, account: str | None, comment: str, now: datetime) -> None:
        """Pause the roll-out, or hold an account, for a person."""
        self._hold(Reason(ReasonKind.USER, account, comment, now))

    def stop(self) -> None:
        """Let the roll-out stop."""
        self._do("UPDATE rollout SET state = ?", RolloutState.STOPPING)

    def approve(self, wave: int) -> None:
        """Let a wave begin once its turn has come."""
        self._do("UPDATE waves SET approved = 1 WHERE number = ?", wave)

    def resume(self, account: str | None, kinds: Sequence[str]) -> None:
        """Lift reasons of some kinds."""
        for kind in kinds:
            self._lift(kind, account)
        if account is None:
            self._do("UPDATE waves SET acknowledged = 1 WHERE state = ?", WaveState.FAILED)
        else:
            sql = "UPDATE accounts SET not_before = NULL, schedule_at = NULL, failures = 0 WHERE name = ?"
            self._do(sql, account)

    def acknowledge(self, rule: int, account: str | None, bad: int, counted: int) -> None:
        """Take what a stop rule has counted so far as acknowledged."""
        sql = "INSERT OR REPLACE INTO acknowledged VALUES (?, ?, ?, ?)"
        self._do(sql, rule, self._account_id(account), bad, counted)

    def requeue(self, wave: int) -> None:
        """Let devices whose campaign somebody has cancelled wait again, for a wave."""
        for number, account, old_wave in self._rows(
            "SELECT number, account, wave FROM campaigns WHERE state = ? AND cancelled > 0", CampaignState.CANCELLED
        ):
            moved = self._do(
                "UPDATE devices SET campaign = NULL, state = ?, word = NULL, wave = ? "
                "WHERE account = ? AND wave = ? AND campaign = ? AND state = ?",
                DeviceState.WAITING,
                wave,
                account,
                old_wave,
                number,
                DeviceState.CANCELLED,
            )
            self._do("UPDATE campaigns SET cancelled = 0, size = size - ? WHERE number = ?", moved, number)
            self._do("UPDATE shares SET size = size - ? WHERE (account, wave) = (?, ?)", moved, account, old_wave)
            self._do(
                "INSERT INTO shares VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET "
                "size = size + excluded.size, waiting = waiting + excluded.waiting",
                account,
                wave,
                moved,
                moved,
            )

    # What persons read

    def oddities(self) -> tuple[int, int]:
        """Return how many foreign devices reports have shown, and how many devices have a word that is not known."""
        row = self._rows("SELECT coalesce(sum(foreign_devices), 0), coalesce(sum(unknown_words), 0) FROM campaigns")[0]
        return int(row[0]), int(row[1])

    @staticmethod
    def time(seconds: int | None) -> datetime | None:
        """Return a time as the tables have it."""
        return _time(seconds)

    def select(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query that changes nothing."""
        return iter(self._connection.execute(sql, values))


_RESTORE = "Restore it from a backup with all its files (-wal, too), or create the roll-out anew."
_MOVED = (
    "If this is the only copy that is used from now on, go on with --moved (Python: Rollout.open(path, moved=True)): "
    "the campaigns of each account are looked through before anything more is scheduled."
)


def _news(number: int, observation: Observation, outcome: Outcome) -> str:
    counts = ", ".join(f"{state} {count}" for state, count in outcome.counts.items() if count > 0)
    return f"campaign {number} is {observation.status}: {counts}"


def _connect(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = {_CACHE}")
    connection.execute("PRAGMA journal_size_limit = 16777216")
    return connection


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _maybe_seconds(moment: datetime | None) -> int | None:
    return None if moment is None else _seconds(moment)


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


def _time(seconds: int | None) -> datetime | None:
    return None if seconds is None else _moment(seconds)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _maybe_day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
