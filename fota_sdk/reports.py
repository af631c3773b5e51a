"""What the reports of the service tell together: which campaigns there are, and what became of a campaign's devices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, Literal, TypeVar, overload

from fota_sdk.client import FotaClient
from fota_sdk.core.fields import Findings, as_day
from fota_sdk.core.wait import mistyped_statuses
from fota_sdk.exceptions import AuthenticationError, FotaV2ResultException, FotaV3ResultException, ValidationError, clip
from fota_sdk.models.campaign_status import CampaignStatus, meant_status
from fota_sdk.models.v2_campaign_device import V2CampaignDevice
from fota_sdk.models.v2_campaign_history import V2CampaignHistory
from fota_sdk.models.v2_campaign_meta_info import V2CampaignMetaInfo
from fota_sdk.models.v2_device_status import V2DeviceStatus
from fota_sdk.models.v3_campaign_device import V3CampaignDevice
from fota_sdk.models.v3_campaign_history import V3CampaignHistory
from fota_sdk.models.v3_campaign_meta_info import V3CampaignMetaInfo
from fota_sdk.models.v3_device_status import V3DeviceStatus

Api = Literal["v2", "v3"]
Device = TypeVar("Device", V2DeviceStatus, V3DeviceStatus)

# In the order in which a campaign goes through them, so that one that moves on meanwhile is met later, not missed.
_STATUSES = (
    CampaignStatus.REQUEST_PENDING,
    CampaignStatus.REQUEST_QUEUED,
    CampaignStatus.QUEUED,
    CampaignStatus.PRE_SCHEDULED,
    CampaignStatus.SCHEDULED,
    CampaignStatus.REQUEST_FAILED,
    CampaignStatus.FAILED,
    CampaignStatus.CANCELLED,
    CampaignStatus.ABORTED,
    CampaignStatus.ENDED,
)
# The service's description does not list these two for its reports, so a report may refuse them.
_MAY_BE_REFUSED = (CampaignStatus.QUEUED, CampaignStatus.PRE_SCHEDULED)


@overload
def find_campaigns(
    client: FotaClient,
    account: str,
    *,
    api: Literal["v3"] = "v3",
    name: str | None = None,
    status: str | Iterable[str] | None = None,
    since: date | str | None = None,
    on_page: Callable[[V3CampaignHistory], object] | None = None,
) -> list[V3CampaignMetaInfo]: ...
@overload
def find_campaigns(
    client: FotaClient,
    account: str,
    *,
    api: Literal["v2"],
    name: str | None = None,
    status: str | Iterable[str] | None = None,
    since: date | str | None = None,
    on_page: Callable[[V2CampaignHistory], object] | None = None,
) -> list[V2CampaignMetaInfo]: ...
def find_campaigns(
    client: FotaClient,
    account: str,
    *,
    api: Api = "v3",
    name: str | None = None,
    status: str | Iterable[str] | None = None,
    since: date | str | None = None,
    on_page: Callable[[Any], object] | None = None,
) -> list[V2CampaignMetaInfo] | list[V3CampaignMetaInfo]:
    """Returns the campaigns of an account: all statuses that a report takes, all pages, each campaign once.

    What it does not find may be there all the same: a campaign can be in a status that no report takes, such as
    CampaignPreScheduled of V3; one that changes its status meanwhile may be missed; one that was just accepted may not
    be reported yet; the service may leave names out or cut them. So finding a campaign ends a doubt, and not finding
    it proves nothing.

    Args:
        client: Its tokens, limits and retries hold for each of the calls: ten, and one more for each further page.
        account: Billing account, such as 0000123456-00001.
        api: ``"v3"`` for firmware campaigns, ``"v2"`` for software campaigns.
        name: Only campaigns of exactly this name.
        status: Only campaigns in this status, or in one of these; by default in any. One that `CampaignStatus` does
            not know is asked for as it is, unless it looks like a misspelling of a known one.
        since: Only campaigns whose first day is this one or later, UTC. One that tells no first day is kept.
        on_page: Called with each page that was read, such as to show how far it is; what it raises ends the call.

    Raises:
        ValidationError: Something is certainly wrong; nothing was sent.
        FotaError: A report was refused, or could not be read to its end.
    """
    statuses, first_day = _checked(client, api, name, status, since, on_page)
    group: Any = client.software_management_reports_v3 if api == "v3" else client.software_management_reports_v2
    found: dict[Any, Any] = {}
    for each in statuses:
        try:
            for page in group.paginated.get_campaign_history_by_status(account, each).pages():
                for campaign in page.campaign_list or ():
                    # Of a campaign that moved on meanwhile the later report counts.
                    found[id(campaign) if campaign.id is None else campaign.id] = campaign
                if on_page is not None:
                    on_page(page)
        except AuthenticationError:  # which may be a 400 too
            raise
        except (FotaV2ResultException, FotaV3ResultException):
            if each not in _MAY_BE_REFUSED or status is not None:
                raise
    return [
        campaign
        for campaign in found.values()
        if (name is None or campaign.campaign_name == name)
        and (first_day is None or campaign.start_date is None or campaign.start_date >= first_day)
    ]


def _checked(
    client: Any, api: Any, name: Any, status: Any, since: Any, on_page: Any
) -> tuple[tuple[str, ...], date | None]:
    """Return the statuses to ask for, and the first day; refuse what cannot be looked for."""
    findings = _check_call(client, api, on_page)
    if name is not None and not isinstance(name, str):
        findings.append(("name", f"must be a str, got {type(name).__name__}"))
    statuses = _STATUSES if status is None else (status,) if isinstance(status, str) else status
    if not isinstance(statuses, Iterable):
        statuses = ()
    statuses = tuple(statuses)
    if not statuses or not all(isinstance(each, str) and each != "" for each in statuses):
        findings.append(("status", "must be a status or several, such as CampaignStatus.SCHEDULED"))
    else:
        findings += mistyped_statuses("status", statuses, meant_status)
    first_day = None if since is None else as_day(since)
    if since is not None and first_day is None:
        findings.append(("since", f"must be a date or a str YYYY-MM-DD, got {clip(repr(since), 40)}"))
    if findings:
        raise ValidationError(findings)
    return statuses, first_day


def _check_call(client: Any, api: Any, on_page: Any) -> Findings:
    findings: Findings = []
    if not isinstance(client, FotaClient):
        findings.append(("client", f"must be a FotaClient, got {type(client).__name__}"))
    if api not in ("v2", "v3"):
        findings.append(("api", f'must be "v2" or "v3", got {clip(repr(api), 40)}'))
    if on_page is not None and not callable(on_page):
        findings.append(("on_page", f"must be callable, got {type(on_page).__name__}"))
    return findings


@dataclass(frozen=True)
class CampaignReport(Generic[Device]):
    """What became of the devices of a campaign, as its report told it last.

    Attributes:
        campaign_id: Id of the campaign.
        devices: Each device once, by its id; the later entry counts.
        total_device: Devices in the campaign, as the service counts them; None where it does not say.
    """

    campaign_id: str
    devices: tuple[Device, ...]
    total_device: int | None

    @property
    def counts(self) -> dict[tuple[str, str | None], int]:
        """How many devices have each status and reason, the most frequent first."""
        return dict(Counter((device.status, device.result_reason) for device in self.devices).most_common())

    @property
    def by_status(self) -> dict[str, int]:
        """How many devices have each status, the most frequent first. `DeviceStatus` has the known ones."""
        return dict(Counter(device.status for device in self.devices).most_common())

    @property
    def missing(self) -> int | None:
        """How many devices of `total_device` the report does not have; None where the service does not say how many.

        Below zero where it has more, as when devices joined while it was read.
        """
        return None if self.total_device is None else self.total_device - len(self.devices)

    def __repr__(self) -> str:
        counts = ", ".join(f"{status}: {count}" for status, count in self.by_status.items())
        missing = "" if self.missing in (None, 0) else f", missing: {self.missing}"
        return clip(f"<CampaignReport {self.campaign_id} devices: {len(self.devices)} ({counts}){missing}>", 999)


@overload
def campaign_report(
    client: FotaClient,
    account: str,
    campaign_id: str,
    *,
    api: Literal["v3"] = "v3",
    on_page: Callable[[V3CampaignDevice], object] | None = None,
) -> CampaignReport[V3DeviceStatus]: ...
@overload
def campaign_report(
    client: FotaClient,
    account: str,
    campaign_id: str,
    *,
    api: Literal["v2"],
    on_page: Callable[[V2CampaignDevice], object] | None = None,
) -> CampaignReport[V2DeviceStatus]: ...
def campaign_report(
    client: FotaClient,
    account: str,
    campaign_id: str,
    *,
    api: Api = "v3",
    on_page: Callable[[Any], object] | None = None,
) -> CampaignReport[V2DeviceStatus] | CampaignReport[V3DeviceStatus]:
    """Returns what became of each device of a campaign, over all pages of its report.

    A campaign that has ended says nothing about success: its devices do.

    Args:
        client: Its tokens, limits and retries hold for each of the calls, one for a page.
        account: Billing account, such as 0000123456-00001.
        campaign_id: Id of the campaign, from its schedule response.
        api: ``"v3"`` for firmware campaigns, ``"v2"`` for software campaigns.
        on_page: Called with each page that was read, such as to show how far it is; what it raises ends the call.

    Raises:
        ValidationError: Something is certainly wrong; nothing was sent.
        FotaError: The report was refused, or could not be read to its end.
    """
    findings = _check_call(client, api, on_page)
    if findings:
        raise ValidationError(findings)
    group: Any = client.software_management_reports_v3 if api == "v3" else client.software_management_reports_v2
    devices: dict[Any, Any] = {}
    total = None
    for page in group.paginated.get_campaign_device_status(account, campaign_id).pages():
        total = total if page.total_device is None else page.total_device
        for device in page.device_list or ():
            devices[id(device) if device.device_id is None else device.device_id] = device
        if on_page is not None:
            on_page(page)
    return CampaignReport(campaign_id, tuple(devices.values()), total)
