"""Random answers, damaged bodies, odd values and odd pages: ``python -m tests.property.fuzz``.

Whatever a service sends, a call returns what was promised, with the declared types, or raises a `FotaError`; whatever
a value holds, it stays one segment of the path or one value of the query, or is refused; whatever pages there are, a
loop over them ends. All operations are called but the upload, whose form is tested by itself.
"""

from __future__ import annotations

import argparse
import copy
import json
import random
import sys
import time
from collections import Counter
from dataclasses import fields
from datetime import date
from typing import Any
from urllib.parse import unquote

import requests
from requests.adapters import BaseAdapter

from fota_sdk import FotaClient, FotaError, ValidationError
from tests.loopback import Connection, LoopbackServer, Request, answer
from tests.unit.family_models import FIELDS
from tests.unit.operations import PAGED, WITHOUT_UPLOAD, Facts

ANSWERS, BODIES, VALUES, PAGES = 50_000, 50_000, 10_000, 5_000
STATUSES = [200] * 16 + [400, 401, 404, 500]

KEYS = [
    *("id", "accountName", "campaignId", "deviceList", "startDate", "startTime", "status", "success", "Reason"),
    *("reason", "Type", "type", "errorCode", "errorMessage", "fault", "code", "error", "py/object", "py/reduce"),
    *("py/tuple", "", " ", "é", "\ud800", "a" * 300, "downloadTimeWindowList", "campaignTimeWindowList"),
    *("hasMoreData", "lastSeenDeviceId", "campaignList", "totalDevice", "AvailableFilesResponse", "url", "count"),
]
SCALARS: list[Any] = [
    *(None, True, False, 0, 1, -1, 24, 10**30, 1.5, -0.0, 1e308, "", "x", "0", "18", "٣", "2020-08-21"),
    *("2020-13-45", "2020-8-1", "20200821", "2020-W34-5", "sat", "CampaignEnded", "\x00", "\ud800", "x" * 2000),
    *("990013907884253", "py/object", "True", "null"),
]
_WAYS = 100  # so many good cursors are drawn from; these are the others
CURSORS = [*("0", "1", "2", "3", 1, 2, "", None, "x y", "\x00", "\ud800", True, 1.5, [], 10**30)]

# Types of the models of the ten campaign operations, by attribute; all else there is text. The other models have theirs
# in `FIELDS`: none is taken from the package.
OF_CAMPAIGNS = {
    **dict.fromkeys(("start_date", "end_date", "download_after_date", "install_after_date"), "date"),
    **dict.fromkeys(("download_time_window_list", "install_time_window_list"), "list[V2TimeWindow]"),
    **dict.fromkeys(("success", "auto_assign_license_flag", "auto_add_devices_flag"), "bool"),
    **dict.fromkeys(("start_time", "end_time"), "int"),
    "campaign_time_window_list": "list[V3TimeWindow]",
    "device_list": "list[V3DeviceListItem]",
}
SCALAR_TYPES = {"str": str, "int": int, "bool": bool, "date": date}


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


def odd_value(chance: random.Random) -> Any:
    """Return a value that nobody should use."""
    if chance.random() < 0.05:
        return chance.choice([None, 5, True, b"x", ["..", "x"], "", ".", "..", "../..", "%2e%2e", "x" * 256, "x" * 257])
    alphabet = "ab09/?#%&=+;:@!$,.\\ ~é漢\U0001f680[]{}|^`'\"<>"
    if chance.random() < 0.1:
        alphabet += "\x00\r\n\x7f\x85\ud800"
    return "".join(chance.choice(alphabet) for _ in range(chance.randint(1, 40)))


class Canned(BaseAdapter):
    """Answers every request with what is set, also by what is called `before`."""

    status = 200
    content = b""
    requests = 0

    def before(self) -> None:
        """Set what is answered next."""

    def send(self, request: Any, *args: Any, **kwargs: Any) -> requests.Response:
        self.requests += 1
        self.before()
        response = requests.Response()
        response.status_code = self.status
        response._content = self.content
        response.request, response.url = request, request.url
        return response

    def close(self) -> None:
        pass


def types_of(model: Any) -> dict[str, str]:
    """Return the documented types of a model's attributes."""
    known = FIELDS.get(type(model).__name__)
    if known is not None:
        return {name: kind for name, _, kind, _ in known}
    return {each.name: OF_CAMPAIGNS.get(each.name, "str") for each in fields(model) if "wire" in each.metadata}


def wrongly_typed(value: Any, kind: str, path: str = "$") -> list[str]:
    """Return the places whose type is not the documented one."""
    if value is None:
        return []
    if kind.startswith("list["):
        if type(value) is not list:
            return [path]
        inner = kind.removeprefix("list[").removesuffix("]")
        return [place for n, each in enumerate(value) for place in wrongly_typed(each, inner, f"{path}[{n}]")]
    if kind in SCALAR_TYPES:
        return [] if type(value) is SCALAR_TYPES[kind] else [path]
    if type(value).__name__ != kind:
        return [path]
    kinds = types_of(value).items()
    return [place for name, each in kinds for place in wrongly_typed(getattr(value, name), each, f"{path}.{name}")]


def ask(client: FotaClient, facts: Facts, counts: Counter[str]) -> None:
    """Carry out one call; count how it ended; let through what must not come out."""
    insisting = client.with_options(insist=True)
    try:
        returned = facts.call(insisting)
    except FotaError as error:
        check_error(error, counts)
    else:
        counts["returned"] += 1
        check_returned(facts, returned)


