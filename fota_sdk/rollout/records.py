"""What the journal of a roll-out tells: nothing here writes."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import compress
from typing import Any

from fota_sdk.rollout.database import Database, maybe_day, maybe_moment, moment
from fota_sdk.rollout.outcome import Known
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.service import Target
from fota_sdk.rollout.snapshot import AccountRow, CampaignRow, Intent, Reason, Snapshot, WaveRow
from fota_sdk.rollout.states import CampaignState, DeviceState

CAMPAIGNS = "campaigns JOIN accounts ON accounts.id = campaigns.account"
AT_SERVICE = f"state IN {CampaignState.AT_SERVICE}"
# Devices lie in the order of their ranks, and a campaign takes the next ones, so that its devices lie together.
BOUND_HERE = "account = ? AND wave = ? AND rank BETWEEN ? AND ? AND campaign = ?"
WAITING_HERE = "account = ? AND wave = ? AND campaign ISNULL"
WHOLE, IN_PART = 1, 2  # how a report has shown the devices of a campaign
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

    @property
    def words(self) -> str:
        """What is asked for, of what, and why."""
        parts = [self.kind]
        if self.detail.get("account") is not None:
            parts.append(self.detail["account"])
        if "wave" in self.detail:
            parts.append(f"wave {self.detail['wave']}")
        if "campaign" in self.detail:
            campaign_id = self.detail["id"]
            parts.append(f"campaign {self.detail['campaign']} as {'absent' if campaign_id is None else campaign_id}")
        if self.detail.get("requeue") is True:
            parts.append("with requeue")
        return f"{' '.join(parts)}: {self.comment}"


@dataclass(frozen=True)
class Draft:
    """A campaign that is not known to be at the service.

    Attributes:
        number: From 1.
        account: Billing account.
        wave: Number of the wave.
        name: Its name, which begins with the marker.
        sent_at: When it was sent, or was about to be.
        start: The first day that was sent.
        end: The last day that was sent.
        claimed: Under which id it is at the service, as a person says; None where nobody said so.
        shown: How often reports have shown, at a time, what is probably it, since it was sent.
    """

    number: int
    account: str
    wave: int
    name: str
    sent_at: datetime | None
    start: date | None
    end: date | None
    claimed: str | None = None
    shown: int = 0


@dataclass(frozen=True)
class Place:
    """Where a device stands.

    Attributes:
        wave: Number of its wave.
        campaign: Number of the campaign that it is, or was, in; None for none.
        state: One of `DeviceState`.
    """

    wave: int
    campaign: int | None
    state: str


class Records(Database):
    """A journal as it can be read.

    Args:
        path: Where it is.
    """

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._plan: RolloutPlan | None = None

    @property
    def plan(self) -> RolloutPlan:
        """The plan as it was when the roll-out was created."""
        if self._plan is None:
            plan, source = self._row("SELECT plan, source FROM rollout")
            self._plan = replace(RolloutPlan.from_dictionary(json.loads(plan)), source=source)
        return self._plan

    @property
    def facts(self) -> dict[str, Any]:
        """The one row of the table `rollout`, without the plan; times as `datetime`."""
        cursor = self._cursor("SELECT * FROM rollout")
        row = dict(zip((column[0] for column in cursor.description), cursor.fetchone(), strict=True))
        del row["plan"]
        return {name: maybe_moment(value) if name.endswith("_at") else value for name, value in row.items()}

    def snapshot(self) -> Snapshot:
        """Return what is to be decided on, as it is at one moment."""
        with self.at_once():
            return self._snapshot()

    def _snapshot(self) -> Snapshot:
        names = dict(self._rows("SELECT id, name FROM accounts"))
        reasons = self._rows("SELECT kind, account, text, since, rules FROM reasons ORDER BY since, kind, account")
        waves = self._rows("SELECT number, state, reached_at, approved, acknowledged FROM waves ORDER BY number")
        accounts = self._rows("SELECT name, not_before, schedule_at, unverified_until FROM accounts ORDER BY id")
        shares = self._rows("SELECT account, wave, size, waiting FROM shares")
        acknowledged = self._rows("SELECT rule, account, bad, counted FROM acknowledged")
        return Snapshot(
            state=self._value("SELECT state FROM rollout"),
            reasons=tuple(
                Reason(kind, names.get(who), text, moment(since), tuple(json.loads(rules)))
                for kind, who, text, since, rules in reasons
            ),
            waves=tuple(WaveRow(n, state, maybe_moment(at), bool(yes), bool(ack)) for n, state, at, yes, ack in waves),
            accounts=tuple(
                AccountRow(name, maybe_moment(at), maybe_moment(schedule_at), until is None)
                for name, at, schedule_at, until in accounts
            ),
            campaigns=tuple(self._campaign_rows(names)),
            sizes={(names[who], wave): size for who, wave, size, _ in shares},
            waiting={(names[who], wave): waiting for who, wave, _, waiting in shares},
            acknowledged={(rule, names.get(who)): (bad, counted) for rule, who, bad, counted in acknowledged},
        )

    def _campaign_rows(self, names: Mapping[int, str]) -> Iterator[CampaignRow]:
        columns = "number, account, wave, state, size, start_date, status, reported, unstoppable, name"
        for row in self._cursor(f"SELECT {columns}, {_COUNTS} FROM campaigns ORDER BY number"):
            number, account, wave, state, size, start, status, reported, unstoppable, marked, *counts = row
            states = dict(zip(compress(DeviceState.BOUND, counts), compress(counts, counts), strict=True))  # above 0
            more = status, bool(reported), bool(unstoppable), marked
            yield CampaignRow(number, names[account], wave, state, size, states, maybe_day(start), *more)

    def account_names(self) -> list[str]:
        """Return the billing accounts, in their order."""
        return [name for (name,) in self._rows("SELECT name FROM accounts ORDER BY id")]

    def due(self, now: datetime) -> list[Target]:
        """Return the campaigns at the service that are to be looked at."""
        return self._targets(f"{AT_SERVICE} AND look_at <= ? ORDER BY look_at, number", now)

    def target(self, number: int) -> Target:
        """Return a campaign as something to look at."""
        return self._targets("number = ?", number)[0]

    def _targets(self, where: str, value: Any) -> list[Target]:
        columns = "number, accounts.name, campaigns.id, reported"
        rows = self._rows(f"SELECT {columns} FROM {CAMPAIGNS} WHERE {where}", value)
        return [Target(number, account, found, shown == WHOLE) for number, account, found, shown in rows]

    def drafts(self, state: str) -> list[Draft]:
        """Return the campaigns that are intended, or those whose outcome is unknown."""
        dates = "sent_at, start_date, end_date"
        columns = f"number, accounts.name, wave, campaigns.name, {dates}, campaigns.id, shown"
        rows = self._rows(f"SELECT {columns} FROM {CAMPAIGNS} WHERE state = ? ORDER BY number", state)
        return [
            Draft(number, account, wave, name, maybe_moment(at), maybe_day(start), maybe_day(end), claimed, shown)
            for number, account, wave, name, at, start, end, claimed, shown in rows
        ]

    def numbers(self, state: str) -> list[int]:
        """Return the numbers of the campaigns in a state."""
        return [number for (number,) in self._rows("SELECT number FROM campaigns WHERE state = ?", state)]

    def number_for(self, account: str, number: int, last: int) -> int:
        """Return a number, or the next one after the last where a campaign of another account has it."""
        sql = "SELECT 1 FROM campaigns WHERE number = ? AND account <> ?"
        return number if self._value(sql, number, self._account_id(account)) is None else self._next_number(last)

    def _next_number(self, last: int = 0) -> int:
        return 1 + int(self._value("SELECT max(?, coalesce(max(number), 0)) FROM campaigns", last))

    def state_of(self, number: int) -> str | None:
        """Return the state of a campaign; None where there is none of that number."""
        state: str | None = self._value("SELECT state FROM campaigns WHERE number = ?", number)
        return state

    def was_never_sent(self, number: int) -> bool:
        """Return whether a campaign was only intended, and has given its devices back, as far as is known here."""
        sql = "SELECT 1 FROM campaigns WHERE number = ? AND state = ? AND id ISNULL"
        return self._value(sql, number, CampaignState.CANCELLED) is not None

    def progress(self, number: int) -> tuple[str, datetime | None, date | None]:
        """Return the state of a campaign, when its status was first seen to be final, and its first day."""
        state, final_at, start = self._row("SELECT state, final_at, start_date FROM campaigns WHERE number = ?", number)
        return state, maybe_moment(final_at), maybe_day(start)

    def campaign_ids(self, account: str) -> dict[str, tuple[int, datetime | None]]:
        """Return the campaigns of an account that have an id: their numbers, and when they were sent."""
        rows = self._rows(
            f"SELECT campaigns.id, number, sent_at FROM {CAMPAIGNS} WHERE accounts.name = ? AND campaigns.id NOTNULL",
            account,
        )
        return {campaign_id: (number, maybe_moment(sent_at)) for campaign_id, number, sent_at in rows}

    def called_off(self) -> dict[int, int]:
        """Return how many devices somebody else has cancelled of which campaigns, without those left out."""
        where = "state = ? AND cancelled > 0 AND NOT left_out ORDER BY number"
        return dict(self._rows(f"SELECT number, cancelled FROM campaigns WHERE {where}", CampaignState.CANCELLED))

    def accepted_devices(self, account: str | None = None) -> int:
        """Return how many devices of an account, or of all, are or were in campaigns that the service has accepted."""
        sql = (
            f"SELECT coalesce(sum(size), 0) FROM {CAMPAIGNS} "
            "WHERE accounts.name = coalesce(?, accounts.name) AND campaigns.id NOTNULL AND state <> ?"
        )
        return int(self._value(sql, account, CampaignState.REFUSED))

    def devices_in(self, number: int) -> list[str]:
        """Return the devices that are bound to a campaign, in their order."""
        sql = f"SELECT imei FROM devices WHERE {BOUND_HERE} ORDER BY rank"
        return [imei for (imei,) in self._rows(sql, *self._place(number))]

    def _place(self, number: int) -> tuple[int, int, int, int, int]:
        """Return account, wave, first and last rank, and number of a campaign: where its devices are found."""
        columns = "account, wave, first_rank, last_rank, number"
        place: tuple[int, int, int, int, int] = self._row(f"SELECT {columns} FROM campaigns WHERE number = ?", number)
        return place

    def known_devices(self, number: int) -> Iterator[Known]:
        """Give the devices of a campaign as they are known."""
        columns = "rank, imei, state, status, missing_at"
        sql = f"SELECT {columns} FROM devices LEFT JOIN words ON words.id = word WHERE {BOUND_HERE}"
        yield from self._cursor(sql, *self._place(number))

    def devices_of(self, account: str) -> list[str]:
        """Return all devices of an account."""
        sql = "SELECT imei FROM devices WHERE account = ?"
        return [imei for (imei,) in self._rows(sql, self._account_id(account))]

    def next_devices(self, intents: Iterable[Intent]) -> list[str]:
        """Return the devices that campaigns would bind."""
        wanted: Counter[tuple[str, int]] = Counter()
        for intent in intents:
            wanted[intent.account, intent.wave] += intent.size
        sql = f"SELECT imei FROM devices INDEXED BY waiting_devices WHERE {WAITING_HERE} ORDER BY rank LIMIT ?"
        return [
            imei
            for (account, wave), size in wanted.items()
            for (imei,) in self._rows(sql, self._account_id(account), wave, size)
        ]

    def places_of(self, account: str, imeis: Iterable[str]) -> dict[str, Place]:
        """Return where those of some devices stand that are of an account."""
        sql = "SELECT wave, campaign, state FROM devices WHERE imei = ? AND account = ?"
        rows = ((imei, self._row(sql, imei, self._account_id(account))) for imei in imeis)
        return {imei: Place(*row) for imei, row in rows if row is not None}

    def unverified(self) -> list[tuple[str, datetime, str]]:
        """Return the accounts whose campaigns are not known since a move, until when, and what a person vouches for."""
        sql = "SELECT name, unverified_until, vouched FROM accounts WHERE unverified_until NOTNULL ORDER BY id"
        return [(name, moment(until), vouched) for name, until, vouched in self._rows(sql)]

    def put_off(self, now: datetime) -> set[str]:
        """Return the accounts for which nothing is sent at a time."""
        return {name for (name,) in self._rows("SELECT name FROM accounts WHERE not_before > ?", now)}

    def failures(self, account: str) -> int:
        """Return how often in a row an account was put off."""
        return int(self._value("SELECT failures FROM accounts WHERE name = ?", account))

    def failing(self, times: int) -> list[str]:
        """Return the accounts that were put off so often in a row."""
        return [name for (name,) in self._rows("SELECT name FROM accounts WHERE failures >= ? ORDER BY id", times)]

    def requests(self) -> list[Request]:
        """Return what persons have asked for that is not done yet."""
        rows = self._rows("SELECT number, kind, detail, comment FROM requests WHERE done_at ISNULL ORDER BY number")
        return [Request(number, kind, json.loads(detail), comment) for number, kind, detail, comment in rows]

    @property
    def has_requests(self) -> bool:
        """Whether a person has asked for something that is not done yet."""
        return self._value("SELECT 1 FROM requests WHERE done_at ISNULL LIMIT 1") is not None

    def times(self, now: datetime) -> list[datetime]:
        """Return when something is due: looks, and the end of what puts accounts off."""
        found = (
            self._value(f"SELECT min(max(look_at, coalesce(not_before, 0))) FROM {CAMPAIGNS} WHERE {AT_SERVICE}"),
            self._value("SELECT min(not_before) FROM accounts WHERE not_before > ?", now),
            self._value("SELECT min(schedule_at) FROM accounts WHERE schedule_at > ?", now),
        )
        return [moment(value) for value in found if value is not None]

    def oddities(self) -> tuple[int, int]:
        """Return how many foreign devices reports have shown, and how many devices have a word that is not known."""
        row = self._row("SELECT coalesce(sum(foreign_devices), 0), coalesce(sum(unknown_words), 0) FROM campaigns")
        return int(row[0]), int(row[1])

    def select(self, sql: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Give the rows of a query that changes nothing, for what persons read."""
        return self._cursor(sql, *values)

    def _account_id(self, account: str | None) -> int:
        return 0 if account is None else int(self._value("SELECT id FROM accounts WHERE name = ?", account))
