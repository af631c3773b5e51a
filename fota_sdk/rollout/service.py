"""What a roll-out asks of the service: typed operations of the client, and nothing below them.

Reads are functions of plain values, so that any executor can carry them out; each gets its client from the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias, TypeVar

from fota_sdk.client import FotaClient
from fota_sdk.exceptions import (
    AuthenticationError,
    DecodeError,
    FotaV2ResultException,
    FotaV3ResultException,
    NotFoundError,
)
from fota_sdk.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade
from fota_sdk.models.campaign_software_upgrade import CampaignSoftwareUpgrade
from fota_sdk.reports import find_campaigns
from fota_sdk.rollout.outcome import Observation, Seen
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.states import DeviceState, has_started, is_to_start, states_of_words
from fota_sdk.times import parse_time

Clients: TypeAlias = Callable[[str], FotaClient]
"""Gives the client of an account; the same one each time, where it can."""

Take: TypeAlias = Callable[[int], object]
"""Waits until a number of further calls may leave, and counts them."""

Page = TypeVar("Page")

Request: TypeAlias = CampaignFirmwareUpgrade | CampaignSoftwareUpgrade

Package: TypeAlias = tuple[str | None, ...]
"""What a campaign brings: name, from, to."""

_PACKAGE = {
    "v2": ("software_name", "software_from", "software_to"),
    "v3": ("firmware_name", "firmware_from", "firmware_to"),
}

PILOT = 20
"""How many devices of an account the service may take at most until some of them have succeeded."""

HISTORY_CALLS = 10
"""How many calls it takes at least to look through all campaigns of an account."""


def _campaigns(client: FotaClient, api: str) -> Any:
    return client.campaigns_v2 if api == "v2" else client.campaigns_v3


def _reports(client: FotaClient, api: str) -> Any:
    return client.software_management_reports_v2 if api == "v2" else client.software_management_reports_v3


@dataclass(frozen=True)
class Accepted:
    """A campaign that the service has accepted.

    Attributes:
        id: The service's id.
        status: Its status, where the response told it.
        start: First day, as the service has it.
        end: Last day, as the service has it.
    """

    id: str
    status: str | None = None
    start: date | None = None
    end: date | None = None


def schedule(client: FotaClient, api: str, account: str, request: Request) -> Accepted:
    """Schedule a campaign.

    Raises:
        FotaError: It was refused, or its outcome is unknown.
    """
    try:
        campaign = _campaigns(client, api).schedule_campaign_firmware_upgrade(account, request)
    except DecodeError as error:
        # The response is not whole, but it names the campaign: that is what matters.
        found = error.data.get("id") if isinstance(error.data, Mapping) else None
        if isinstance(found, str) and found != "":
            return Accepted(found)
        raise
    if campaign.id is None or campaign.id == "":
        raise DecodeError("the service accepted a campaign without telling its id", outcome_unknown=True)
    return Accepted(campaign.id, campaign.status, campaign.start_date, campaign.end_date)


def cancel(client: FotaClient, api: str, account: str, campaign_id: str) -> bool:
    """Cancel a campaign; return whether the service says that it did.

    Raises:
        FotaError: It was refused, or its outcome is unknown.
    """
    success: bool = _campaigns(client, api).cancel_campaign(account, campaign_id).success
    return success


@dataclass(frozen=True)
class Target:
    """A campaign to look at.

    Attributes:
        number: Of the roll-out.
        account: Billing account.
        id: The service's id.
        is_reported: Whether the last report has shown all of its devices.
    """

    number: int
    account: str
    id: str
    is_reported: bool


def look(clients: Clients, api: str, target: Target) -> Observation:
    """Read a campaign, and its report where that may tell something new.

    Before a campaign has started its report is read until it has shown all devices once: some are rejected by then. A
    status that is not known may be one of a campaign that runs. One that never started may have no report.

    Raises:
        FotaError: It could not be read.
    """
    client = clients(target.account)
    campaign = _campaigns(client, api).get_campaign_information(target.account, target.id)
    status: str = campaign.status
    observed = Observation(target.number, status, campaign.start_date, campaign.end_date, calls=1)
    if is_to_start(status) and target.is_reported:
        return observed
    try:
        devices, total, next_attempt, calls = _report(client, api, target)
    except AuthenticationError:  # which may be a 400 too
        raise
    except (FotaV2ResultException, FotaV3ResultException, NotFoundError):
        if has_started(status):
            raise
        return observed
    return Observation(
        target.number, status, campaign.start_date, campaign.end_date, devices, total, next_attempt, 1 + calls
    )


def _report(client: FotaClient, api: str, target: Target) -> tuple[tuple[Seen, ...], int | None, datetime | None, int]:
    under_way = states_of_words(has_started=True)
    devices: dict[str, Seen] = {}
    attempts: set[str | None] = set()
    total = None
    calls = 0
    for page in _reports(client, api).paginated.get_campaign_device_status(target.account, target.id).pages():
        calls += 1
        total = total if page.total_device is None else page.total_device
        for device in page.device_list or ():
            status = device.status
            devices[device.device_id] = (device.device_id, status, device.result_reason)
            if api == "v3" and under_way.get(status) == DeviceState.IN_PROGRESS:
                attempts.add(device.next_attempt_time)
    return tuple(devices.values()), total, _first(attempts), calls


def _first(attempts: set[str | None]) -> datetime | None:
    """Return the first of the times; None where there is none, or one is not known."""
    times = [time for time in attempts if time is not None]
    if times == [] or len(times) < len(attempts):
        return None
    return parse_time(min(times))


@dataclass(frozen=True)
class Candidate:
    """A campaign at the service that may be one of ours.

    Attributes:
        id: The service's id.
        name: Its name, where the history tells it.
        status: Its status.
        start: First day.
        end: Last day.
        package: What it brings.
    """

    id: str
    name: str | None
    status: str
    start: date | None
    end: date | None
    package: Package


def campaign_of(client: FotaClient, api: str, account: str, campaign_id: str) -> Candidate:
    """Return a campaign as the service has it."""
    found = _campaigns(client, api).get_campaign_information(account, campaign_id)
    package = _package(api, found)
    return Candidate(campaign_id, found.campaign_name, found.status, found.start_date, found.end_date, package)


def _paced(pages: Iterable[Page], take: Take) -> Iterator[Page]:
    """Give pages, each of which is a call."""
    take(1)
    for page in pages:
        _take_more(page, take)
        yield page


def _take_more(page: Any, take: Take) -> None:
    """Take the call for the page that follows, if there is one."""
    if page.has_more_data:
        take(1)


def history(client: FotaClient, api: str, account: str, take: Take) -> list[Candidate]:
    """Return all campaigns of an account that the reports tell of.

    Raises:
        FotaError: A report could not be read to its end.
    """
    take(HISTORY_CALLS)
    find: Any = find_campaigns
    return [
        Candidate(each.id, each.campaign_name, each.status, each.start_date, each.end_date, _package(api, each))
        for each in find(client, account, api=api, on_page=lambda page: _take_more(page, take))
    ]


def package_of(plan: RolloutPlan) -> Package:
    """Return what the campaigns of a plan bring."""
    return tuple(plan.campaign[key] for key in _PACKAGE[plan.api])


def _package(api: str, found: object) -> Package:
    return tuple(getattr(found, key) for key in _PACKAGE[api])


def devices_of(client: FotaClient, api: str, account: str, campaign_id: str, take: Take) -> frozenset[str]:
    """Return the devices of a campaign, as its report shows them; none where there is no report yet."""
    read = _reports(client, api).paginated.get_campaign_device_status(account, campaign_id)
    try:
        return frozenset(device.device_id for page in _paced(read.pages(), take) for device in page.device_list or ())
    except AuthenticationError:
        raise
    except (FotaV2ResultException, FotaV3ResultException, NotFoundError):
        return frozenset()


def was_upgraded(client: FotaClient, api: str, account: str, imei: str, campaigns: Iterable[str], to: str) -> bool:
    """Return whether the history of a device has an upgrade to a version by none of some known campaigns."""
    known = set(campaigns)
    for upgrade in _reports(client, api).get_device_firmware_upgrade_history(account, imei):
        campaign_id = upgrade.id if api == "v2" else upgrade.campaign_id
        version = upgrade.software_name if api == "v2" else upgrade.firmware_to
        if campaign_id not in known and version in (None, to):
            return True
    return False


@dataclass(frozen=True)
class AccountFacts:
    """What an account has that a schedule needs.

    Attributes:
        account: Billing account.
        wants_licenses: Whether each device must have a monthly license before a campaign takes it.
        free_licenses: How many licenses are on no device; None where that is not told.
        licensed: Devices that have one.
        calls: How many calls it took.
    """

    account: str
    wants_licenses: bool
    free_licenses: int | None = None
    licensed: frozenset[str] = frozenset()
    calls: int = 1


def licenses(clients: Clients, api: str, account: str) -> AccountFacts:
    """Read which devices of an account have a license, where they need one.

    Raises:
        FotaError: It could not be read.
    """
    client = clients(account)
    subscriptions = (
        client.software_management_subscriptions_v2 if api == "v2" else client.software_management_subscriptions_v3
    )
    subscription: Any = subscriptions.get_account_subscription_status(account)
    kinds = subscription.purchase_type or ""
    if "MRC" not in kinds or "EVNT" in kinds:
        return AccountFacts(account, False)
    group: Any = client.software_management_licenses_v2 if api == "v2" else client.software_management_licenses_v3
    read = group.paginated.get_account_license_status if api == "v2" else group.paginated.get_account_licenses_status
    licensed: set[str] = set()
    calls = 1
    for page in read(account, "0").pages():
        calls += 1
        licensed.update(device.device_id for device in page.device_list or ())
    free = None
    if subscription.license_count is not None and subscription.license_used_count is not None:
        free = subscription.license_count - subscription.license_used_count
    return AccountFacts(account, True, free, frozenset(licensed), calls)


@dataclass(frozen=True)
class DeviceFacts:
    """What the device list of an account tells of a device that is in a roll-out.

    Attributes:
        imei: Which.
        is_eligible: Whether the service can upgrade it over the air.
        is_active: Whether it is active; None where the list does not tell.
        versions: What it runs.
    """

    imei: str
    is_eligible: bool
    is_active: bool | None
    versions: tuple[str, ...]


def devices(client: FotaClient, api: str, account: str, protocol: str, take: Take) -> Iterator[DeviceFacts]:
    """Give the devices of an account.

    Raises:
        FotaError: The list could not be read to its end.
    """
    if api == "v2":
        old_pages = client.software_management_reports_v2.paginated.list_account_devices(account, "0", protocol).pages()
        for old_page in _paced(old_pages, take):
            for old in old_page.device_list or ():
                versions = tuple(each.name for each in old.software_list)
                yield DeviceFacts(old.device_id, old.fota_eligible, None, versions)
        return
    pages = client.account_devices.paginated.get_account_device_information(account, "0", protocol).pages()
    for page in _paced(pages, take):
        for new in page.device_list or ():
            yield DeviceFacts(new.device_id, new.fota_eligible, new.status == "Active", (new.firmware,))


def packages(client: FotaClient, api: str, account: str, protocol: str) -> set[Package]:
    """Return the packages that an account may use; V2 tells the name alone."""
    if api == "v2":
        found = client.software_management_reports_v2.list_available_software(account, protocol)
        return {(each.software_name,) for each in found}
    return {_package(api, each) for each in client.firmware_v3.list_available_firmware(account, protocol)}
