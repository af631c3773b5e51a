"""A look over a plan as TOML or JSON gives it: all that is wrong with it, each with its place."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from fota_sdk.core.fields import Findings, json_type
from fota_sdk.exceptions import clip
from fota_sdk.rollout import plan_values as values
from fota_sdk.rollout.plan_campaign import (
    REQUESTS,
    WINDOW_KEYS,
    campaign_keys,
    check_campaign,
    check_window,
    foreign_keys,
)
from fota_sdk.rollout.plan_sections import ARRAYS, TABLES

_ACCOUNT = re.compile(r"\d{10}-\d{5}", re.ASCII)
_WAVE_NUMBER = re.compile(r"(?:wave )?\d+", re.ASCII)
_LONGEST_KEY = 40
_WINDOW = "{ start_time = 18, end_time = 22 }"
_NO_SECRETS = 'is no key of an account; credentials = "ACME" names its variables, as no secret belongs into a plan'
_NEEDED = {"wave": ("devices", "share"), "stop": ("share", "max_count")}


def is_account(text: str) -> bool:
    """Return whether a text is written as the number of a billing account is."""
    return _ACCOUNT.fullmatch(text) is not None


def folded(text: str) -> str:
    """Return the form in which names are compared."""
    return " ".join(text.split()).casefold()


def check_plan(plan: type[Any], data: Mapping[str, Any], required: Sequence[str] = ()) -> Findings:
    """Return all that is wrong with a plan.

    Args:
        plan: The class of plans; its fields are the keys.
        data: The plan, as JSON data.
        required: Keys that have to be there although the class has a default.
    """
    look = _Look([field for field in dataclasses.fields(plan) if field.compare])
    look.at_plan(data, required)
    return look.found


class _Look:
    """A look over one plan.

    Args:
        fields: What a plan consists of.
    """

    def __init__(self, fields: Sequence[dataclasses.Field[Any]]) -> None:
        self.found: Findings = []
        self._fields = fields
        self._homes = {field.name: ["of the plan itself (above the first [section])"] for field in fields}
        for sections, title in ((TABLES, "of [{}]"), (ARRAYS, "of [[{}]]")):
            for key, section in sections.items():
                for field in dataclasses.fields(section):
                    self._homes.setdefault(field.name, []).append(title.format(key))

    def at_plan(self, data: Mapping[str, Any], required: Sequence[str]) -> None:
        self._keys("", "a plan", [field.name for field in self._fields], data)
        for field in self._fields:
            key = field.name
            if key not in data:
                if _is_required(field) or key in required:
                    self._report(key, "is required")
            elif key in TABLES:
                self._table(key, data[key])
            elif key in ARRAYS:
                self._array(key, data[key])
            elif key == "campaign":
                self._campaign(data.get("api", "v3"), data[key])
            elif key == "accounts":
                self._accounts(data[key])
            else:
                self._report(key, field.metadata["rule"](data[key]))

    def _report(self, path: str, problem: str) -> None:
        if problem != "":
            self.found.append((path, problem))

    def _keys(
        self,
        where: str,
        title: str,
        known: Sequence[str],
        data: Iterable[Any],
        foreign: Mapping[str, str] | None = None,
    ) -> None:
        """Report keys that are not known, with where else they belong or what is close."""
        for key in map(str, data):
            if key in known:
                continue
            close = difflib.get_close_matches(clip(key, _LONGEST_KEY).lower().replace("-", "_"), known, n=1)
            if foreign is not None and key in foreign:
                problem = foreign[key]
            elif key in self._homes:
                problem = f"is a key {values.listed(self._homes[key], 'and')}, not of {title}"
            elif close:
                problem = f"is no key of {title}; did you mean {close[0]}?"
            else:
                problem = f"is no key of {title}; known are {values.listed(known, 'and')}"
            self._report(_join(where, key), problem)

    def _table(self, key: str, data: Any) -> None:
        if isinstance(data, list) and all(isinstance(each, Mapping) for each in data):
            self._report(key, f"must be [{key}], with one bracket: there is only one")
        else:
            self._section(TABLES[key], key, f"[{key}]", data)

    def _array(self, key: str, data: Any) -> None:
        if isinstance(data, Mapping):
            self._report(key, f"must be [[{key}]], with two brackets, for each of them")
        elif not isinstance(data, list):
            self._report(key, f"must be tables, [[{key}]], got {json_type(data)}")
        else:
            for place, each in enumerate(data):
                where = f"{key}[{place}]"
                self._section(ARRAYS[key], where, f"[[{key}]]", each)
                needed = _NEEDED[key]
                if isinstance(each, Mapping) and not any(name in each for name in needed):
                    self._report(where, f"needs {values.listed(needed, 'or')}")
            if key == "wave":
                self._waves([each if isinstance(each, Mapping) else {} for each in data])

    def _section(self, section: type[Any], where: str, title: str, data: Any) -> None:
        if not isinstance(data, Mapping):
            self._report(where, f"must be a table, {title}, got {json_type(data)}")
            return
        fields = dataclasses.fields(section)
        self._keys(where, title, [field.name for field in fields], data)
        for field in fields:
            path = _join(where, field.name)
            if field.name not in data:
                self._report(path, "is required" if _is_required(field) else "")
            elif field.name == "windows":
                self._windows(path, data["windows"])
            else:
                self._report(path, field.metadata["rule"](data[field.name]))

    def _waves(self, waves: list[Mapping[str, Any]]) -> None:
        """Report waves that do not grow, or do not reach every device, or whose names could be another one's."""
        for key, size_of in _SIZES.items():
            sizes = [(place, size) for place, wave in enumerate(waves) if (size := size_of(wave.get(key))) is not None]
            for (before, smaller), (place, size) in pairwise(sizes):
                if size <= smaller:
                    problem = (
                        f"must be above wave[{before}].{key} ({waves[before][key]}), as it counts all before it too"
                    )
                    self._report(f"wave[{place}].{key}", f"{problem}, got {waves[place][key]}")
        for place, wave in enumerate(waves):
            if "devices" in wave and "share" in wave:
                self._report(f"wave[{place}]", "has both devices and share; give one of them")
        if not waves:
            self._report("wave", "must hold at least one")
        elif _falls_short(waves[-1]):
            path = f"wave[{len(waves) - 1}]"
            self._report(path, 'must have share = "100%", as it is the last one: otherwise devices are left out')
        self._names_of_waves([wave.get("name") for wave in waves])

    def _names_of_waves(self, names: Sequence[Any]) -> None:
        first: dict[str, int] = {}
        for place, name in enumerate(names):
            if not isinstance(name, str):
                continue
            before = first.setdefault(folded(name), place)
            if _WAVE_NUMBER.fullmatch(folded(name)) and folded(name) != f"wave {place + 1}":
                self._report(f"wave[{place}].name", "would be taken for the number of a wave")
            elif before != place:
                self._report(f"wave[{place}].name", f"is the name of wave[{before}] too")

    def _windows(self, where: str, windows: Any) -> None:
        if not isinstance(windows, list):
            self._report(where, f"must be a list of tables such as {_WINDOW}, got {json_type(windows)}")
            return
        for place, window in enumerate(windows):
            path = f"{where}[{place}]"
            if not isinstance(window, Mapping):
                self._report(path, f"must be a table such as {_WINDOW}, got {json_type(window)}")
                continue
            self._keys(path, "a window", WINDOW_KEYS, window)
            for key, problem in check_window(window):
                self._report(_join(path, key), problem)

    def _campaign(self, api: Any, campaign: Any) -> None:
        if not isinstance(campaign, Mapping):
            self._report("campaign", f"must be a table, [campaign], got {json_type(campaign)}")
        elif isinstance(api, str) and api in REQUESTS:  # otherwise it is not known which keys there are
            self._keys("campaign", "[campaign]", campaign_keys(api), campaign, foreign_keys(api))
            for key, problem in check_campaign(api, campaign):
                self._report(_join("campaign", key), problem)

    def _accounts(self, accounts: Any) -> None:
        if not isinstance(accounts, Mapping):
            problem = f'must be tables, [accounts."0000123456-00001"], got {json_type(accounts)}'
            self._report("accounts", problem)
            return
        for account, table in accounts.items():
            path = _join("accounts", str(account))
            if not is_account(str(account)):
                self._report(path, "is no account: ten digits, a hyphen, five digits")
            elif not isinstance(table, Mapping):
                self._report(path, f'must be a table, [accounts."{account}"], got {json_type(table)}')
            else:
                for key, value in table.items():
                    problem = values.credentials(value) if key == "credentials" else _NO_SECRETS
                    self._report(_join(path, str(key)), problem)


def _falls_short(wave: Mapping[str, Any]) -> bool:
    """Return whether a wave is certain not to reach every device; of one with other faults it is not."""
    if "devices" in wave:
        return "share" not in wave
    share = values.share_of(wave.get("share"))
    return share is not None and share != 1


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


_SIZES: dict[str, Callable[[Any], Any]] = {"devices": _whole, "share": values.share_of}


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _join(where: str, key: str) -> str:
    key = clip(key, _LONGEST_KEY)
    return f"{where}.{key}" if where else key
