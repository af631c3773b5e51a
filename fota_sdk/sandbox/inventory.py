"""The devices of accounts, and the packages that there are for them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from fota_sdk.exceptions import ConfigurationError

LWM2M, HTTP = "LWM2M", "HTTP"

EXAMPLE_DEVICES = ("990013907833573", "990013907835578", "990013907884253")
"""What an open inventory lists, in order; any other device exists there too."""

_IMEI = re.compile(r"\d{15}", re.ASCII)
MOST_DEVICES = 10_000_000


class Device(NamedTuple):
    """A device, as it was declared. What nobody declared of it fits every campaign.

    Attributes:
        imei: Its 15 digits.
        make: Who made it.
        model: What it is.
        protocol: ``LWM2M`` (firmware, V3) or ``HTTP`` (software, V2).
        firmware: The version that it ran when it was declared.
        software: Name and version of what it ran when it was declared.
        is_eligible: Whether it can be upgraded over the air.
        is_licensed: Whether it has a licence.
        licensed_at: Since when; None where it was declared so, or has none.
        is_active: Whether its line is active.
        mdn: Telephone number.
        last_upgrade: When it was upgraded before it was declared.
        declared: Names of the facts that were declared.
        since: When they were declared; None: before all campaigns.
    """

    imei: str = ""
    make: str = "SEQUANS Communications"
    model: str = "GM01Q"
    protocol: str = LWM2M
    firmware: str = "SR1.2.0.0-10512"
    software: tuple[str, str] = ("FOTA_Verizon_Model-A_00To01_HF", "1")
    is_eligible: bool = True
    is_licensed: bool = False
    licensed_at: datetime | None = None
    is_active: bool = True
    mdn: str = ""
    last_upgrade: datetime | None = None
    declared: frozenset[str] = frozenset()
    since: datetime | None = None

    @property
    def is_declared(self) -> bool:
        """Whether anything was declared of it."""
        return self.declared != frozenset()


@dataclass(frozen=True, slots=True)
class Package:
    """A firmware or software that can be installed.

    Attributes:
        name: What a campaign calls it.
        make: Maker of the devices that it fits.
        model: Model of the devices that it fits.
        protocol: How it travels.
        before: Version, or name of the software, that it is installed over.
        after: Version, or name of the software, that a device runs afterwards.
    """

    name: str
    make: str
    model: str
    protocol: str
    before: str
    after: str


_DEFAULTS = {LWM2M: Device(), HTTP: Device(make="Verizon", model="Model-A", protocol=HTTP)}
_FACTS = set(Device._fields) - {"imei", "declared", "since"}
EXAMPLES = {
    LWM2M: Package(
        "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        "SEQUANS Communications",
        "GM01Q",
        LWM2M,
        "SR1.2.0.0-10512",
        "SR1.2.0.0-10657",
    ),
    HTTP: Package(
        "FOTA_Verizon_Model-A_02To03_HF",
        "Verizon",
        "Model-A",
        HTTP,
        "FOTA_Verizon_Model-A_00To01_HF",
        "FOTA_Verizon_Model-A_02To03_HF",
    ),
}
_Kind = dict[str, Device]
"""What devices of one `Inventory.add` share: one of LWM2M and one of HTTP, the same where the protocol is known."""


@dataclass
class _Account:
    """The devices of one account: their kinds, how many devices each kind has, and their order."""

    facts: dict[str, _Kind] = field(default_factory=dict)
    kinds: dict[int, _Kind] = field(default_factory=dict)
    counts: Counter[int] = field(default_factory=Counter)
    order: list[str] | None = None

    def put(self, imeis: Iterable[str], kind: _Kind) -> None:
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

    def counts_of(self, imeis: dict[str, _Kind]) -> Counter[int]:
        """Return how many of some devices have each kind now; those that are new have none."""
        return Counter(id(self.facts[imei]) for imei in self.facts.keys() & imeis.keys())

    def licensed(self, counts: Mapping[int, int]) -> int:
        """Return how many devices with a licence there are among those that were counted."""
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
            ConfigurationError: An IMEI or a fact cannot be used, or the licences do not suffice.
        """
        shared = _kind(facts, since)
        listed = _checked(imeis)
        if self.size + len(listed) > MOST_DEVICES:
            raise ConfigurationError(f"an inventory takes {MOST_DEVICES:,} devices at most")
        if shared[LWM2M].is_licensed:
            self._check_licenses(account, listed, licenses)
        self.close()
        self._accounts.setdefault(account, _Account()).put(listed, shared)

    def _check_licenses(self, account: str, imeis: Iterable[str], licenses: int) -> None:
        new = dict.fromkeys(imeis, _DEFAULTS)
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
            kind = _DEFAULTS
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
        """Change facts of some devices, such as their licences; a device that does not exist stays so."""
        known = self._accounts.get(account, _Account())
        alike: dict[int, tuple[_Kind, list[str]]] = {}
        for imei in imeis:
            kind = known.facts.get(imei, _DEFAULTS if self._is_open else None)
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
            if only is None or only(known.facts.get(imei, _DEFAULTS)[view].protocol):
                device = self.find(account, imei, protocol)
                if device is not None:
                    yield device

    def licensed(self, account: str, after: str = "0") -> Iterator[Device]:
        """Give the devices with a licence, in the order of their IMEIs: those that are larger than `after`."""
        known = self._accounts.get(account, _Account())
        for imei in known.after(after):
            device = known.facts[imei][LWM2M]
            if device.is_licensed:
                yield device._replace(imei=imei)

    def licensed_count(self, account: str) -> int:
        """Return how many devices of an account have a licence."""
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
            _package(device) for kind in known.kinds.values() for device in kind.values() if device.protocol == protocol
        }
        return sorted(packages, key=lambda package: package.name)


