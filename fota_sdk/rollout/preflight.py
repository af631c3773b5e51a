"""The look before the start: what the service knows of the devices, the package, the licenses and live campaigns."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fota_sdk.client import FotaClient
from fota_sdk.exceptions import FotaError, clip
from fota_sdk.models.campaign_status import CampaignStatus
from fota_sdk.rollout import service
from fota_sdk.rollout.asking import ends_all
from fota_sdk.rollout.findings import Finding
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.records import Records
from fota_sdk.rollout.service import PILOT, Clients, Package, Take

_FOREIGN_MARKER = re.compile(r"[a-km-np-z2-9]{8}\.[0-9]{4,}(?: |$)")
_DAMAGED = "the response cannot be used"


def preflight(journal: Records, clients: Clients, take: Take) -> Iterator[Finding]:
    """Give what speaks against the start; only reads are sent.

    Args:
        journal: The journal.
        clients: Gives the client of an account.
        take: Waits until a number of calls may leave.

    Raises:
        AuthenticationError: The service refuses the credentials: no account is asked for any more.
        ConfigurationError: A client cannot be built.
    """
    snapshot = journal.snapshot()
    for account in snapshot.accounts:
        ours = set(journal.devices_of(account.name))
        first = next(
            (size for wave in snapshot.waves if (size := snapshot.sizes.get((account.name, wave.number), 0)) > 0), 0
        )
        if first > PILOT:
            text = (
                f"its first wave has {first:,} devices: until some have succeeded the service may take {PILOT} at most"
            )
            yield Finding(False, account.name, text)
        try:
            yield from _account(journal.plan, account.name, ours, clients, take)
        except FotaError as error:
            if ends_all(error):
                raise
            text = f"it could not be looked at: {clip(f'{type(error).__name__}: {error}', 300)}"
            yield Finding(True, account.name, text)


def _account(plan: RolloutPlan, account: str, ours: set[str], clients: Clients, take: Take) -> Iterator[Finding]:
    client = clients(account)
    package = service.package_of(plan)
    how = str(plan.campaign.get("distribution_type", "HTTP") if plan.api == "v2" else _protocol(plan))
    take(1)
    packages = service.packages(client, plan.api, account, how)
    wanted = package[:1] if plan.api == "v2" else package
    if wanted not in packages:
        names = sorted(str(each[0]) for each in packages)
        known = f"; it has {', '.join(names[:3])}" if names else ""
        versions = "" if plan.api == "v2" else f", from {package[1]} to {package[2]}"
        look = f"fota {plan.api} packages --account {account}"
        text = f"the package {package[0]} is not available to it over {how}{versions}{known}. Which are: {look}"
        yield Finding(True, account, text)
    yield from _devices(plan, client, account, ours, how, package, take)
    yield from _licenses(plan, account, ours, clients, take)
    yield from _live_campaigns(plan, client, account, ours, package, take)


def _protocol(plan: RolloutPlan) -> str:
    protocol: str = plan.campaign.get("protocol", "LWM2M")
    return protocol


def _devices(
    plan: RolloutPlan,
    client: FotaClient,
    account: str,
    ours: set[str],
    how: str,
    package: Package,
    take: Take,
) -> Iterator[Finding]:
    _, old, new = package
    strange, idle, done, other = [], [], [], []
    missing = set(ours)
    for device in service.devices(client, plan.api, account, how, take):
        if device.imei not in ours:
            continue
        missing.discard(device.imei)
        if not device.is_eligible:
            strange.append(device.imei)
        elif device.is_active is False:
            idle.append(device.imei)
        elif new in device.versions:
            done.append(device.imei)
        elif old not in device.versions:
            other.append(device.imei)
    key = "distribution_type" if plan.api == "v2" else "protocol"
    look = f"fota {plan.api} account-devices --account {account}"
    text = (
        f"not among the account's devices of {how}: take out of the file, or correct {key} in the plan. "
        f"Which are there: {look}{'' if plan.api == 'v2' else f' --protocol {how}'}"
    )
    yield from _finding(True, account, sorted(missing), text)
    yield from _finding(True, account, strange, "cannot be upgraded over the air; take out of the file")
    yield from _finding(False, account, idle, "not active, and will not finish")
    yield from _finding(False, account, done, f"on {new} already, and may be rejected, or upgraded again")
    yield from _finding(False, account, other, f"not on {old}, and may be rejected")


def _finding(is_error: bool, account: str, devices: list[str], text: str) -> Iterator[Finding]:
    if devices:
        whom = f"device {devices[0]}" if len(devices) == 1 else f"{len(devices):,} devices, such as {devices[0]}"
        yield Finding(is_error, account, f"{whom}: {text}", tuple(devices))


def _licenses(plan: RolloutPlan, account: str, ours: set[str], clients: Clients, take: Take) -> Iterator[Finding]:
    take(1)
    facts = service.licenses(clients, plan.api, account)
    take(facts.calls - 1)
    without = sorted(ours - facts.licensed) if facts.wants_licenses else []
    if plan.campaign.get("auto_assign_license_flag") is True:
        if facts.free_licenses is not None and facts.free_licenses < len(without):
            text = (
                f"without a license, free: {facts.free_licenses}. The account will be held before the first "
                f"campaigns that need more than are left. How many: fota {plan.api} licenses --account {account}"
            )
            yield from _finding(False, account, without, text)
        return
    text = (
        "without a license: assign one to each before its wave, or the account will be held. "
        f"How many there are: fota {plan.api} licenses --account {account}"
    )
    yield from _finding(False, account, without, text)


def _live_campaigns(
    plan: RolloutPlan,
    client: FotaClient,
    account: str,
    ours: set[str],
    package: Package,
    take: Take,
) -> Iterator[Finding]:
    for campaign in service.history(client, plan.api, account, take):
        if CampaignStatus.is_final(campaign.status):
            continue
        devices = service.devices_of(client, plan.api, account, campaign.id, take)
        held = sorted(ours & devices)
        is_rollout = campaign.name is not None and _FOREIGN_MARKER.match(campaign.name) is not None
        if not devices and campaign.package == package:
            text = f"the live campaign {campaign.id} of this package shows no devices: some may be in it. Wait until it"
            yield Finding(is_rollout, account, f"{text} has started, or has ended")
        if not held:
            continue
        if is_rollout and campaign.package == package:
            text = (
                f"in the live campaign {campaign.id} ({campaign.name}) of another roll-out of this package. "
                "Was its journal lost? Restore it and go on with --moved; or wait until the campaign has ended"
            )
        else:
            text = f"in the live campaign {campaign.id}, and would be rejected. Wait until it has ended"
        yield from _finding(True, account, held, text)
