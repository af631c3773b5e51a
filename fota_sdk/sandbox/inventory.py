"""The devices of accounts, and the packages that there are for them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.device import (
    DEFAULTS,
    EXAMPLES,
    HTTP,
    LWM2M,
    Device,
    Kind,
    Package,
    checked_imeis,
    kind_of,
    package_for,
)

EXAMPLE_DEVICES = ("990013907833573", "990013907835578", "990013907884253")
"""What an open inventory lists, in order; any other device exists there too."""

MOST_DEVICES = 10_000_000


@dataclass
class _Account:
    """The devices of one account: their kinds, how many devices each kind has, and their order."""

    facts: dict[str, Kind] = field(default_factory=dict)
    kinds: dict[int, Kind] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    order: list[str] | None = None

    def put(self, imeis: Iterable[str], kind: Kind) -> None:
        before = len(self.facts)
        new = dict.fromkeys(imeis, kind)
        for other, count in self.counts_of(new).items():
            self.counts[other] -= count
            if self.counts[other] == 0:
                del self.counts[other], self.kinds[other]
        if new != {}:
            self.kinds[id(kind)] = kind
            self.counts[id(kind)] += len(new)
        self.facts.update(new)
        if len(self.facts) != before:
            self.order = None

    def counts_of(self, imeis: dict[str, Kind]) -> Counter[int]:
        """Return how many of some devices have each kind now; those that are new have none."""
        return Counter(id(self.facts[imei]) for imei in self.facts.keys() & imeis.keys())

    def licensed(self, counts: Mapping[int, int]) -> int:
        """Return how many devices with a license there are among those that were counted."""
        return sum(count for kind, count in counts.items() if self.kinds[kind][LWM2M].is_licensed)

    def in_order(self) -> list[str]:
        order = self.order
        if order is None:
            order = self.order = sorted(self.facts)
        return order

    def after(self, imei: str) -> Iterator[str]:
        order = self.in_order()
        return (order[place] for place in range(bisect_right(order, imei), len(order)))


class Inventory:
    """The devices of all accounts. It is open until a device is declared: every device then exists and fits.

    It has no lock of its own: whoever changes or counts its devices holds that of the fleet, and a single look-up is
    atomic.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """Whether devices that nobody declared exist."""
        return self._is_open

    @property
    def size(self) -> int:
        """How many devices it keeps facts of."""
        return sum(len(each.facts) for each in list(self._accounts.values()))

    def close(self) -> None:
        """Let no device exist but those that are declared."""
        if self._is_open:
            self._is_open = False
            self._accounts = {}

    def add(
        self, account: str, imeis: Iterable[str], facts: Mapping[str, Any], *, since: datetime, licenses: int
    ) -> None:
        """Declare devices, which closes the inventory; a device that is there gets the new facts.

        Args:
            account: Whose they are.
            imeis: Their IMEIs.
            facts: Attributes of `Device` that all of them have.
            since: What time it is; upgrades before it are no longer seen in the facts of the devices.
            licenses: How many of them the account has.

        Raises:
            ConfigurationError: An IMEI or a fact cannot be used, or the licenses do not suffice.
        """
        shared = kind_of(facts, since)
        listed = checked_imeis(imeis)
        if self.size + len(listed) > MOST_DEVICES:
            raise ConfigurationError(f"an inventory takes {MOST_DEVICES:,} devices at most")
        if shared[LWM2M].is_licensed:
            self._check_licenses(account, listed, licenses)
        self.close()
        self._accounts.setdefault(account, _Account()).put(listed, shared)

    def _check_licenses(self, account: str, imeis: Iterable[str], licenses: int) -> None:
        new = dict.fromkeys(imeis, DEFAULTS)
        known = _Account() if self._is_open else self._accounts.get(account, _Account())
        others = known.licensed(known.counts) - known.licensed(known.counts_of(new))
        if others + len(new) > licenses:
            raise ConfigurationError(
                f"{others + len(new)} devices of {account} would have a license, and it has {licenses} licenses"
            )

    def facts(self, account: str, imei: str, protocol: str = LWM2M) -> Device | None:
        """Return what was declared of a device, the same object for all that share it; None where there is no device.

        Args:
            account: Whose.
            imei: Which.
            protocol: What a device is shown as whose protocol nobody declared.
        """
        known = self._accounts.get(account)
        kind = None if known is None else known.facts.get(imei)
        if kind is None:
            if not self._is_open:
                return None
            kind = DEFAULTS
        return kind[HTTP if protocol == HTTP else LWM2M]

    def find(self, account: str, imei: str, protocol: str = LWM2M) -> Device | None:
        """Return a device of an account with its IMEI, None where there is none; the arguments are those of `facts`."""
        facts = self.facts(account, imei, protocol)
        return None if facts is None else facts._replace(imei=imei, mdn=facts.mdn or imei[-10:])

    def text_of(self, account: str, imei: str) -> str:
        """Return the text that is kept of an IMEI, so that whoever keeps it too takes no further memory."""
        known = self._accounts.get(account)
        if known is None or imei not in known.facts:
            return imei
        order = known.in_order()
        return order[bisect_left(order, imei)]

    def change(self, account: str, imeis: Iterable[str], **facts: Any) -> None:
        """Change facts of some devices, such as their licenses; a device that does not exist stays so."""
        known = self._accounts.get(account, _Account())
        alike: dict[int, tuple[Kind, list[str]]] = {}
        for imei in imeis:
            kind = known.facts.get(imei, DEFAULTS if self._is_open else None)
            if kind is not None:
                alike.setdefault(id(kind), (kind, []))[1].append(imei)
        for kind, members in alike.values():
            self._accounts.setdefault(account, known).put(
                members, {protocol: device._replace(**facts) for protocol, device in kind.items()}
            )

    def devices(
        self, account: str, after: str = "0", protocol: str = LWM2M, only: Callable[[str], bool] | None = None
    ) -> Iterator[Device]:
        """Give the devices of an account in the order of their IMEIs: those that are larger than `after`.

        An open inventory lists the example devices, and those whose facts were changed.

        Args:
            account: Whose.
            after: Only those with larger IMEIs.
            protocol: What a device is shown as whose protocol nobody declared.
            only: Tells which protocols are wanted; None for all.
        """
        known = self._accounts.get(account, _Account())
        listed: Iterator[str] = known.after(after)
        if self._is_open:
            listed = iter(sorted({*listed, *(imei for imei in EXAMPLE_DEVICES if imei > after)}))
        view = HTTP if protocol == HTTP else LWM2M
        for imei in listed:
            if only is None or only(known.facts.get(imei, DEFAULTS)[view].protocol):
                device = self.find(account, imei, protocol)
                if device is not None:
                    yield device

    def licensed(self, account: str, after: str = "0") -> Iterator[Device]:
        """Give the devices with a license, in the order of their IMEIs: those that are larger than `after`."""
        known = self._accounts.get(account, _Account())
        for imei in known.after(after):
            device = known.facts[imei][LWM2M]
            if device.is_licensed:
                yield device._replace(imei=imei)

    def licensed_count(self, account: str) -> int:
        """Return how many devices of an account have a license."""
        known = self._accounts.get(account, _Account())
        return known.licensed(known.counts)

    def packages(self, account: str, protocol: str) -> list[Package]:
        """Return the packages of a protocol for the makes, models and versions that an account has.

        An open inventory has the example of the vendor's pages.
        """
        if self._is_open:
            return [EXAMPLES[protocol]] if protocol in EXAMPLES else []
        known = self._accounts.get(account, _Account())
        packages = {
            package_for(device)
            for kind in known.kinds.values()
            for device in kind.values()
            if device.protocol == protocol
        }
        return sorted(packages, key=lambda package: package.name)
