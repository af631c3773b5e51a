"""The record of requests is bounded in number and in bytes."""

from __future__ import annotations

from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from fota_sdk.sandbox.record import MOST_BYTES, MOST_REQUESTS, Record
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.sandbox.wire import ask, ask_mocked

MIB = 2**20


def sizes_of(record: Record) -> list[int]:
    return [len(content) for _, _, content in record._kept]


def test_it_forgets_the_oldest_of_too_many() -> None:
    record = Record()
    for number in range(MOST_REQUESTS + 5):
        record.add("GET", f"/{number}", b"")
    paths = [request.path for request in record.requests]
    assert (len(paths), paths[0], paths[-1]) == (MOST_REQUESTS, "/5", f"/{MOST_REQUESTS + 4}")


@pytest.mark.parametrize("part", ["method", "path", "content"])
def test_it_forgets_the_oldest_of_too_large_ones_wherever_their_bytes_are(part: str) -> None:
    record = Record()
    for _ in range(100):
        sent: dict[str, Any] = {"method": "PUT", "path": "/", "content": b""}
        sent[part] = (b"x" if part == "content" else "x") * MIB
        record.add(**sent)
    assert len(record._kept) == MOST_BYTES // MIB - 1


def test_large_ones_make_room_again_for_small_ones() -> None:
    record = Record()
    for size in (*[8 * MIB] * 10, *[10] * 5000):
        record.add("PUT", "/", b"x" * size)
    assert sizes_of(record)[-5000:] == [10] * 5000
    assert sum(sizes_of(record)) <= MOST_BYTES


def test_the_last_request_is_always_there() -> None:
    record = Record()
    record.add("PUT", "/", b"[]")
    record.add("PUT", "/", b"x" * (MOST_BYTES + 1))
    assert sizes_of(record) == [MOST_BYTES + 1]


@pytest.mark.parametrize("how", [ask, ask_mocked], ids=["http", "mocked"])
def test_what_large_requests_leave_behind_is_bounded(sandbox: Sandbox, how: Any) -> None:
    body = {"Type": "append", "note": "x" * 4 * MIB}
    for _ in range(12):
        assert how(sandbox, "PUT", f"/fota/v3/campaigns/firmware/{ACCOUNT}/{CAMPAIGN_ID}", body)[0] == 400
    kept = sandbox.requests
    assert kept[-1].body == body
    assert len(kept) == 7
