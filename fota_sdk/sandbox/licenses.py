"""The licenses of accounts: which devices have one, and how many are left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.inventory import MOST_DEVICES
from fota_sdk.sandbox.life_cycle import SCHEDULED
from fota_sdk.sandbox.messages import refuse
from fota_sdk.sandbox.rules import check_account

if TYPE_CHECKING:
    from fota_sdk.sandbox.device import Device
    from fota_sdk.sandbox.fleet import Fleet

MONTHLY, EVENT = "MRC", "EVNT"
_KINDS = (EVENT, MONTHLY)  # in the order of the service's examples
MOST_LICENSES = 1_000_000

ASSIGNED = REMOVED = "Success"
PREEXISTING = "Device license preexisting"
UNKNOWN_DEVICE = "Device does not exist."
NONE_LEFT = "No license available"
NO_LICENSE = "No license attached to device"
PINNED = "Removal not allowed for devices that have ever upgraded firmware"


@dataclass(frozen=True)
class Subscription:
    """What accounts pay for.

    Attributes:
        purchase: How: ``MRC`` by month, ``EVNT`` by upgrade, or both with a comma between; None for by month where
            there is a number of licenses, else for both.
        licenses: How many monthly licenses an account has; None for as many as it may need.

    Raises:
        ConfigurationError: A value cannot be used.
    """

    purchase: str | None = None
    licenses: int | None = None

    def __post_init__(self) -> None:
        if self.purchase is not None and not isinstance(self.purchase, str):
            raise ConfigurationError(f"purchase must be a text, got {self.purchase!r}")
        if not self.kinds <= set(_KINDS):
            raise ConfigurationError(f'purchase must be "MRC", "EVNT" or "EVNT,MRC", got {self.purchase!r}')
        count = self.licenses
        if count is None:
            return
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_LICENSES:
            raise ConfigurationError(f"licenses must be a whole number from 0 to {MOST_LICENSES:,}, got {count!r}")
        if not self.is_monthly:
            raise ConfigurationError("accounts that pay by upgrade have no licenses: purchase must have MRC")

    @property
    def kinds(self) -> set[str]:
        """The ways in which accounts pay."""
        if self.purchase is None:
            return set(_KINDS) if self.licenses is None else {MONTHLY}
        return set(self.purchase.split(","))

    @property
    def is_monthly(self) -> bool:
        """Whether there are licenses to assign."""
        return MONTHLY in self.kinds

    @property
    def needs_licenses(self) -> bool:
        """Whether a campaign takes no device without a license."""
        return self.kinds == {MONTHLY}

    @property
    def count(self) -> int:
        """How many licenses an account has."""
        if self.licenses is not None:
            return self.licenses
        return MOST_LICENSES if self.is_monthly else 0

    @property
    def purchase_type(self) -> str:
        """How the service writes the purchase."""
        return ",".join(f"TS-HFOTA-{kind}" for kind in _KINDS if kind in self.kinds)


class Licenses:
    """The licenses of all accounts, which V2 and V3 share, for any number of threads.

    A license stands on its device in the inventory; only the number of those that an account has is kept here.

    Args:
        fleet: The devices, and the campaigns that pin their licenses.
        subscription: What accounts pay for.
    """

    def __init__(self, fleet: Fleet, subscription: Subscription) -> None:
        self.subscription = subscription
        self.bought_at = fleet.clock.now()
        self._fleet = fleet
        self._inventory = fleet.inventory
        self._lock = fleet.lock

    @property
    def page_size(self) -> int:
        """Devices on a page of the license status."""
        return self._fleet.page_size()

    def used(self, account: str) -> int:
        """Return how many licenses are on devices."""
        check_account(account)
        with self._lock:
            return self._inventory.licensed_count(account)

    def page(self, account: str, after: str) -> tuple[list[tuple[str, datetime]], bool]:
        """Return the next devices with a license, in the order of their IMEIs, and whether there are more.

        Args:
            account: Whose.
            after: The devices that are returned have larger IMEIs.
        """
        check_account(account)
        with self._lock:
            found = list(islice(self._inventory.licensed(account, after), self.page_size + 1))
        listed = [(device.imei, device.licensed_at or self.bought_at) for device in found[: self.page_size]]
        return listed, len(found) > self.page_size

    def assign(self, account: str, devices: Iterable[str]) -> list[tuple[str, bool, str]]:
        """Assign a license to each device; return which got one, and why."""
        self.check_monthly(account)
        with self._lock:
            free = self.subscription.count - self.used(account)
            reasons: list[tuple[str, str]] = []
            taking: dict[str, None] = {}
            for imei in devices:
                reason = PREEXISTING if imei in taking else self._refusal(account, imei, free - len(taking))
                if reason is None:
                    taking[imei] = None
                reasons.append((imei, ASSIGNED if reason is None else reason))
            self._give(account, taking)
        return [(imei, reason == ASSIGNED, reason) for imei, reason in reasons]

    def remove(self, account: str, devices: Iterable[str]) -> list[tuple[str, bool, str]]:
        """Take back the license of each device; return which lost one, and why."""
        self.check_monthly(account)
        with self._lock:
            reasons: list[tuple[str, str]] = []
            losing: dict[str, None] = {}
            for imei in devices:
                reason = NO_LICENSE if imei in losing else self._hold(account, imei)
                if reason is None:
                    losing[imei] = None
                reasons.append((imei, REMOVED if reason is None else reason))
            self._take_back(account, losing)
        return [(imei, reason == REMOVED, reason) for imei, reason in reasons]

    def take(self, account: str, admitted: Mapping[str, str | None], *, auto_assign: bool) -> None:
        """See to the licenses of the devices that a campaign is about to take; the caller holds the fleet's lock.

        Args:
            account: Whose.
            admitted: Why each device is rejected, which then needs no license; None for those that are not.
            auto_assign: Whether those without a license are given one.

        Raises:
            Refused: A device needs a license and has none, or more are needed than are left.
        """
        if not self.subscription.needs_licenses and not (auto_assign and self.subscription.is_monthly):
            return
        without = [imei for imei, rejection in admitted.items() if rejection is None and self._lacks(account, imei)]
        if without != [] and not auto_assign:
            raise refuse(f"{without[0]} has no license, as one of {len(without)}: assign licenses first.")
        free = max(self.subscription.count - self.used(account), 0)
        if len(without) > free:
            raise refuse(f"More licenses are needed, {len(without)}, than are left, {free}.")
        self._give(account, without)

    def check_monthly(self, account: str) -> None:
        """Refuse what is for accounts with monthly licenses only."""
        check_account(account)
        if not self.subscription.is_monthly:
            raise refuse("The account has no monthly licenses: it pays by upgrade.")

    def _lacks(self, account: str, imei: str) -> bool:
        device = self._inventory.find(account, imei)
        return device is not None and not device.is_licensed

    def _refusal(self, account: str, imei: str, free: int) -> str | None:
        """Return why a device gets no license; None where it gets one."""
        device = self._inventory.find(account, imei)
        if device is None:
            return UNKNOWN_DEVICE
        if device.is_licensed:
            return PREEXISTING
        return NONE_LEFT if free <= 0 else None

    def _hold(self, account: str, imei: str) -> str | None:
        """Return why a device keeps its license, or has none; None where it loses it."""
        device = self._inventory.find(account, imei)
        if device is None:
            return UNKNOWN_DEVICE
        if not device.is_licensed:
            return NO_LICENSE
        return PINNED if self._is_pinned(account, device) else None

    def _give(self, account: str, devices: Collection[str]) -> None:
        if self._inventory.is_open and self._inventory.size + len(devices) > MOST_DEVICES:
            raise refuse(f"The sandbox keeps licenses of {MOST_DEVICES:,} devices at most.")
        self._inventory.change(account, devices, is_licensed=True, licensed_at=self._fleet.clock.now())

    def _take_back(self, account: str, devices: Iterable[str]) -> None:
        self._inventory.change(account, devices, is_licensed=False, licensed_at=None)

    def _is_pinned(self, account: str, device: Device) -> bool:
        """Return whether a device is being upgraded, or was since it has its license."""
        now = self._fleet.clock.now()
        since = device.licensed_at
        upgrades = [device.last_upgrade]
        for campaign in self._fleet.holding(account, [device.imei]):
            if campaign.status_at(now) == SCHEDULED and campaign.is_busy_with(device.imei, now):
                return True
            upgrades.append(campaign.upgraded_at(device.imei, now))
        return any(moment is not None and (since is None or moment >= since) for moment in upgrades)
