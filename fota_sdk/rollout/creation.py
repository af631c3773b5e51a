"""How a journal begins: the fleet, shuffled within each account and cut into waves."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import secrets
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import mkstemp
from typing import TypeAlias

from fota_sdk.exceptions import ValidationError, clip, number_of
from fota_sdk.imei import DIGITS
from fota_sdk.rollout.errors import JournalError, command_on
from fota_sdk.rollout.lock import StepLock
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.schema import APPLICATION, TABLES, VERSION
from fota_sdk.rollout.states import DeviceState, RolloutState, WaveState

FleetRow: TypeAlias = tuple[str, str] | tuple[str, str, str | int | None]
"""A device: IMEI, account, and its wave where that is not left to the plan."""

_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without what is mistaken for something else
_MARKER = 8
_ACCOUNT = re.compile("[\x20-\x7e]{1,256}")  # what may be a part of a path
_MOST_FINDINGS = 1000
_PORTION = 10_000

_STAGE = """
CREATE TEMP TABLE fleet (imei TEXT PRIMARY KEY, account TEXT NOT NULL, wave INTEGER, place) WITHOUT ROWID
"""
_RANKED = """
CREATE TEMP TABLE ranked AS
SELECT imei, account, wave, row_number() OVER (PARTITION BY account ORDER BY place, imei) AS rank,
    row_number() OVER (PARTITION BY account, wave IS NULL ORDER BY place, imei) AS among
