"""Campaigns of which nobody knows whether they are at the service: how they are found, and when a person is asked.

Absence proves nothing: a campaign may be in no report for a while. The name finds a candidate, the devices prove it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from fota_sdk.client import FotaClient
from fota_sdk.rollout import service
from fota_sdk.rollout.journal import Draft, Journal
from fota_sdk.rollout.service import Accepted, Candidate
from fota_sdk.rollout.snapshot import Reason
from fota_sdk.rollout.states import CampaignState, ReasonKind

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
    take: Callable[[int], object]

    def __post_init__(self) -> None:
        self._api = self.journal.plan.api
        self._marker = re.compile(rf"{re.escape(self.journal.facts['id'])}\.([0-9]+)(?: |$)")
        self._known = self.journal.campaign_ids(self.account)
        self._found = service.history(self.client, self._api, self.account)
        self._package = service.package_of(self.journal.plan.request("-", "2000-01-01", "2000-01-01", ["0" * 15]))

    def settle(self, draft: Draft) -> str:
        """Find a campaign of which it is not known whether it was accepted; return what was done."""
        ours = frozenset(self.journal.devices_in(draft.number))
        proven = [each for each in self._candidates(draft) if self._is_proven(each, ours)]
        if len(proven) == 1:
            found = proven[0]
            accepted = Accepted(found.id, found.status, found.start, found.end)
            self.journal.scheduled(draft.number, accepted, self.now, self.now, adopted=True)
            return f"campaign {draft.number} was found at the service and adopted"
        if len(proven) > 1:
            ids = ", ".join(each.id for each in proven)
            return self._hold(ReasonKind.TWINS, f"campaign {draft.number} is at the service {len(proven)} times: {ids}")
        settled_at = (draft.sent_at or self.now) + self.journal.plan.doubt.settle_time
        if self.now < settled_at:
            return f"campaign {draft.number} is not found yet; it is looked for until {settled_at:%Y-%m-%d %H:%M} UTC"
        if self.journal.plan.doubt.when_absent == "resend" and self._is_absent(draft, sorted(ours)):
            self.journal.resend(draft.number, self.now)
            return f"campaign {draft.number} is not there and is sent once more"
        text = f"campaign {draft.number} ({draft.name}) may be at the service, but is not found"
        return self._hold(ReasonKind.IN_DOUBT, text)

    def _hold(self, kind: str, text: str) -> str:
        self.journal.hold(Reason(kind, self.account, text, self.now), self.now)
        return text

    def _candidates(self, draft: Draft) -> Iterator[Candidate]:
        """Give what has the marker, or, where names are absent or altered, the package and the dates."""
        for each in self._found:
            if each.id in self._known:
                continue
            marked = None if each.name is None else self._marker.match(each.name)
            if marked is not None:
                if int(marked[1]) == draft.number:
                    yield each
            elif each.package == self._package and (each.start, each.end) == (draft.start, draft.end):
                yield each

    def _is_proven(self, candidate: Candidate, ours: frozenset[str]) -> bool:
        self.take(1)
        devices = service.devices_of(self.client, self._api, self.account, candidate.id)
        return len(devices) > 0 and devices <= ours

    def _is_absent(self, draft: Draft, devices: list[str]) -> bool:
        """Return whether a later campaign of ours is in the reports, and the devices' own history shows nothing."""
        seen = {each.id for each in self._found}
        is_later = any(
            campaign_id in seen and sent_at is not None and draft.sent_at is not None and sent_at > draft.sent_at
            for campaign_id, (_, sent_at) in self._known.items()
        )
        if not is_later:
            return False
        witnesses = devices[:: max(1, len(devices) // _WITNESSES)][:_WITNESSES]
        self.take(len(witnesses))
        version = str(self._package[0 if self._api == "v2" else 2])
        return not any(
            service.was_upgraded(self.client, self._api, self.account, imei, self._known, version) for imei in witnesses
        )

    def verify(self, until: datetime) -> str:
        """After a move: take in what of this roll-out is at the service and not in the journal.

        Args:
            until: When reports are no longer older than the move.
        """
        for each in self._found:
            if each.id not in self._known and each.package == self._package:
                trouble = self._take_in(each)
                if trouble is not None:
                    return self._hold(ReasonKind.IN_DOUBT, trouble)
        if self.now < until:
            return f"{self.account} is looked through once more from {until:%Y-%m-%d %H:%M} UTC on"
        self.journal.verified(self.account, self.now)
        return f"all campaigns of {self.account} are known"

    def _take_in(self, candidate: Candidate) -> str | None:
        """Adopt a campaign that is certainly ours; return what is wrong with one that has devices of ours."""
        self.take(1)
        devices = service.devices_of(self.client, self._api, self.account, candidate.id)
        places = self.journal.places_of(self.account, devices)
        if not places:
            return None
        marked = None if candidate.name is None else self._marker.match(candidate.name)
        waves = {wave for wave, _ in places.values()}
        is_free = all(campaign is None for _, campaign in places.values())
        number = None if marked is None else int(marked[1])
        is_ours = len(places) == len(devices) and is_free and len(waves) == 1
        if number is None or self.journal.state_of(number) is not None or not is_ours:
            return (
                f"campaign {candidate.id} at the service holds {len(places)} of our devices and is not in the journal"
            )
        accepted = Accepted(candidate.id, candidate.status, candidate.start, candidate.end)
        self.journal.adopt(number, self.account, min(waves), sorted(places), accepted, self.now)
        return None


def doubts(journal: Journal) -> list[Draft]:
    """Return the campaigns of which it is not known whether they are at the service."""
    return journal.drafts(CampaignState.SENDING)


SOON = timedelta(hours=1)
"""When a doubt is looked at again at the latest."""
