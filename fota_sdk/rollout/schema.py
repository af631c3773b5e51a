"""The tables of a journal. Times are seconds since 1970, days are ``YYYY-MM-DD``, all UTC."""

from __future__ import annotations

from fota_sdk.rollout.states import DeviceState

VERSION = 1
"""Grows with each change of the tables; a journal of a newer one is refused."""

APPLICATION = 0x464F5441
"""Tells a journal from other databases: "FOTA"."""

_COUNTS = ", ".join(f"{state} INTEGER NOT NULL DEFAULT 0" for state in DeviceState.BOUND)

TABLES = f"""
CREATE TABLE rollout (
    id TEXT NOT NULL,              -- in front of the name of each campaign
    name TEXT NOT NULL,
    plan TEXT NOT NULL,            -- JSON, as it was when the roll-out was created
    source TEXT,                   -- path of the file that the plan was read from
    service TEXT,                  -- where its campaigns are, where that was said
    state TEXT NOT NULL,
    host TEXT NOT NULL,            -- where the journal is at home
    path TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    started_at INTEGER,
    stepped_at INTEGER,            -- when the last step ended
    next_at INTEGER,               -- when the next one has something to do
    seen_at INTEGER NOT NULL,      -- the latest time that was seen: a clock that is set back does not count
    steps INTEGER NOT NULL         -- how many steps have begun, and requests were sent
);
CREATE TABLE reasons (
    kind TEXT NOT NULL,
    account INTEGER NOT NULL,      -- 0: the whole roll-out is paused
    text TEXT NOT NULL,
    since INTEGER NOT NULL,
    rules TEXT NOT NULL,           -- JSON: places in the plan of the stop rules that have tripped
    PRIMARY KEY (kind, account)
);
CREATE TABLE accounts (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    not_before INTEGER,            -- nothing is sent before, as after a rate limit
    schedule_at INTEGER,           -- nothing is scheduled before, as under the pilot limit
    failures INTEGER NOT NULL DEFAULT 0,
    unverified_until INTEGER,      -- after a move: campaigns may be at the service that are not here
    vouched TEXT NOT NULL DEFAULT ''    -- what was told of those of which a person has said that they are none of ours
);
CREATE TABLE waves (
    number INTEGER PRIMARY KEY,
    state TEXT NOT NULL,
    reached_at INTEGER,
    approved INTEGER NOT NULL DEFAULT 0,
    acknowledged INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE shares (              -- devices of an account in a wave
    account INTEGER NOT NULL,
    wave INTEGER NOT NULL,
    size INTEGER NOT NULL,
    waiting INTEGER NOT NULL,
    PRIMARY KEY (account, wave)
) WITHOUT ROWID;
CREATE TABLE campaigns (
    number INTEGER PRIMARY KEY,
    account INTEGER NOT NULL,
    wave INTEGER NOT NULL,
    name TEXT NOT NULL UNIQUE,     -- begins with what nobody else's begins with
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    digest TEXT,                   -- of the body that was sent
    sent_at INTEGER,
    id TEXT UNIQUE,                -- the service's
    start_date TEXT,
    end_date TEXT,
    status TEXT,                   -- the service's word
    look_at INTEGER,               -- when it is to be read again
    final_at INTEGER,              -- when its status was first seen to be final
    shown INTEGER NOT NULL DEFAULT 0,  -- how often reports have shown it while its outcome was unknown
    adopted INTEGER NOT NULL DEFAULT 0,
    left_out INTEGER NOT NULL DEFAULT 0,  -- somebody else has cancelled it, and a person goes on without its devices
    unstoppable INTEGER NOT NULL DEFAULT 0,
    reported INTEGER NOT NULL DEFAULT 0,  -- 1: a report has shown its devices, 2: but not all of them
    size INTEGER NOT NULL,
    first_rank INTEGER NOT NULL,   -- between these two lie its devices, and maybe others
    last_rank INTEGER NOT NULL,
    foreign_devices INTEGER NOT NULL DEFAULT 0,
    unknown_words INTEGER NOT NULL DEFAULT 0,
    {_COUNTS}
);
CREATE TABLE devices (
    account INTEGER NOT NULL,
    wave INTEGER NOT NULL,
    rank INTEGER NOT NULL,         -- order within the account
    imei TEXT NOT NULL UNIQUE,
    campaign INTEGER,              -- one column, so that no device is in two
    state TEXT NOT NULL,
    word INTEGER,
    changed_at INTEGER,
    missing_at INTEGER,            -- when a report first lacked it
    PRIMARY KEY (account, wave, rank)
) WITHOUT ROWID;
CREATE INDEX waiting_devices ON devices (account, wave, rank) WHERE campaign ISNULL;
CREATE TABLE words (               -- what reports say of devices; the reasons of final states alone are kept
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (status, reason)
);
CREATE TABLE acknowledged (        -- what a person has acknowledged of a stop rule
    rule INTEGER NOT NULL,
    account INTEGER NOT NULL,
    bad INTEGER NOT NULL,
    counted INTEGER NOT NULL,
    PRIMARY KEY (rule, account)
) WITHOUT ROWID;
CREATE TABLE requests (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    detail TEXT NOT NULL,          -- JSON
    comment TEXT NOT NULL,
    at INTEGER NOT NULL,
    done_at INTEGER
);
CREATE TABLE events (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    account TEXT,
    wave INTEGER,
    campaign INTEGER,
    text TEXT NOT NULL
);
"""
