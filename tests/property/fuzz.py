"""Random answers, damaged bodies and odd ids against all operations: ``python -m tests.property.fuzz``.

Whatever a service sends, a call returns what was promised, with the declared types, or raises a `FotaError`; whatever
an id holds, it stays one segment of the path or is refused.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import time
from collections import Counter
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

import requests
from requests.adapters import BaseAdapter

from fota_sdk import FotaClient, FotaError, ValidationError
from tests.conftest import ACCOUNT
from tests.loopback import LoopbackServer, answer
from tests.unit.operations import OPERATIONS, OperationFacts

ANSWERS, BODIES, IDS = 50_000, 50_000, 10_000
STATUSES = [200] * 16 + [400, 401, 404, 500]

KEYS = [
    *("id", "accountName", "campaignId", "deviceList", "startDate", "startTime", "status", "success", "Reason"),
    *("reason", "Type", "type", "errorCode", "errorMessage", "fault", "code", "error", "py/object", "py/reduce"),
    *("py/tuple", "", " ", "é", "\ud800", "a" * 300, "downloadTimeWindowList", "campaignTimeWindowList"),
]
SCALARS: list[Any] = [
    *(None, True, False, 0, 1, -1, 24, 10**30, 1.5, -0.0, 1e308, "", "x", "0", "18", "٣", "2020-08-21"),
    *("2020-13-45", "2020-8-1", "20200821", "2020-W34-5", "sat", "CampaignEnded", "\x00", "\ud800", "x" * 2000),
    *("990013907884253", "py/object", "True", "null"),
]
WINDOW_KEYS = {"downloadTimeWindowList", "installTimeWindowList", "campaignTimeWindowList"}


def tree(chance: random.Random, depth: int = 0) -> Any:
    """Return a random JSON value."""
    kind = chance.random()
    if depth > 4 or kind < 0.55:
        return chance.choice(SCALARS)
    if kind < 0.75:
        return [tree(chance, depth + 1) for _ in range(chance.randrange(4))]
    return {chance.choice(KEYS): tree(chance, depth + 1) for _ in range(chance.randrange(5))}


def change(chance: random.Random, value: Any) -> Any:
    """Return the value with one place in it changed."""
    if isinstance(value, (dict, list)) and value and chance.random() < 0.85:
        places = list(value) if isinstance(value, dict) else list(range(len(value)))
        place = chance.choice(places)
        changed: Any = copy.copy(value)
        action = chance.random()
        if action < 0.15:
            del changed[place]
        elif action < 0.3 and isinstance(changed, dict):
            changed[chance.choice(KEYS)] = tree(chance, 2)
        elif action < 0.6:
            changed[place] = change(chance, changed[place])
        else:
            changed[place] = tree(chance, 2)
        return changed
    return tree(chance, 2)


def damage(chance: random.Random, content: bytes) -> bytes:
    """Return the bytes with some flipped, cut out, inserted, doubled or cut off."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(damaged) + 1)
        action = chance.randrange(5)
        if action == 0 and place < len(damaged):
            damaged[place] ^= 1 << chance.randrange(8)
        elif action == 1:
            del damaged[place : place + chance.randint(1, 8)]
        elif action == 2:
            damaged[place:place] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))
        elif action == 3:
            damaged[place:place] = damaged[: chance.randint(0, 30)]
        else:
            del damaged[place:]
    return bytes(damaged)


def odd_id(chance: random.Random) -> Any:
    """Return a campaign id that nobody should use."""
    if chance.random() < 0.05:
        return chance.choice([None, 5, True, b"x", ["..", "x"], "", ".", "..", "../..", "%2e%2e", "x" * 256, "x" * 257])
    alphabet = "ab09/?#%&=+;:@!$,.\\ ~é漢\U0001f680[]{}|^`'\"<>"
    if chance.random() < 0.1:
        alphabet += "\x00\r\n\x7f\x85\ud800"
    return "".join(chance.choice(alphabet) for _ in range(chance.randint(1, 40)))


class Canned(BaseAdapter):
    """Answers every request with what is set."""

    status = 200
    content = b""

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = self.status
        response._content = self.content
        response.request, response.url = request, request.url
        return response

    def close(self) -> None:
        pass


def wrongly_typed(model: Any, fields: dict[str, str]) -> list[str]:
    """Return the attributes whose type is not the documented one; the types stand here by name, not in the package."""
    wrong = []
    for name, wire in fields.items():
        value = getattr(model, name)
        if value is None:
            continue
        if wire in ("startDate", "endDate", "downloadAfterDate", "installAfterDate"):
            right = isinstance(value, date) and not isinstance(value, datetime)
        elif wire in WINDOW_KEYS:
            right = all(type(x) in (int, type(None)) for window in value for x in (window.start_time, window.end_time))
        elif wire == "deviceList":
            texts = [text for item in value for text in (item.device_id, item.status, item.reason)]
            right = all(isinstance(text, (str, type(None))) for text in texts)
        elif wire in ("success", "autoAssignLicenseFlag", "autoAddDevicesFlag"):
            right = isinstance(value, bool)
        else:
            right = isinstance(value, str)
        if not right:
            wrong.append(wire)
    return wrong


