"""How a roll-out stands, in words and numbers: what `status` shows, on a terminal and elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from itertools import islice
from typing import TYPE_CHECKING

from fota_sdk.cli.rollout_advice import Advisor, Command, Note
from fota_sdk.cli.rollout_table import OTHERS
from fota_sdk.cli.rollout_words import OVER, away, listed, refused_words, when
from fota_sdk.exceptions import number_of
from fota_sdk.rollout import (
    CampaignRow,
    CampaignState,
    Decision,
    DeviceState,
    ReasonKind,
    RolloutPlan,
    RolloutState,
    RolloutStatus,
    WaveState,
    WaveStatus,
)
from fota_sdk.rollout.errors import find_command
from fota_sdk.times import span

if TYPE_CHECKING:
    from fota_sdk.cli.rollout_journal import Opened

_BECOMES = {
    WaveState.WAITING: "waits",
    WaveState.RUNNING: "begins",
    WaveState.SOAKING: "has reached its gate",
    WaveState.PASSED: "has passed",
    WaveState.FAILED: "ends below its gate",
}
_SHOWN = 3
NEXT = "next"
"""The title of the note on what happens next."""


@dataclass(frozen=True)
class View:
    """How a roll-out stands at a moment.

    Attributes:
        status: Its status.
        now: The moment.
        notes: What there is to say beside the numbers; the most urgent first.
    """

    status: RolloutStatus
    now: datetime
    notes: tuple[Note, ...]

    @property
    def title(self) -> str:
        """Its name, its state, and how far it is."""
        counts = self.status.counts
        devices = number_of(sum(counts.values()), "device")
        return f"{self.status.name}: {state_of(self.status)}, {counts[DeviceState.SUCCEEDED]:,} of {devices} succeeded"


def state_of(status: RolloutStatus) -> str:
    """Return the state of a roll-out; of a pause that only waits for an approval, that."""
    kinds = {reason.kind for reason in status.reasons if reason.account is None}
    waits = status.state == RolloutState.PAUSED and kinds == {ReasonKind.APPROVAL}
    return "waits for approval" if waits else status.state


def view_of(opened: Opened, zone: timezone | None = None) -> View:
    """Return how a roll-out stands.

    Args:
        opened: The roll-out.
        zone: The zone of the people who look; None for that of this machine.
    """
    rollout, now = opened.rollout, opened.now()
    status = rollout.status()
    campaigns = rollout.campaigns()
    doubts = [each for each in campaigns if each.state == CampaignState.SENDING]
    advisor = Advisor(status, campaigns, rollout.plan, opened.command)
    at = now if status.next_at is None else max(now, status.next_at)
    notes = _Notes(
        status,
        rollout.plan,
        now,
        opened.command,
        rollout.preview(at),
        doubts,
        zone,
        opened.silent_sandbox,
        opened.is_in_sandbox,
    )
    return View(status, now, (*notes.urgent(), *advisor.all(), *notes.others()))


@dataclass(frozen=True)
class _Notes:
    status: RolloutStatus
    plan: RolloutPlan
    now: datetime
    command: Command
    decision: Decision
    doubts: Sequence[CampaignRow]
    zone: timezone | None
    silent: str | None
    is_in_sandbox: bool

    def urgent(self) -> Iterator[Note]:
        status = self.status
        if status.misplaced is not None:
            only = "if it is the only copy in use, go on with it"
            yield Note("moved", refused_words(status.misplaced), ((only, self.command("step", "--moved")),))
        elif status.is_late:
            since = status.stepped_at or status.started_at or status.created_at
            if since > self.now:
                clock = "the clock, which was set back"
                if self.silent is not None:
                    clock = f"this machine's clock, and no sandbox tells the time at {self.silent}"
                ahead = f"the last step was {span(since - self.now)} ahead of {clock}"
                text = f"{ahead}: nothing is due before then"
                yield Note("late", text, (("what was done at which time", self.command("events")),))
            else:
                text = f"no step for {span(self.now - since)}; does cron, or whatever calls it, still run?"
                yield Note("late", text, (("by hand", self.command("step")),))

        if status.unverified:
            yield Note("moved", self._on_a_move(status.unverified))
        if status.failing_accounts:
            count = number_of(len(status.failing_accounts), "account")
            text = f"{count} could not be asked for long, such as {status.failing_accounts[0]}; nothing is sent there"
            yield Note("failing", text, tuple(self._on_failing()))

    def _on_failing(self) -> Iterator[tuple[str, str]]:
        yield "what the service says", self.command("events")
        if self.is_in_sandbox:
            begin = "fota rollout start --journal OTHER.rollout PLAN.toml"
            yield "a sandbox that was started anew knows no campaign of before; begin anew, too", begin

    def _on_a_move(self, unverified: dict[str, datetime]) -> str:
        whom, until = number_of(len(unverified), "account"), max(unverified.values())
        what = f"the journal was moved or restored; nothing is scheduled for {whom}, such as {min(unverified)}, before"
        if until <= self.now:
            return f"{what} a step has looked through all campaigns there"
        return f"{what} {when(until, self.now, self.zone)}: until then reports may lack campaigns that it does not know"

    def others(self) -> Iterator[Note]:
        status = self.status
        for request in status.pending_requests:
            yield Note("asked for", f"{request}; the next step obeys, or the one that runs")
        if status.doubts:
            yield self._on_doubts()
        for wave in status.waves:
            if wave.state in (WaveState.RUNNING, WaveState.SOAKING, WaveState.FAILED):
                yield Note(f"wave {wave.number}", self._of_wave(wave))
        for account, why in islice(status.behind.items(), _SHOWN):
            look = self.command("devices", "--state", DeviceState.IN_PROGRESS, "--account", account)
            yield Note(f"{account} behind", why, (("which devices are open", look),))
        if len(status.behind) > _SHOWN:
            more = f"{len(status.behind) - _SHOWN} more accounts wait so"
            yield Note("behind", more, (("all of them", self.command("status", "--json")),))
        yield self._next()
        if status.stepped_at is not None and status.state not in OVER:
            yield Note("last step", away(status.stepped_at, self.now))
        if status.state not in (*OVER, RolloutState.STOPPING) and status.stoppable + status.not_stoppable > 0:
            yield Note("a stop now", stop_words(status))
        yield from self._oddities()

    def _on_doubts(self) -> Note:
        kinds = (ReasonKind.IN_DOUBT, ReasonKind.TWINS)
        held = {reason.account for reason in self.status.reasons if reason.kind in kinds}
        numbers = listed([f"{each.number} of {each.account}" for each in self.doubts[:_SHOWN]])
        more = f" and {len(self.doubts) - _SHOWN} more" if len(self.doubts) > _SHOWN else ""
        text = f"campaign {numbers}{more} may or may not be at the service; each step looks for it"
        finds = [
            (f"look for campaign {each.number}", find_command(self.plan.api, each.account, each.name))
            for each in self.doubts[:_SHOWN]
            if each.account not in held
        ]
        return Note("in doubt", text, tuple(finds))

    def _of_wave(self, wave: WaveStatus) -> str:
        others = [f"{wave.counts[state]:,} {state.replace('_', ' ')}" for state in OTHERS if wave.counts[state] > 0]
        soaks = [] if wave.passes_at is None else [f"soaks until {when(wave.passes_at, self.now, self.zone)}"]
        return "; ".join([wave.gate, *soaks, *([listed(others)] if others else [])])

    def _next(self) -> Note:
        status = self.status
        if status.state == RolloutState.PLANNED:
            return Note(NEXT, "nothing, it was not started", (("start it", self.command("start")),))
        if status.state in OVER:
            left = sum(status.counts.values()) - status.counts[DeviceState.SUCCEEDED]
            if left == 0:
                return Note(NEXT, "nothing, all devices succeeded")
            text = f"nothing; {number_of(left, 'device')} did not succeed"
            return Note(NEXT, text, (("which, and why", self.command("devices", "--not-succeeded")),))
        if status.pending_requests:
            return Note(NEXT, "the step that obeys", (("by hand", self.command("step")),))
        what = listed(list(effects(self.decision, status)))
        if status.next_at is None or (what == "" and self._waits_for_a_person()):
            return Note(NEXT, what or "nothing before a person has decided")
        return Note(NEXT, f"{when(status.next_at, self.now, self.zone)}: {what or 'looks again'}")

    def _waits_for_a_person(self) -> bool:
        """Return whether accounts are held until a person decides, and no campaign is there to be looked at."""
        kinds = {reason.kind for reason in self.status.reasons}
        is_at_rest = not any(self.status.campaigns.get(state, 0) for state in CampaignState.LIVE)
        return is_at_rest and kinds != set() and ReasonKind.PILOT_LIMIT not in kinds

    def _oddities(self) -> Iterator[Note]:
        status = self.status
        if status.unknown_words > 0:
            text = f"{number_of(status.unknown_words, 'device')} in a status that is not known here, counted as open"
            yield Note("unknown", text, (("see its status", self.command("devices", "--csv")),))
        if status.foreign_devices > 0:
            text = f"{number_of(status.foreign_devices, 'device')} put into our campaigns by somebody else; not counted"
            yield Note("foreign", text)
        if status.plan_differs:
            yield Note("plan", f"{self.plan.source} says something else by now; what was planned at the start holds")


def hindrances(view: View) -> Iterator[str]:
    """Give why nothing happens, in words."""
    if view.status.state in OVER:
        yield f"the roll-out is {view.status.state}"
    for note in view.notes:
        first, _, last = note.title.partition(" ")
        if first in ("moved", "wave", "paused,") or last.startswith(("held, ", "behind")):
            yield f"{note.title}: {note.text}"


def stop_words(status: RolloutStatus) -> str:
    """Return what a stop would do to devices that are in campaigns."""
    return f"cancels {number_of(status.stoppable, 'device')}; {status.not_stoppable:,} run to their end"


def effects(decision: Decision, status: RolloutStatus) -> Iterator[str]:
    """Give what a decision does, in words."""
    before = {wave.number: wave.state for wave in status.waves}
    for wave in decision.waves:
        if wave.state != before[wave.number]:
            yield f"wave {wave.number} {_BECOMES[wave.state]}"
    if decision.take_back:
        yield f"cancels {number_of(len(decision.take_back), 'campaign')}"
    sizes: Counter[tuple[int, str]] = Counter()
    for intent in decision.make:
        sizes[intent.wave, str(intent.start)] += intent.size
    for (number, start), size in sizes.items():
        yield f"schedules {number_of(size, 'device')} of wave {number} for {start}"
    if decision.send:
        yield f"sends {number_of(len(decision.send), 'campaign')}"
    if decision.state != status.state:
        yield f"the roll-out is {decision.state}"
