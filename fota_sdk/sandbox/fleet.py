"""All campaigns and devices of a sandbox: which device may join which campaign, and what it runs today."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

from fota_sdk.sandbox.campaign import Campaign
from fota_sdk.sandbox.clock import Clock
from fota_sdk.sandbox.device import EXAMPLES, HTTP, LWM2M, Device, Package
from fota_sdk.sandbox.inventory import Inventory
from fota_sdk.sandbox.messages import Json
from fota_sdk.sandbox.outcomes import Outcomes
from fota_sdk.sandbox.rules import LARGEST_PAGE, Version

OMA = {"OMA", "OMD-DM", "OMDADM", "OMADM"}  # spellings of one protocol
_OF_PACKAGES = "OMD-DM"  # how packages spell it, however their devices do


class Fleet:
    """What campaigns of both versions share.

    Args:
        clock: What they live by.
        inventory: The devices.
        report_lag: How old the state is that reports show.
        page_size: How many entries are on a page; None for as many as the service puts there.

    Attributes:
        lock: Held by whoever reads or changes campaigns, devices or outcomes.
        outcomes: What becomes of upgrades.
    """

    def __init__(self, clock: Clock, inventory: Inventory, *, report_lag: timedelta, page_size: int | None) -> None:
        self.clock = clock
        self._page_size = page_size
        self._report_lag = report_lag
        self.inventory = inventory
        self.lock = threading.RLock()
        self.outcomes = Outcomes()
        self._campaigns: dict[str, list[Campaign]] = {}

    @property
    def lags(self) -> bool:
        """Whether reports are late."""
        return self._report_lag != timedelta()

    def page_size(self, own: int = LARGEST_PAGE) -> int:
        """Return how many entries are on a page: as many as the service puts there itself, unless it was told."""
        return own if self._page_size is None else self._page_size

    def report_time(self) -> datetime:
        """Return the time of which reports show the state."""
        return self.clock.now() - self._report_lag

    def add(self, campaign: Campaign) -> None:
        """Keep a new campaign."""
        self._campaigns.setdefault(campaign.information["accountName"], []).append(campaign)

    def campaigns_of(self, account: str) -> list[Campaign]:
        """Return the campaigns of an account, the oldest first."""
        return self._campaigns.get(account, [])

    def campaigns_of_customer(self, account: str) -> Iterator[Campaign]:
        """Return the campaigns of all accounts of a customer, whose numbers begin alike."""
        customer = account.partition("-")[0]
        for other, campaigns in list(self._campaigns.items()):
            if other.partition("-")[0] == customer:
                yield from campaigns

    def make_and_model(self, account: str, version: Version, wanted: Json, imeis: list[str]) -> Json:
        """Return whose devices a campaign is for: by its package, else by the first of its devices that there is."""
        protocol = wanted[version.texts.protocol]
        name = wanted[version.texts.package]
        for package in self.inventory.packages(account, version.protocol):
            if package.name == name:
                return {"make": package.make, "model": package.model}
        default = EXAMPLES[version.protocol]
        for imei in imeis:
            device = self.inventory.find(account, imei, version.protocol)
            if device is not None and device.declared & {"make", "model"} and _fits("protocol", device, protocol):
                return {"make": device.make, "model": device.model}
        return {"make": default.make, "model": default.model}

    def holding(self, account: str, imeis: Collection[str]) -> list[Campaign]:
        """Return the campaigns of an account in which any of these devices is or will be, the oldest first.

        An account may have many campaigns; what is asked of each device need only be asked of these.
        """
        return [campaign for campaign in self.campaigns_of(account) if campaign.has_any(imeis)]

    def admitted(
        self, account: str, version: Version, information: Json, imeis: list[str], now: datetime
    ) -> dict[str, str | None]:
        """Return why each device is rejected by a campaign, None for those that are not."""
        holding = self.holding(account, imeis)
        live = [each for each in holding if each.is_live(now) and each.information["id"] != information["id"]]
        misfits: dict[Device, str | None] = {}

        def rejection(imei: str) -> str | None:
            asked = self.outcomes.rejection(imei, now)
            if asked is not None:
                return asked.reason or "Device is not active or not connected"
            facts = self.inventory.facts(account, imei, version.protocol)
            if facts is None:
                return "Device not found"
            device = current(facts, imei, holding, now)
            if device not in misfits:
                misfits[device] = _misfit(device, version, information)
            if misfits[device] is not None:
                return misfits[device]
            is_known = "protocol" in device.declared  # else nothing tells that it is the same device to both versions
            if any(each.is_busy_with(imei, now) for each in live if is_known or each.version is version):
                return "Device is already in another upgrade, which must finish first"
            return None

        return {self.inventory.text_of(account, imei): rejection(imei) for imei in imeis}

    def current(self, account: str, devices: list[Device], now: datetime) -> list[Device]:
        """Return devices as they are now: with what their upgrades have brought since they were declared."""
        holding = self.holding(account, [device.imei for device in devices])
        return [current(device, device.imei, holding, now) for device in devices]

    def devices(self, account: str, after: str, version: Version, protocol: str | None, most: int) -> list[Device]:
        """Return the devices of an account as they are now, in the order of their IMEIs.

        Args:
            account: Whose.
            after: Only those with larger IMEIs.
            version: What a device of an open inventory is made to fit.
            protocol: Only those of this protocol; None for all.
            most: How many at most.
        """
        now = self.clock.now()

        def is_wanted(other: str) -> bool:
            return protocol is None or is_alike(other, protocol)

        found = self.inventory.devices(account, after, version.protocol, is_wanted)
        if self.inventory.is_open:
            known = {device.imei for device in self.inventory.devices(account, after, version.protocol)}
            for campaign in self.campaigns_of(account):
                if campaign.version is version:
                    known.update(imei for imei in campaign.members(now) if imei > after)
            all_found = (self.inventory.find(account, imei, version.protocol) for imei in sorted(known))
            found = (device for device in all_found if device is not None and is_wanted(device.protocol))
        return self.current(account, list(islice(found, most)), now)

    def packages(self, account: str, version: Version, protocol: str | None) -> list[Package]:
        """Return what a version can install on the devices of an account: of one protocol, or of all it has."""
        has = (HTTP,) if version.protocol == HTTP else (LWM2M, *sorted(OMA))
        wanted = [each for each in has if protocol is None or is_alike(each, protocol)]
        with self.lock:
            found = [package for each in wanted for package in self.inventory.packages(account, each)]
        shown = (replace(each, protocol=_OF_PACKAGES if each.protocol in OMA else each.protocol) for each in found)
        return list(dict.fromkeys(shown))


def current(device: Device, imei: str, campaigns: list[Campaign], now: datetime) -> Device:
    """Return a device with what its upgrades in these campaigns have brought since it was declared."""
    upgrades = []
    for campaign in campaigns:
        moment = campaign.upgraded_at(imei, now)
        if moment is not None and (device.since is None or moment > device.since):
            upgrades.append((moment, campaign))
    for moment, campaign in sorted(upgrades, key=lambda upgrade: upgrade[0]):
        brought = campaign.information[campaign.version.texts.new]
        if campaign.sends_file:
            device = device._replace(last_upgrade=moment)
        elif campaign.version.protocol == HTTP:
            number = device.software[1]
            following = str(int(number) + 1) if number.isascii() and number.isdigit() else number
            device = device._replace(software=(brought, following), last_upgrade=moment)
        else:
            device = device._replace(firmware=brought, last_upgrade=moment)
    return device


def is_alike(protocol: str, other: str) -> bool:
    """Return whether two words mean the same protocol; OMA-DM has several."""
    return protocol == other or {protocol, other} <= OMA


def _misfit(device: Device, version: Version, information: Json) -> str | None:
    """Return in which of its declared facts a device does not fit a campaign."""
    is_http = version.protocol == HTTP
    if not device.is_eligible or not _fits("protocol", device, information[version.texts.protocol]):
        return "Device is not FOTA capable"
    if not device.is_active:
        return "Device is not active or not connected"
    if not all(_fits(key, device, information[key]) for key in ("make", "model")):
        return "Make or model of the device does not match"
    if "fileName" in information:  # a file fits whatever runs
        return None
    runs = device.software[0] if is_http else device.firmware
    if ("software" if is_http else "firmware") in device.declared and runs != information[version.texts.old]:
        return "Software version of the device does not meet the prerequisite"
    return None


def _fits(fact: str, device: Device, wanted: str) -> bool:
    has = getattr(device, fact)
    return fact not in device.declared or has.lower() == wanted.lower() or is_alike(has, wanted)