FROM fleet
"""


def create_journal(
    path: str | os.PathLike[str],
    plan: RolloutPlan,
    devices: Iterable[FleetRow],
    now: datetime,
    service: str | None = None,
) -> None:
    """Write a new journal, whole or not at all.

    Args:
        path: Where; nothing may be there.
        plan: The plan, valid.
        devices: The fleet.
        now: When.
        service: Where its campaigns are going to be; None where that is not said.

    Raises:
        JournalError: Something is there already.
        ValidationError: A device cannot be used, or comes twice.
    """
    target = str(Path(path).resolve())
    if Path(target).exists():
        raise _taken(target)
    file, draft = mkstemp("-new", f"{Path(target).name}-", Path(target).parent)  # for the owner alone
    os.close(file)
    try:
        with closing(sqlite3.connect(draft, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")  # the file is dropped where this fails
            _write(connection, target, plan, devices, int(now.timestamp()), service)
        lock = StepLock(target)
        with lock.held():
            if Path(target).exists():
                raise _taken(target)
            lock.note(0)  # from now on a journal without it was restored; one that was here before does not count
            _put_in_place(draft, target)
    except sqlite3.Error as error:
        raise JournalError(
            f"the journal {target} cannot be written: {error}; nothing is there",
            "See to the disk, or choose another path: fota rollout start PLAN.toml --journal FILE",
        ) from error
    finally:
        with suppress(FileNotFoundError):
            Path(draft).unlink()


def _taken(target: str) -> JournalError:
    return JournalError(
        f"there is something at {target} already; nothing was written",
        "Choose another path (fota rollout start PLAN.toml --journal FILE), or, where it is the journal of this "
        f"roll-out, go on with it: {command_on(target, 'status')}",
    )


def _put_in_place(draft: str, target: str) -> None:
    with open(draft, "rb") as file:  # noqa: PTH123 - for its descriptor
        os.fsync(file.fileno())
    try:
        os.link(draft, target)  # unlike a rename, it takes the place of nothing
    except FileExistsError:
        raise _taken(target) from None
    except OSError:  # a file system without links
        Path(draft).rename(target)


def _write(
    connection: sqlite3.Connection,
    target: str,
    plan: RolloutPlan,
    devices: Iterable[FleetRow],
    now: int,
    service: str | None,
) -> None:
    marker = "".join(secrets.choice(_ALPHABET) for _ in range(_MARKER))
    connection.executescript(TABLES)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("BEGIN")
    connection.execute(_STAGE)
    _stage(connection, plan, devices, marker)
    connection.execute(_RANKED)
    connection.execute("CREATE INDEX temp.ranked_by_account ON ranked (account, wave, among)")
    _fill(connection, plan)
    connection.execute(
        "INSERT INTO rollout (id, name, plan, source, service, state, host, path, created_at, seen_at, steps) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0)",
        (
            marker,
            plan.name,
            json.dumps(plan.to_dictionary()),
            plan.source,
            service,
            RolloutState.PLANNED,
            platform.node(),
            target,
            now,
            now,
        ),
    )
    connection.executemany(
        "INSERT INTO waves (number, state) VALUES (?, ?)",
        [(number, WaveState.WAITING) for number in range(1, len(plan.wave) + 1)],
    )
    text = number_of(connection.execute("SELECT count(*) FROM devices").fetchone()[0], "device")
    connection.execute("INSERT INTO events (at, kind, text) VALUES (?, 'created', ?)", (now, text))
    connection.execute("COMMIT")


def _stage(connection: sqlite3.Connection, plan: RolloutPlan, devices: Iterable[FleetRow], marker: str) -> None:
    """Take the devices in, each with its place in the order."""
    findings: list[tuple[str, str]] = []
    before = connection.total_changes
    rows = _staged(plan, devices, marker, findings)
    given = 0
    while (part := list(islice(rows, _PORTION))) != [] and len(findings) <= _MOST_FINDINGS:
        connection.executemany("INSERT OR IGNORE INTO fleet VALUES (?, ?, ?, ?)", part)
        given += len(part)
    twice = given - (connection.total_changes - before)
    if twice > 0:
        findings.append(("devices", f"{twice} of them are there before: a device belongs to one account and one wave"))
    if given == 0 and findings == []:
        findings.append(("devices", "there are none"))
    if findings:
        raise ValidationError(findings)


def _staged(
    plan: RolloutPlan, devices: Iterable[FleetRow], marker: str, findings: list[tuple[str, str]]
) -> Iterator[tuple[str, str, int | None, object]]:
    is_shuffled = plan.order == "hash"
    for place, row in enumerate(devices):
        fault = _fault_of(row, plan)
        if fault is not None:
            findings.append((f"devices[{place}]", fault))
            continue
        imei, account, *wave = row
        number = None if wave == [] or wave[0] is None else plan.wave_number(wave[0])
        order: object = place
        if is_shuffled:
            order = hashlib.blake2b(f"{marker}/{imei}".encode(), digest_size=8).digest()
        yield imei, account, number, order


def _fault_of(row: object, plan: RolloutPlan) -> str | None:
    if not isinstance(row, (tuple, list)) or len(row) not in (2, 3):
        return f"must be (imei, account) or (imei, account, wave), got {clip(repr(row), 60)}"
    imei, account, *wave = row
    if not isinstance(imei, str) or len(imei) != DIGITS or not (imei.isascii() and imei.isdigit()):
        return f"must begin with a 15-digit IMEI as a str, got {clip(repr(imei), 40)}"
    if not isinstance(account, str) or not _ACCOUNT.fullmatch(account) or account in (".", ".."):
        return f"has no account, but {clip(repr(account), 40)}"
    if wave not in ([], [None]) and plan.wave_number(wave[0]) is None:
        return f"names a wave that the plan does not have: {clip(repr(wave[0]), 40)}"
    return None


def _fill(connection: sqlite3.Connection, plan: RolloutPlan) -> None:
    """Cut each account into waves: what names its wave goes there, the rest fills up what the waves lack."""
    sizes = connection.execute("SELECT account, count(*) FROM fleet GROUP BY account ORDER BY account").fetchall()
    named = {
        (account, wave): count
        for account, wave, count in connection.execute(
            "SELECT account, wave, count(*) FROM fleet WHERE wave IS NOT NULL GROUP BY account, wave"
        )
    }
    all_named: Counter[str] = Counter()
    for (account, _), count in named.items():
        all_named[account] += count
    for number, (account, size) in enumerate(sizes, 1):
        connection.execute("INSERT INTO accounts (id, name) VALUES (?, ?)", (number, account))
        taken = reached = 0
        for place, wave in enumerate(plan.wave, 1):
            fixed = named.get((account, place), 0)
            wanted = max(0, wave.reach(size) - reached - fixed)
            count = min(wanted, size - all_named[account] - taken)
            connection.execute(
                "INSERT INTO devices (account, wave, rank, imei, state) SELECT ?, ?, rank, imei, ? FROM ranked "
                "WHERE account = ? AND (wave = ? OR (wave IS NULL AND among > ? AND among <= ?)) ORDER BY rank",
                (number, place, DeviceState.WAITING, account, place, taken, taken + count),
            )
            taken, reached = taken + count, reached + fixed + count
            connection.execute("INSERT INTO shares VALUES (?, ?, ?, ?)", (number, place, fixed + count, fixed + count))
