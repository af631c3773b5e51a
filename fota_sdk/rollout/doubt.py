"""Campaigns of which nobody knows whether they are at the service: how they are found, and when a person is asked.

Absence proves nothing: a campaign may be in no report for a while. The name finds a candidate, the devices prove it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fota_sdk.client import FotaClient
from fota_sdk.exceptions import FotaError, ValidationError
from fota_sdk.models.campaign_status import CampaignStatus
from fota_sdk.rollout import service
from fota_sdk.rollout.asking import is_refusal
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.records import Draft, Place
from fota_sdk.rollout.service import Accepted, Candidate, Take
from fota_sdk.rollout.snapshot import Reason
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, has_started, was_called_off, was_refused
from fota_sdk.times import midnight

_WITNESSES = 3
"""Of how many devices the history must show nothing before a campaign is sent once more."""


@dataclass
class Search:
    """A look through all campaigns of one account.

    Args:
        journal: The journal.
        client: The account's client.
        account: Billing account.
        now: When.
        take: Waits until a number of further calls may leave.
    """

    journal: Journal
    client: FotaClient
    account: str
    now: datetime
    take: Take

    def __post_init__(self) -> None:
        self._api = self.journal.plan.api
        self._unsettled: dict[str, list[str]] = {}
        self._marker = re.compile(rf"{re.escape(self.journal.facts['id'])}\.([0-9]+)(?: |$)")
        self._known = self.journal.campaign_ids(self.account)
        self._found = service.history(self.client, self._api, self.account, self.take)
        self._package = service.package_of(self.journal.plan)
        self._last = max(filter(None, map(self._named, self._found)), default=0)

    def settle(self, drafts: Iterable[Draft]) -> Iterator[str]:
        """Settle doubts; give what was done about each. The account is held once, for all that want a person.

        What a person says goes first: an id that is not that of one of them may be that of another one.
        """
        try:
            yield from map(self._settle, sorted(drafts, key=lambda draft: draft.claimed is None))
            self.journal.looked_for(self.account, self._unsettled)
        finally:  # one that cannot be read takes nothing from what was found about the others
            for kind, texts in self._unsettled.items():
                self._hold(kind, "; ".join(texts))

    def _settle(self, draft: Draft) -> str:
        """Find a campaign of which it is not known whether it was accepted; return what was done."""
        if draft.claimed is not None:
            return self._settle_claim(draft, draft.claimed)
        ours = frozenset(self.journal.devices_in(draft.number))
        candidates = list(self._candidates(draft))
        if candidates:  # somebody may move it to where no report shows it any more
            self.journal.shown(draft.number, 1)
        named = [each for each in candidates if self._number(each) is not None]  # of which one may have no report yet
        proven = [] if len(named) > 1 else [each for each in candidates if self._is_proven(each, ours)]
        twins = [*named, *(each for each in proven if each not in named)]
        times = max(draft.shown, len(twins))
        if times > 1:  # also once no report shows them any more, or only one of them
            self.journal.shown(draft.number, times)
            ids = ", ".join(each.id for each in twins) or "none"
            now = "" if len(twins) == times else "reports show now: "
            return self._ask(ReasonKind.TWINS, f"campaign {draft.number} is at the service {times} times: {now}{ids}")
        if len(proven) == 1:
            found = proven[0]
            accepted = Accepted(found.id, found.status, found.start, found.end)
            self.journal.scheduled(draft.number, accepted, self.now, self.now, adopted=True)
            self._known[found.id] = (draft.number, draft.sent_at)
            return f"campaign {draft.number} was found at the service and adopted"
        settled_at = shown_at(draft.sent_at or self.now, draft.start) + self.journal.plan.doubt.settle_time
        if self.now < settled_at:
            return f"campaign {draft.number} is not found yet; it is looked for until {settled_at:%Y-%m-%d %H:%M} UTC"
        may_resend = self.journal.plan.doubt.when_absent == "resend" and not candidates and draft.shown == 0
        if may_resend and self._is_absent(draft, ours):
            self.journal.resend(draft.number, self.now)
            return f"campaign {draft.number} is not there and is sent once more"
        where = f"as {candidates[0].id}, whose devices do not prove it" if candidates else "but is not found"
        text = f"campaign {draft.number} ({draft.name}) may be at the service, {where}"
        return self._ask(ReasonKind.IN_DOUBT, text)

    def _settle_claim(self, draft: Draft, campaign_id: str) -> str:
        """Adopt what a person says that a campaign is, if there is such a one."""
        self.take(1)
        try:
            found = service.campaign_of(self.client, self._api, self.account, campaign_id)
        except FotaError as error:
            if not is_refusal(error) and not isinstance(error, ValidationError):
                raise
            return self._refuse_claim(draft, f"{campaign_id}, which the service does not know")
        if self._number(found) not in (None, draft.number):
            return self._refuse_claim(draft, f"{campaign_id}, whose name is {found.name}")
        devices = service.devices_of(self.client, self._api, self.account, campaign_id, self.take)
        if devices and devices.isdisjoint(self.journal.devices_in(draft.number)):
            return self._refuse_claim(draft, f"{campaign_id}, which has none of its devices")
        accepted = Accepted(campaign_id, found.status, found.start, found.end)
        self.journal.scheduled(draft.number, accepted, self.now, self.now, adopted=True)
        return f"campaign {draft.number} was found at the service as {campaign_id}"

    def _refuse_claim(self, draft: Draft, what: str) -> str:
        self.journal.claim(draft.number, None)
        self._known.pop(str(draft.claimed), None)
        return self._ask(ReasonKind.IN_DOUBT, f"campaign {draft.number} ({draft.name}) is not {what}")

    def _ask(self, kind: str, text: str) -> str:
        self._unsettled.setdefault(kind, []).append(text)
        return text

    def _hold(self, kind: str, text: str) -> str:
        self.journal.hold(Reason(kind, self.account, text, self.now), self.now)
        return text

    def _candidates(self, draft: Draft) -> Iterator[Candidate]:
        """Give what has the marker, or, where names are absent or altered, the package and the dates."""
        for each in self._found:
            if each.id in self._known:
                continue
            number = self._number(each)
            if number is not None:
                if number == draft.number:
                    yield each
            elif each.package == self._package and (each.start, each.end) == (draft.start, draft.end):
                yield each

    def _is_proven(self, candidate: Candidate, ours: frozenset[str]) -> bool:
        devices = service.devices_of(self.client, self._api, self.account, candidate.id, self.take)
        return len(devices) > 0 and devices <= ours

    def _is_absent(self, draft: Draft, ours: frozenset[str]) -> bool:
        """Return whether reports and the devices' own history, which tell of a later campaign, tell nothing of one."""
        seen = {each.id for each in self._found}
        is_later = any(
            campaign_id in seen and sent_at is not None and draft.sent_at is not None and sent_at > draft.sent_at
            for campaign_id, (_, sent_at) in self._known.items()
        )
        if not is_later or any(self._has_any(each, ours) for each in self._unknown()):
            return False
        devices = sorted(ours)
        witnesses = devices[:: max(1, len(devices) // _WITNESSES)][:_WITNESSES]
        self.take(len(witnesses))
        version = str(self._package[0 if self._api == "v2" else 2])
        return not any(
            service.was_upgraded(self.client, self._api, self.account, imei, self._known, version) for imei in witnesses
        )

    def _has_any(self, candidate: Candidate, ours: frozenset[str]) -> bool:
        """Return whether a campaign that is not over has devices of ours, or shows none at all."""
        if CampaignStatus.is_final(candidate.status):
            return False
        devices = service.devices_of(self.client, self._api, self.account, candidate.id, self.take)
        return not devices or not devices.isdisjoint(ours)

    def verify(self, until: datetime, vouched: str) -> str:
        """After a move: take in what of this roll-out is at the service and not in the journal.

        Args:
            until: When reports are no longer older than the move.
            vouched: What was told of those of which a person has said that they are none of ours.
        """
        unknown = self._unknown()
        is_all_told = self.now >= until
        troubles = [trouble for each in unknown if (trouble := self._take_in(each, is_all_told)) is not None]
        if any(trouble not in vouched for trouble in troubles):
            return self._hold(ReasonKind.IN_DOUBT, "; ".join(troubles))
        self.journal.undoubted(self.account)
        if not is_all_told:
            return f"{self.account} is looked through once more from {until:%Y-%m-%d %H:%M} UTC on"
        for each in unknown:
            self._keep_number(each)
        self.journal.verified(self.account, self.now)
        return f"all campaigns of {self.account} are known"

    def _unknown(self) -> list[Candidate]:
        """Return the campaigns of this package that are not in the journal; those last that did not run to their end.

        Their devices may be in others since, and are taken in with those.
        """
        unknown = [each for each in self._found if each.id not in self._known]
        ours = [each for each in unknown if self._number(each) is not None or each.package == self._package]
        return sorted(ours, key=lambda each: _gave_devices_back(each.status))

    def _take_in(self, candidate: Candidate, is_all_told: bool) -> str | None:
        """Adopt a campaign that is certainly ours; return what is wrong with one that has devices of ours.

        So may one that shows none, although reports tell all by now, and is not over: it may have no report yet.
        """
        devices = service.devices_of(self.client, self._api, self.account, candidate.id, self.take)
        places = self.journal.places_of(self.account, devices)
        number = self._number(candidate)
        is_known = number is not None and self.journal.state_of(number) is not None
        is_over = CampaignStatus.is_final(candidate.status)
        if not devices and is_all_told and not is_over:
            whose = "brings our package" if number is None else "has a name of ours"
            return f"campaign {candidate.id} at the service {whose} and shows no devices"
        if not places or self._is_adopted(candidate, devices, places):
            return None
        is_foreign = number is None and candidate.name is not None
        may_wait = any(place.state == DeviceState.WAITING for place in places.values())
        gave_them_back = is_known and not has_started(candidate.status)
        if is_over and (gave_them_back or is_foreign or not may_wait):
            return None  # it is over, and what is going to be scheduled was not upgraded in it by us
        return f"campaign {candidate.id} at the service holds {len(places)} of our devices and is not in the journal"

    def _keep_number(self, candidate: Candidate) -> None:
        """Let no other campaign have the name of one of ours that was not taken in."""
        number = self._number(candidate)
        is_left = self.journal.number_of(candidate.id) is None
        if number is not None and is_left and self.journal.state_of(number) is None:
            self.journal.note(number, self.account, candidate.id, self.now)

    def _is_adopted(self, candidate: Candidate, devices: frozenset[str], places: Mapping[str, Place]) -> bool:
        number = self._number(candidate)
        accepted = Accepted(candidate.id, candidate.status, candidate.start, candidate.end)
        if number is None:
            return False
        state = self.journal.state_of(number)
        if state in (CampaignState.INTENDED, CampaignState.SENDING):
            is_ours = devices <= frozenset(self.journal.devices_in(number))
            if is_ours and state == CampaignState.INTENDED:  # what is in doubt is settled, or a person is asked
                self.journal.scheduled(number, accepted, self.now, self.now, adopted=True)
            return is_ours
        gave_them_back = _gave_devices_back(candidate.status)
        if state is not None and (gave_them_back or not self.journal.was_never_sent(number)):
            return False
        waves = {place.wave for place in places.values()}
        free = [imei for imei, place in places.items() if self._is_free(place)]
        if gave_them_back:
            free = [imei for imei in free if places[imei].campaign is None and len(waves) == 1]
        elif len(free) < len(devices) or len(waves) > 1:
            return False
        self.journal.adopt(number, self.account, min(waves), sorted(free), accepted, self.now)
        return True

    def _is_free(self, place: Place) -> bool:
        """Return whether a device is in no campaign, or only in one that is over without it or was never sent."""
        if place.campaign is None or place.state == DeviceState.CANCELLED:
            return True
        return self.journal.state_of(place.campaign) == CampaignState.INTENDED

    def _number(self, candidate: Candidate) -> int | None:
        """Return the number that its name tells; None where it does not begin with the marker.

        Where another account has taken the number since the journal was restored, it has the next one that is free.
        """
        number = self._named(candidate)
        return None if number is None else self.journal.number_for(self.account, number, self._last)

    def _named(self, candidate: Candidate) -> int | None:
        marked = None if candidate.name is None else self._marker.match(candidate.name)
        return None if marked is None else int(marked[1])


def _gave_devices_back(status: str) -> bool:
    return was_called_off(status) or was_refused(status)


def shown_at(sent_at: datetime, start: date | None) -> datetime:
    """Return when reports must show a campaign, if they are not late: until it starts, it may be in none of them."""
    if start is None:
        return sent_at
    return max(sent_at, midnight(start))


SOON = timedelta(hours=1)
"""When a doubt is looked at again at the latest."""