def _package(facts: Device) -> Package:
    before = facts.software[0] if facts.protocol == HTTP else facts.firmware
    example = EXAMPLES.get(facts.protocol)
    if example is not None and (facts.make, facts.model, before) == (example.make, example.model, example.before):
        return example
    if facts.protocol == HTTP:
        name = f"FOTA_{facts.make}_{facts.model}_Next_HF".replace(" ", "")
        return Package(name, facts.make, facts.model, HTTP, before, name)
    after = f"{before}-next"
    name = f"{facts.make}_{facts.model}_{before}_{after}".replace(" ", "")
    return Package(name, facts.make, facts.model, facts.protocol, before, after)


def _kind(given: Mapping[str, Any], since: datetime) -> _Kind:
    unknown = sorted(set(given) - _FACTS)
    if unknown != []:
        raise ConfigurationError(
            f"a device has no {', '.join(unknown)}; the facts of a device are {', '.join(sorted(_FACTS))}"
        )
    facts = {**given, "declared": frozenset(given), "since": since}
    if isinstance(facts.get("software"), str):
        facts["software"] = (facts["software"], "1")
    kind = {protocol: default._replace(**facts) for protocol, default in _DEFAULTS.items()}
    _check(kind[LWM2M])
    if "protocol" in facts:
        only = HTTP if facts["protocol"] == HTTP else LWM2M
    elif ("firmware" in facts) != ("software" in facts):
        only = LWM2M if "firmware" in facts else HTTP
    else:
        return kind
    return dict.fromkeys(kind, kind[only])


def _check(device: Device) -> None:
    for name in ("make", "model", "protocol", "firmware", "mdn"):
        if not isinstance(getattr(device, name), str) or (name != "mdn" and getattr(device, name) == ""):
            raise ConfigurationError(f"{name} must be a text, got {getattr(device, name)!r}")
    for name in ("is_eligible", "is_licensed", "is_active"):
        if not isinstance(getattr(device, name), bool):
            raise ConfigurationError(f"{name} must be True or False, got {getattr(device, name)!r}")
    software = device.software
    if not isinstance(software, tuple) or len(software) != 2 or not all(isinstance(each, str) for each in software):
        raise ConfigurationError(f"software must be a name, or a tuple of name and version, got {software!r}")
    for name in ("licensed_at", "last_upgrade"):
        moment = getattr(device, name)
        if moment is not None and (not isinstance(moment, datetime) or moment.tzinfo is None):
            raise ConfigurationError(f"{name} must be a datetime with a time zone, got {moment!r}")


def _checked(imeis: Iterable[str]) -> list[str]:
    if isinstance(imeis, (str, bytes)) or not isinstance(imeis, Iterable):
        raise ConfigurationError(f"imeis must be a list of IMEIs, got {imeis!r:.50}")
    listed = list(imeis)
    for imei in listed:
        check_imei(imei)
    return listed


def check_imei(imei: str) -> str:
    """Return an IMEI.

    Raises:
        ConfigurationError: It is none.
    """
    if not isinstance(imei, str) or not _IMEI.fullmatch(imei):
        raise ConfigurationError(f"an IMEI is a text of 15 digits, got {imei!r:.50}")
    return imei
