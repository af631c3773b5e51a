"""What a roll-out refuses says what happened, to what, whether it took effect, and what to do next, to be pasted."""

from __future__ import annotations

import inspect
import shlex
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import click
import pytest

from fota_sdk.cli.application import _root
from fota_sdk.rollout import JournalError, Rollout, RolloutError
from tests.rollout.fleet_on_sandbox import ACCOUNT, Fleet, plan_of

NO_EFFECT = ("nothing was changed", "nothing was sent", "nothing was written", "nothing is there", "did nothing")
POST = "v3.schedule_campaign_firmware_upgrade"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    with Fleet(tmp_path) as fleet:
        fleet.create()
        yield fleet


def refused(act: Callable[[], object]) -> RolloutError:
    with pytest.raises(RolloutError) as caught:
        act()
    return caught.value


def asked(fleet: Fleet, act: Callable[[Rollout], object]) -> RolloutError:
    return refused(lambda: fleet.ask(act))


def stopped(fleet: Fleet) -> RolloutError:
    fleet.ask(lambda rollout: rollout.stop("enough"))
    fleet.step()
    fleet.step()
    return asked(fleet, lambda rollout: rollout.pause("too late"))


def stopping(fleet: Fleet) -> RolloutError:
    fleet.step()
    fleet.ask(lambda rollout: rollout.stop("enough"))
    fleet.step()
    return asked(fleet, lambda rollout: rollout.pause("too late"))


def resumed_while_stopping(fleet: Fleet) -> RolloutError:
    stopping(fleet)
    return asked(fleet, lambda rollout: rollout.resume("go on"))


def resumed_while_an_account_is_held(fleet: Fleet) -> RolloutError:
    fleet.ask(lambda rollout: rollout.pause("alarms", ACCOUNT))
    fleet.step()
    return asked(fleet, lambda rollout: rollout.resume("go on"))


def in_doubt(fleet: Fleet) -> None:
    fleet.sandbox.fail_next(503, operation=POST)
    fleet.step()
    for _ in range(3):
        fleet.advance(days=1)
        fleet.step()


def resumed_in_doubt(fleet: Fleet) -> RolloutError:
    in_doubt(fleet)
    return asked(fleet, lambda rollout: rollout.resume("go on", ACCOUNT))


def resolved_as_another_one(fleet: Fleet) -> RolloutError:
    in_doubt(fleet)
    with fleet.open() as rollout:
        other = next(device.campaign_id for device in rollout.devices() if device.campaign_id is not None)
    return asked(fleet, lambda rollout: rollout.resolve(1, campaign_id=other))


def moved(fleet: Fleet) -> RolloutError:
    fleet.path = fleet.path.rename(fleet.path.with_name("my journal"))
    return refused(fleet.step)


def busy(fleet: Fleet) -> RolloutError:
    with closing(sqlite3.connect(f"{fleet.path}-lock")) as other:
        other.execute("BEGIN EXCLUSIVE")
        return refused(fleet.step)


def newer(fleet: Fleet) -> RolloutError:
    with closing(sqlite3.connect(fleet.path)) as journal:
        journal.execute("PRAGMA user_version = 9")
    return refused(fleet.open)


def of_another_kind(fleet: Fleet) -> RolloutError:
    fleet.path = fleet.path.with_name("other")
    with closing(sqlite3.connect(fleet.path)) as other:
        other.execute("CREATE TABLE notes (text)")
    return refused(fleet.open)


def missing(fleet: Fleet) -> RolloutError:
    fleet.path = fleet.path.with_name("other")
    return refused(fleet.open)


CASES: list[Callable[[Fleet], RolloutError]] = [
    lambda fleet: asked(fleet, Rollout.start),
    stopped,
    stopping,
    resumed_while_stopping,
    resumed_while_an_account_is_held,
    resumed_in_doubt,
    resolved_as_another_one,
    lambda fleet: asked(fleet, lambda rollout: rollout.pause("alarms", "0000123456-00009")),
    lambda fleet: asked(fleet, lambda rollout: rollout.resume("go on")),
    lambda fleet: asked(fleet, lambda rollout: rollout.resume("go on", ACCOUNT)),
    lambda fleet: asked(fleet, lambda rollout: rollout.resolve(7, absent=True)),
    lambda fleet: asked(fleet, lambda rollout: rollout.approve(1)),
    lambda fleet: refused(lambda: Rollout.create(fleet.path, plan_of(), fleet.devices)),
    moved,
    busy,
    newer,
    of_another_kind,
    missing,
]


@pytest.mark.parametrize("content", [b"my notes " * 1000, b"SQLite format 3\0" + b"x" * 4096])
def test_a_file_that_is_damaged_is_told_with_what_to_do(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "my journal"
    path.write_bytes(content)
    error = refused(lambda: Rollout.open(path))
    assert error.what_happened.startswith(f"{path} cannot be read as a journal: ")
    assert error.what_to_do.endswith(f": fota rollout step '{path}' --moved")


@pytest.mark.parametrize("case", CASES)
def test_an_error_names_its_effect_and_the_command_to_go_on_with(
    case: Callable[[Fleet], RolloutError], fleet: Fleet
) -> None:
    error = case(fleet)
    assert any(words in error.what_happened for words in NO_EFFECT), error
    assert not error.outcome_unknown
    assert len(str(error)) < 900
    if case is newer:  # there is no release in an index that a command could name
        assert "the release that it was written by" in error.what_to_do
        return
    command = error.what_to_do.rpartition(": ")[2]
    program, *arguments = shlex.split(command)
    assert program == "fota"
    expect_command(arguments)
    if "PLAN.toml" not in arguments and arguments[0] == "rollout":
        assert str(fleet.path) in arguments


def expect_command(arguments: list[str]) -> None:
    """Expect that a command can be read: each of its names and options is known."""
    command: click.Command = _root()
    context = click.Context(command)
    while isinstance(command, click.Group):
        name, *arguments = arguments
        found = command.get_command(context, name)
        assert found is not None, name
        command = found
    command.make_context(command.name, arguments)


def test_a_disk_that_fails_is_told_in_every_way_to_read(fleet: Fleet) -> None:
    with fleet.open() as rollout:
        rollout._journal._do("ALTER TABLE devices RENAME TO gone")
        rollout._journal._do("ALTER TABLE events RENAME TO gone_events")
        for read in (rollout.devices, rollout.events, rollout.top_reasons):
            with pytest.raises(JournalError, match=r"cannot be read or written: .*fota rollout step "):
                list(read())


@pytest.mark.parametrize("name", [name for name in vars(Rollout) if not name.startswith("_")])
def test_a_method_that_tells_of_the_disk_keeps_its_name_and_its_text(name: str) -> None:
    member = vars(Rollout)[name]
    method = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
    assert method.__name__ == name
    assert inspect.getdoc(method)