def check_error(error: FotaError, counts: Counter[str]) -> None:
    counts[type(error).__name__] += 1
    if len(str(error)) >= 1000 or len(repr(error)) >= 1000:
        raise AssertionError("an error that is too long") from error
    f"{error}".encode()


def check_returned(facts: Facts, returned: Any) -> None:
    assert facts.is_nothing is (returned is None), f"{facts} returned {returned!r}"
    wrong = wrongly_typed(returned, facts.answer_type)
    assert wrong == [], f"{facts} returned {wrong} with a wrong type: {returned!r}"
    for model in returned if facts.is_list else [returned] if returned is not None else []:
        repr(model).encode()
        model.to_dictionary()


def fuzz_answers(chance: random.Random, count: int) -> Counter[str]:
    """Send random answers, half of them the documented one with one to three changes."""
    counts: Counter[str] = Counter()
    with canned_client() as (client, canned):
        for number in range(count):
            facts = WITHOUT_UPLOAD[number % len(WITHOUT_UPLOAD)]
            data: Any = facts.answer
            if chance.random() < 0.5:
                data = tree(chance)
            else:
                for _ in range(chance.randint(1, 3)):
                    data = change(chance, data)
            canned.status = chance.choice(STATUSES)
            canned.content = json.dumps(data).encode()
            ask(client, facts, counts)
    return counts


def fuzz_bodies(chance: random.Random, count: int) -> Counter[str]:
    """Send the documented answers with damaged bytes."""
    counts: Counter[str] = Counter()
    with canned_client() as (client, canned):
        for number in range(count):
            facts = WITHOUT_UPLOAD[number % len(WITHOUT_UPLOAD)]
            canned.status = chance.choice(STATUSES)
            canned.content = damage(chance, json.dumps(facts.answer, ensure_ascii=False).encode())
            ask(client, facts, counts)
    return counts


def fuzz_values(chance: random.Random, count: int) -> Counter[str]:
    """Use odd values over a real socket, and compare the raw request target with the only right one."""
    counts: Counter[str] = Counter()
    answers: list[Any] = [None]

    def script(request: Request, connection: Connection) -> None:
        answer(answers[0])(request, connection)

    with LoopbackServer(script) as server:
        with FotaClient(base_url=server.url, api_token="a", session_token="b", timeout=30) as client:
            for number in range(count):
                facts = WITHOUT_UPLOAD[number % len(WITHOUT_UPLOAD)]
                answers[0] = facts.answer
                name = chance.choice([*facts.in_path, *facts.in_query])
                odd = odd_value(chance)
                seen = len(server.requests)
                try:
                    facts.call(client, **{name: odd})
                except ValidationError:
                    counts["refused"] += 1
                    assert len(server.requests) == seen
                    continue
                counts["sent"] += 1
                request = server.requests[-1]
                assert request.method == facts.method
                check_target(facts, name, odd, request.target)
    return counts


def check_target(facts: Facts, name: str, value: Any, target: str) -> None:
    """Check that a value is all that differs from the example's target, in its place."""
    path, _, query = target.partition("?")
    wanted_path, _, wanted_query = facts.target.partition("?")
    wanted = [unquote(segment) for segment in wanted_path.split("/")]
    if name in facts.in_path:
        wanted[wanted.index(facts.values[name])] = value
    assert [unquote(segment, errors="strict") for segment in path.split("/")] == wanted, target
    assert not set(path) & set("?#;"), target
    assert not {".", ".."} & set(path.split("/")), target
    pairs = dict(pair.split("=") for pair in wanted_query.split("&") if pair)
    found = dict(pair.split("=") for pair in query.split("&") if pair)
    if name in facts.in_query:
        first, *others = name.split("_")
        key = first + "".join(word.capitalize() for word in others)
        if value is None and name == facts.cursor:
            value = "0"
        pairs.pop(key, None)
        if value is not None:
            assert unquote(found.pop(key), errors="strict") == str(value), target
    assert found == pairs, target


def fuzz_pages(chance: random.Random, count: int) -> Counter[str]:
    """Read pages that lead anywhere: every loop ends, after at most one request for each cursor."""
    counts: Counter[str] = Counter()
    with canned_client() as (client, canned):
        for number in range(count):
            facts = PAGED[number % len(PAGED)]
            cursor = "lastSeenCampaignId" if "campaignList" in facts.answer else "lastSeenDeviceId"
            canned.requests = 0

            def turn(facts: Facts = facts, cursor: str = cursor) -> None:
                page = {
                    **facts.answer,
                    "hasMoreData": chance.choice([True] * 20 + [False] * 4 + [None, "true", 1]),
                    cursor: chance.choice(CURSORS) if chance.random() < 0.05 else str(chance.randrange(_WAYS)),
                }
                canned.content = json.dumps(change(chance, page) if chance.random() < 0.1 else page).encode()

            canned.before = turn
            try:
                for page in facts.call(client, view="paginated").pages():
                    check_returned(facts, page)
                counts["read to the end"] += 1
            except FotaError as error:
                check_error(error, counts)
            assert 1 <= canned.requests <= _WAYS + len(CURSORS)
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


PARTS = {
    "answers": (fuzz_answers, ANSWERS),
    "damaged bodies": (fuzz_bodies, BODIES),
    "values": (fuzz_values, VALUES),
    "pages": (fuzz_pages, PAGES),
}


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