def ask(client: FotaClient, operation: OperationFacts, counts: Counter[str]) -> None:
    """Carry out one call; count how it ended; let through what must not come out."""
    insisting = client.with_options(insist=True)
    try:
        model = operation.call(insisting)
    except FotaError as error:
        counts[type(error).__name__] += 1
        if len(str(error)) >= 1000 or len(repr(error)) >= 1000:
            raise AssertionError("an error that is too long") from error
        f"{error}".encode()
    else:
        counts["returned"] += 1
        wrong = wrongly_typed(model, operation.fields)
        if wrong:
            raise AssertionError(f"{operation.name} returned {wrong} with a wrong type: {model!r}")
        repr(model).encode()
        model.to_dictionary()


def fuzz_answers(chance: random.Random, count: int) -> Counter[str]:
    """Send random answers, half of them the documented one with one to three changes."""
    counts: Counter[str] = Counter()
    with canned_client() as (client, canned):
        for number in range(count):
            operation = OPERATIONS[number % len(OPERATIONS)]
            data: Any = operation.answer
            if number % 20 < 10:
                data = tree(chance)
            else:
                for _ in range(chance.randint(1, 3)):
                    data = change(chance, data)
            canned.status = chance.choice(STATUSES)
            canned.content = json.dumps(data).encode()
            ask(client, operation, counts)
    return counts


def fuzz_bodies(chance: random.Random, count: int) -> Counter[str]:
    """Send the documented answers with damaged bytes."""
    counts: Counter[str] = Counter()
    with canned_client() as (client, canned):
        for number in range(count):
            operation = OPERATIONS[number % len(OPERATIONS)]
            canned.status = chance.choice(STATUSES)
            canned.content = damage(chance, json.dumps(operation.answer, ensure_ascii=False).encode())
            ask(client, operation, counts)
    return counts


def fuzz_ids(chance: random.Random, count: int) -> Counter[str]:
    """Use odd accounts and ids over a real socket, and compare the raw request target with the only right one."""
    counts: Counter[str] = Counter()
    with LoopbackServer(answer({"id": "x", "campaignId": "x", "requestId": "x", "success": True})) as server:
        with FotaClient(base_url=server.url, api_token="a", session_token="b", timeout=30) as client:
            for number in range(count):
                operation = OPERATIONS[number % len(OPERATIONS)]
                odd = odd_id(chance)
                as_account = "{campaignId}" not in operation.path or chance.random() < 0.5
                account, campaign_id = (odd, "good") if as_account else (ACCOUNT, odd)
                seen = len(server.requests)
                try:
                    operation.call(client, account, campaign_id)
                except ValidationError:
                    counts["refused"] += 1
                    assert len(server.requests) == seen
                    continue
                counts["sent"] += 1
                request = server.requests[-1]
                segments = request.target.split("/")
                wanted = f"/api{operation.path_of('ACCOUNT', 'CAMPAIGN')}".split("/")
                assert request.method == operation.http_method
                assert len(segments) == len(wanted), request.target
                for segment, want in zip(segments, wanted, strict=True):
                    value = {"ACCOUNT": account, "CAMPAIGN": campaign_id}.get(want, want)
                    assert unquote(segment, errors="strict") == value, request.target
                    assert not set(segment) & set("?#;"), request.target
                    assert segment not in (".", ".."), request.target
    return counts


class canned_client:  # noqa: N801 - used as a context manager, like a function
    """A client whose answers are set by hand."""

    def __enter__(self) -> tuple[FotaClient, Canned]:
        self._session = requests.Session()
        canned = Canned()
        self._session.mount("https://", canned)
        self._client = FotaClient(api_token="a", session_token="b", session=self._session, max_attempts=1)
        return self._client, canned

    def __exit__(self, *_: object) -> None:
        self._client.close()
        self._session.close()


PARTS = {"answers": (fuzz_answers, ANSWERS), "damaged bodies": (fuzz_bodies, BODIES), "ids": (fuzz_ids, IDS)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="share of the full number of cases (default: 1)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    for name, (fuzz, full) in PARTS.items():
        begin = time.monotonic()
        counts = fuzz(random.Random(options.seed), max(1, int(full * options.share)))
        ended = ", ".join(f"{count} {how}" for how, count in counts.most_common())
        print(f"{name}: {counts.total()} cases in {time.monotonic() - begin:.0f} s: {ended}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
