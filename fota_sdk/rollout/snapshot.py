"""What `decide` looks at and what it returns: plain values, read from the journal and recorded in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from fota_sdk.exceptions import number_of
from fota_sdk.models.campaign_status import CampaignStatus
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, RolloutState, has_started

_NO_STATES: Counter[str] = Counter()


@dataclass(frozen=True)
class Reason:
    """Why a roll-out is paused, or an account held.

    Attributes:
        kind: One of `ReasonKind`.
        account: The account that is held; None where the whole roll-out is paused.
        text: What happened, with its numbers.
        since: Since when.
        rules: The stop rules that have tripped: their places in `RolloutPlan.stop`, from 0.
    """

    kind: str
    account: str | None
    text: str
    since: datetime
    rules: tuple[int, ...] = ()

    @property
    def key(self) -> tuple[str, str | None]:
        """What makes it this reason: its kind, and whom it concerns."""
        return self.kind, self.account


def wait_for_person(state: str, reasons: Iterable[Reason]) -> bool:
    """Return whether some of the reasons wait for a person's decision.

    What a person has paused does not, and of a roll-out that is to end only what keeps it from that.

    Args:
        state: One of `RolloutState`.
        reasons: Why it is paused, and which accounts are held.
    """
    if state in (RolloutState.STOPPED, RolloutState.FINISHED):
        return False
    kinds = {reason.kind for reason in reasons}
    if state == RolloutState.STOPPING:
        return not kinds.isdisjoint((ReasonKind.IN_DOUBT, ReasonKind.TWINS))
    return kinds - {ReasonKind.USER} != set()


@dataclass(frozen=True)
class WaveRow:
    """Where a wave stands.

    Attributes:
        number: From 1.
        state: One of `WaveState`.
        reached_at: When its gate was reached; None before.
        is_approved: Whether a person has let it begin.
        is_acknowledged: Whether a person goes on although it ended below its gate.
    """

    number: int
    state: str
    reached_at: datetime | None = None
    is_approved: bool = False
    is_acknowledged: bool = False


@dataclass(frozen=True)
class AccountRow:
    """Whether something may be sent for an account.

    Attributes:
        name: Billing account.
        not_before: Until when nothing is sent for it, as after a rate limit; None where nothing hinders.
        schedule_at: Until when nothing is scheduled for it, as under the pilot limit.
        is_verified: Whether its campaigns are known; False after the journal was moved.
    """

    name: str
    not_before: datetime | None = None
    schedule_at: datetime | None = None
    is_verified: bool = True


@dataclass(frozen=True)
class CampaignRow:
    """A campaign of the roll-out.

    Attributes:
        number: From 1.
        account: Billing account.
        wave: Number of the wave.
        state: One of `CampaignState`.
        size: How many devices are bound to it.
        counts: How many of them are in which state.
        start: First day, UTC; None until it is known.
        status: Its status at the service; None until it is known.
        is_reported: Whether a report has shown its devices.
        is_unstoppable: Whether the service has refused to cancel it.
        name: Its name at the service, which begins with the marker of the roll-out.
    """

    number: int
    account: str
    wave: int
    state: str
    size: int
    counts: Mapping[str, int]
    start: date | None = None
    status: str | None = None
    is_reported: bool = False
    is_unstoppable: bool = False
    name: str = ""

    @property
    def is_live(self) -> bool:
        """Whether its devices are neither done nor given back."""
        return self.state in CampaignState.LIVE

    @property
    def has_started(self) -> bool:
        """Whether its devices may be under way, or were."""
        return has_started(self.status)

    @property
    def is_over(self) -> bool:
        """Whether the service was seen to be done with it, however it ended."""
        return self.status is not None and CampaignStatus.is_final(self.status)

    @property
    def open_devices(self) -> int:
        """How many of its devices are not done."""
        return sum(self.counts.get(state, 0) for state in DeviceState.OPEN)


def runs_to_its_end(campaign: CampaignRow, api: str, today: date) -> bool:
    """Return whether no stop ends a campaign: it is over, or, with V3, its first day has come, whatever was seen last.

    Args:
        campaign: The campaign.
        api: ``"v3"`` or ``"v2"``.
        today: The day, UTC.
    """
    if campaign.state == CampaignState.INTENDED:
        return False
    has_come = campaign.start is not None and campaign.start <= today
    has_ended = campaign.is_over and campaign.state != CampaignState.CANCELLING
    return campaign.is_unstoppable or has_ended or (api == "v3" and (campaign.has_started or has_come))


@dataclass(frozen=True)
class Snapshot:
    """A roll-out at one moment.

    Attributes:
        state: One of `RolloutState`.
        reasons: Why it is paused, and which accounts are held.
        waves: In their order.
        accounts: In the order in which they are served.
        campaigns: All of them.
        sizes: How many devices an account has in a wave.
        waiting: How many of those are in no campaign.
        acknowledged: For a stop rule (its place in the plan) and an account (None: the roll-out) the bad and the
            counted devices that a person has acknowledged.
    """

    state: str
    reasons: tuple[Reason, ...]
    waves: tuple[WaveRow, ...]
    accounts: tuple[AccountRow, ...]
    campaigns: tuple[CampaignRow, ...]
    sizes: Mapping[tuple[str, int], int]
    waiting: Mapping[tuple[str, int], int]
    acknowledged: Mapping[tuple[int, str | None], tuple[int, int]]

    @cached_property
    def holds(self) -> dict[str, list[Reason]]:
        """Why which accounts are held."""
        holds: dict[str, list[Reason]] = {}
        for reason in self.reasons:
            if reason.account is not None:
                holds.setdefault(reason.account, []).append(reason)
        return holds

    @cached_property
    def pauses(self) -> set[str]:
        """The kinds of the reasons for which all of it is paused."""
        return {reason.kind for reason in self.reasons if reason.account is None}

    @cached_property
    def bound(self) -> dict[tuple[str, int], Counter[str]]:
        """How many devices of an account and a wave that are, or were, in a campaign have which state."""
        bound: dict[tuple[str, int], Counter[str]] = {}
        for campaign in self.campaigns:
            bound.setdefault((campaign.account, campaign.wave), Counter()).update(campaign.counts)
        return bound

    @cached_property
    def unsent(self) -> Counter[tuple[str, int]]:
        """How many devices of an account and a wave are in campaigns that are not known to be at the service."""
        unsent: Counter[tuple[str, int]] = Counter()
        for campaign in self.campaigns:
            if campaign.state in (CampaignState.INTENDED, CampaignState.SENDING):
                unsent[campaign.account, campaign.wave] += campaign.open_devices
        return unsent


@dataclass(frozen=True)
class GateCounts:
    """What a gate looks at.

    Attributes:
        succeeded: Devices that were upgraded.
        of: Devices, without removed ones, and of an account that is held without those that are not known to be in a
            campaign at the service.
        open: How many of these are not done.
        held: How many an account that is held keeps from the service, for certain or perhaps.
        removed: Devices that somebody has removed from their campaigns.
    """

    succeeded: int
    of: int
    open: int
    held: int
    removed: int

    def reaches(self, share: float) -> bool:
        """Return whether a share of them succeeded. Where there never were any, there is nothing to wait for."""
        if self.of > 0:
            return self.succeeded / self.of >= share
        return self.held == 0 and (self.removed == 0 or share == 0)

    @property
    def have_ended(self) -> bool:
        """Whether there were some, and none is open."""
        return self.open == 0 and (self.of > 0 or (self.removed > 0 and self.held == 0))

    @property
    def words(self) -> str:
        """The share with its numbers."""
        if self.of == 0 and self.removed > 0:
            return f"none is left of its devices, {self.removed} were removed from their campaigns"
        if self.of == 0 and self.held > 0:
            return f"all of its devices are of accounts that are held: {self.held:,}"
        share = "" if self.of == 0 else f" ({self.succeeded / self.of:.1%})"
        rest = f", beside {self.held} of accounts that are held" if self.held > 0 else ""
        return f"{self.succeeded:,} of {number_of(self.of, 'device')} succeeded{share}{rest}"


def gate_counts(snapshot: Snapshot, account: str, wave: int) -> GateCounts:
    """Count what the gate of a wave looks at in one account."""
    states = snapshot.bound.get((account, wave), _NO_STATES)
    waiting = snapshot.waiting.get((account, wave), 0)
    held = waiting + snapshot.unsent[account, wave] if account in snapshot.holds else 0
    removed = states[DeviceState.REMOVED]
    of = snapshot.sizes.get((account, wave), 0) - removed - held
    still_open = sum(map(states.__getitem__, DeviceState.OPEN)) + waiting - held
    return GateCounts(states[DeviceState.SUCCEEDED], of, still_open, held, removed)


def wave_counts(snapshot: Snapshot, wave: int) -> GateCounts:
    """Count what the gate of a wave looks at in all accounts."""
    counts = [gate_counts(snapshot, account.name, wave) for account in snapshot.accounts]
    return GateCounts(
        succeeded=sum(each.succeeded for each in counts),
        of=sum(each.of for each in counts),
        open=sum(each.open for each in counts),
        held=sum(each.held for each in counts),
        removed=sum(each.removed for each in counts),
    )


@dataclass(frozen=True)
class Intent:
    """A campaign to make.

    Attributes:
        account: Billing account.
        wave: Number of the wave.
        size: How many devices, the next ones in their order.
        start: First day, UTC.
    """

    account: str
    wave: int
    size: int
    start: date


@dataclass(frozen=True)
class Decision:
    """What is to be recorded and done.

    Attributes:
        state: The state of the roll-out from now on.
        reasons: All reasons that hold from now on.
        waves: All waves as they are from now on.
        make: Campaigns to make.
        take_back: Numbers of the campaigns to cancel.
        send: Numbers of the campaigns to send that were made before, and not sent yet.
    """

    state: str
    reasons: tuple[Reason, ...]
    waves: tuple[WaveRow, ...]
    make: tuple[Intent, ...] = ()
    take_back: tuple[int, ...] = ()
    send: tuple[int, ...] = ()


def changes(decision: Decision, snapshot: Snapshot) -> bool:
    """Return whether a decision on a roll-out leaves anything to be recorded or done."""
    after = decision.state, set(decision.reasons), decision.waves
    is_news = after != (snapshot.state, set(snapshot.reasons), snapshot.waves)
    return is_news or decision.make != () or decision.take_back != ()
