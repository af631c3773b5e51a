"""The file of a journal as it comes to be."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from fota_sdk import FotaClient, ValidationError
from fota_sdk.rollout import JournalError, Rollout
from fota_sdk.rollout.creation import FleetRow
from tests.rollout.fleet_on_sandbox import ACCOUNT, imei, plan_of


def test_of_two_that_are_created_at_once_at_one_path_one_is_whole_and_the_other_refused(tmp_path: Path) -> None:
    path = tmp_path / "spring.rollout"

    def devices() -> Iterator[FleetRow]:
        yield imei(1), ACCOUNT
        with Rollout.create(path, plan_of(), [(imei(number), ACCOUNT) for number in range(3)]):
            pass
        yield imei(2), ACCOUNT

    with pytest.raises(JournalError, match="already"):
        Rollout.create(path, plan_of(), devices())
    with Rollout.open(path) as rollout:
        assert sum(wave.devices for wave in rollout.status().waves) == 3
    assert {each.name for each in tmp_path.iterdir()} == {path.name, f"{path.name}-lock"}


def test_all_files_of_a_journal_are_for_their_owner_alone(tmp_path: Path) -> None:
    with Rollout.create(tmp_path / "spring.rollout", plan_of(), [(imei(1), ACCOUNT)]) as rollout:
        rollout.start()
        rollout.pause("not yet")
        with FotaClient(api_token="a", session_token="s", base_url="http://127.0.0.1:9") as nothing_to_ask:
            report = rollout.step(lambda account: nothing_to_ask)
        modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.iterdir()}
    assert report.state == "paused"
    assert set(modes.values()) == {0o600}
    assert {name.removeprefix("spring.rollout") for name in modes} == {"", "-wal", "-shm", "-lock"}


@pytest.mark.parametrize("account", ["", ".", "..", "a\nb", "\ud800", "x" * 257])
def test_an_account_that_cannot_be_asked_about_is_refused(account: str, tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="account"):
        Rollout.create(tmp_path / "spring.rollout", plan_of(), [(imei(1), account)])


@pytest.mark.parametrize("service", [None, "the sandbox of the spring"])
def test_where_the_campaigns_are_is_kept_as_it_was_said(service: str | None, tmp_path: Path) -> None:
    path = tmp_path / "spring.rollout"
    Rollout.create(path, plan_of(), [(imei(1), ACCOUNT)], service=service).close()
    with Rollout.open(path) as rollout:
        assert (rollout.path, rollout.service) == (str(path.resolve()), service)


def test_other_programs_can_tell_a_journal_and_its_version(tmp_path: Path) -> None:
    path = tmp_path / "spring.rollout"
    Rollout.create(path, plan_of(), [(imei(1), ACCOUNT)]).close()
    header = path.read_bytes()[:72]  # as https://sqlite.org/fileformat.html has it
    assert header[68:72] == b"FOTA"
    assert int.from_bytes(header[60:64], "big") == 1  # raise it with each change of the tables
