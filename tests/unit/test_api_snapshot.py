"""The public names and signatures change only on purpose."""

from __future__ import annotations

import difflib

import pytest

import fota_sdk
from tests.unit.api_snapshot import SNAPSHOT, public_api

ASK = (
    "The public API differs from its snapshot. If that is meant, say it under [Unreleased] in CHANGELOG.md "
    "(a name goes only after one minor release of warning), then run: python -m tests.unit.api_snapshot"
)


def difference() -> list[str]:
    known, found = SNAPSHOT.read_text(encoding="utf-8").splitlines(), public_api().splitlines()
    return [
        line
        for line in difflib.unified_diff(known, found, lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]


def test_the_public_api_is_as_in_the_snapshot() -> None:
    changed = difference()
    assert not changed, "\n".join([ASK, *changed])


def test_a_changed_signature_and_a_lost_name_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def request(self: object, method: str) -> None: ...

    monkeypatch.setattr(fota_sdk.FotaClient, "request", request)
    monkeypatch.setattr(fota_sdk, "__all__", [name for name in fota_sdk.__all__ if name != "Timeout"])
    changed = difference()
    assert [line for line in changed if line.startswith("-fota_sdk.FotaClient.request(")]
    assert "-class fota_sdk.Timeout(object)" in changed
