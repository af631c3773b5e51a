"""What a person can do about each reason for which a roll-out is paused or an account held."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fota_sdk.rollout import (
    CampaignRow,
    CampaignState,
    DeviceState,
    Reason,
    ReasonKind,
    RolloutPlan,
    RolloutStatus,
    WaveState,
)
from fota_sdk.rollout.errors import find_command

_SHOWN = 3
_TITLES = {
    ReasonKind.USER: "by a person",
    ReasonKind.STOP_RULE: "stop rule",
    ReasonKind.GATE: "gate",
    ReasonKind.APPROVAL: "approval",
    ReasonKind.DRIFT: "changed by somebody else",
    ReasonKind.LICENCES: "licenses",
    ReasonKind.PILOT_LIMIT: "pilot limit",
    ReasonKind.REFUSED: "refused",
    ReasonKind.IN_DOUBT: "in doubt",
    ReasonKind.TWINS: "there twice",
}
_COUNTING = (DeviceState.FAILED, DeviceState.REJECTED, DeviceState.TIMED_OUT)

Command = Callable[..., str]
"""Gives a command on the roll-out: its name, then its arguments."""


@dataclass(frozen=True)
class Note:
    """Something that a person should know, and what to do about it.

    Attributes:
        title: What it is about.
        text: What it is, with its numbers.
        steps: What to do, each in a word and the command for it.
    """

    title: str
    text: str
    steps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Advisor:
    """Knows what to do about reasons.

    Args:
        status: How the roll-out stands.
        campaigns: Its campaigns.
        plan: Its plan.
        command: Gives a command on it.
    """

    status: RolloutStatus
    campaigns: Sequence[CampaignRow]
    plan: RolloutPlan
    command: Command

    def all(self) -> list[Note]:
        """Return what to do about all reasons; of accounts that are held alike, the first ones are told."""
        found = [self.on(reason) for reason in self.status.reasons if reason.account is None]
        held: dict[str, list[Reason]] = {}
        for reason in self.status.reasons:
            if reason.account is not None:
                held.setdefault(reason.kind, []).append(reason)
        for kind, reasons in held.items():
            found += map(self.on, reasons[:_SHOWN])
            if len(reasons) > _SHOWN:
                more = f"{len(reasons) - _SHOWN} more accounts are held"
                found.append(Note(_TITLES[kind], more, (("all of them", self.command("status", "--json")),)))
        return found

    def on(self, reason: Reason) -> Note:
        """Return what to do about a reason."""
        whom = "paused" if reason.account is None else f"{reason.account} held"
        return Note(f"{whom}, {_TITLES[reason.kind]}", reason.text, tuple(self._steps(reason)))

    def _steps(self, reason: Reason) -> Iterable[tuple[str, str]]:
        account = [] if reason.account is None else ["--account", reason.account]
        resume = self.command("resume", *account)
        if reason.kind == ReasonKind.STOP_RULE:
            for state in dict.fromkeys(self.plan.stop[place].kind for place in reason.rules):
                yield "look", self.command("devices", "--state", state, *account)
            yield "go on", resume
            if reason.account is None:
                yield "end it", self.command("stop")
        elif reason.kind == ReasonKind.GATE:
            failed = [wave.number for wave in self.status.waves if wave.state == WaveState.FAILED]
            wave = str(max(failed, default=1))  # those before it are acknowledged
            yield "look", self.command("devices", "--wave", wave, "--state", self._worst(int(wave)))
            yield "go on", resume
            yield "end it", self.command("stop")
        elif reason.kind == ReasonKind.APPROVAL:
            waiting = (str(wave.number) for wave in self.status.waves if wave.state == WaveState.WAITING)
            yield "let it begin", self.command("approve", next(waiting, "1"))
        elif reason.kind == ReasonKind.DRIFT:
            yield "look", self.command("devices", "--state", DeviceState.CANCELLED)
            yield "go on without them", resume
            yield "go on with them, in the next wave", self.command("resume", "--requeue")
        elif reason.kind == ReasonKind.LICENCES:
            those = self.command("devices", "--state", DeviceState.WAITING, *account, *self._wave_that_waits(), "--csv")
            yield "which devices wait", those
            if self.plan.campaign.get("auto_assign_license_flag") is True:
                yield "how many are free", f"fota {self.plan.api} licenses --account {reason.account}"
                free = f"fota {self.plan.api} remove-licenses-from-devices --help"
                yield "order more, or take some from devices that need none", free
            else:
                yield "assign licenses", f"fota {self.plan.api} assign-licenses-to-devices --help"
            yield "then", resume
        elif reason.kind == ReasonKind.PILOT_LIMIT:
            yield "it is retried daily; or now", resume
        elif reason.kind == ReasonKind.REFUSED:
            yield "mend what the service names, then", resume
        elif reason.kind == ReasonKind.IN_DOUBT:
            yield from self._on_doubt(reason)
        elif reason.kind == ReasonKind.TWINS:
            yield "cancel all but one", f"fota {self.plan.api} cancel --account {reason.account} CAMPAIGN_ID"
            for doubt in self._doubts(reason):
                yield "then", self.command("resolve", str(doubt.number), "--id", "CAMPAIGN_ID")
        else:
            yield "go on", resume

    def _wave_that_waits(self) -> Iterable[str]:
        """Return the option for the first wave that has begun and is not sent whole."""
        for wave in self.status.waves:
            if wave.state != WaveState.WAITING and wave.counts[DeviceState.WAITING] > 0:
                return "--wave", str(wave.number)
        return ()

    def _on_doubt(self, reason: Reason) -> Iterable[tuple[str, str]]:
        doubts = self._doubts(reason)
        for doubt in doubts:
            it = "it" if len(doubts) == 1 else f"campaign {doubt.number}"
            number = str(doubt.number)
            yield f"look for {it}", find_command(self.plan.api, doubt.account, doubt.name)
            yield f"if {it} is there", self.command("resolve", number, "--id", "CAMPAIGN_ID")
            yield f"if {it} certainly is not", self.command("resolve", number, "--absent")
        if not doubts:
            yield "look for it", find_command(self.plan.api, str(reason.account))
            yield "once that is clear, go on", self.command("resume", "--account", str(reason.account))

    def _doubts(self, reason: Reason) -> list[CampaignRow]:
        """Return the campaigns that an account may be held for."""
        doubts = (each for each in self.campaigns if each.state == CampaignState.SENDING)
        return [each for each in doubts if each.account == reason.account]

    def _worst(self, wave: int) -> str:
        """Return in which state most of the devices of a wave are that did not succeed."""
        counts = self.status.waves[wave - 1].counts
        others = (*_COUNTING, DeviceState.CANCELLED)
        return max(others, key=lambda state: counts[state])
