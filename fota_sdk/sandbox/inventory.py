"""The devices of accounts, and the packages that there are for them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any

from fota_sdk.exceptions import ConfigurationError

LWM2M, HTTP = "LWM2M", "HTTP"

EXAMPLE_DEVICES = ("990013907833573", "990013907835578", "990013907884253")
"""What an open inventory lists, in order; any other device exists there too."""

_IMEI = re.compile(r"\d{15}", re.ASCII)
_MOST_DEVICES = 10_000_000


@dataclass(frozen=True, slots=True)
class Device:
    """A device, as it was declared; frozen, because all devices of one `Inventory.add` share their facts.

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
        is_declared: False for a device of an open inventory, of which nothing is known but that it fits.
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
    is_declared: bool = True


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
_FACTS = {each.name for each in fields(Device)} - {"imei", "is_declared"}
_EXAMPLES = {
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
_UNDECLARED = {protocol: replace(device, is_declared=False) for protocol, device in _DEFAULTS.items()}


@dataclass
class _Account:
    """The devices of one account: their facts, which many of them share, and their order."""

    facts: dict[str, Device] = field(default_factory=dict)
    order: list[str] | None = None

    def put(self, imeis: Iterable[str], facts: Device) -> None:
        before = len(self.facts)
        self.facts.update(dict.fromkeys(imeis, facts))
        if len(self.facts) != before:
            self.order = None

    def after(self, imei: str) -> Iterator[str]:
        order = self.order
        if order is None:
            order = self.order = sorted(self.facts)
        return (order[place] for place in range(bisect_right(order, imei), len(order)))


class Inventory:
    """The devices of all accounts. It is open until a device is declared: every device then exists and fits.

    It has no lock of its own: `add` builds before it puts in place, and a single look-up is atomic.
    """

    def __init__(self) -> None:
        self._accounts: dict[str, _Account] = {}
        self._is_open = True

    @property
    def is_open(self) -> bool:
        """Whether devices that nobody declared exist."""
        return self._is_open

    def close(self) -> None:
        """Let no device exist but those that are declared."""
        if self._is_open:
            self._is_open = False
            self._accounts = {}

    def add(self, account: str, imeis: Iterable[str], **facts: Any) -> None:
        """Declare devices, which closes the inventory; a device that is there gets the new facts.

        Args:
            account: Whose they are.
            imeis: Their IMEIs.
            facts: Attributes of `Device` that all of them have.

        Raises:
            ConfigurationError: An IMEI or a fact cannot be used.
        """
        shared = _device(facts)
        listed = _checked(imeis)
        if sum(len(each.facts) for each in self._accounts.values()) + len(listed) > _MOST_DEVICES:
            raise ConfigurationError(f"an inventory takes {_MOST_DEVICES:,} devices at most")
        self.close()
        self._accounts.setdefault(account, _Account()).put(listed, shared)

    def find(self, account: str, imei: str, protocol: str = LWM2M) -> Device | None:
        """Return a device of an account, None where there is none.

        Args:
            account: Whose.
            imei: Which.
            protocol: What a device of an open inventory is made to fit.
        """
        known = self._accounts.get(account)
        facts = None if known is None else known.facts.get(imei)
        if facts is None:
            facts = _undeclared(protocol) if self._is_open else None
        elif not facts.is_declared:
            facts = replace(_undeclared(protocol), is_licensed=facts.is_licensed, licensed_at=facts.licensed_at)
        return None if facts is None else replace(facts, imei=imei, mdn=facts.mdn or imei[-10:])

    def change(self, account: str, imei: str, **facts: Any) -> None:
        """Change facts of one device, such as its licence; a device that does not exist stays so."""
        device = self.find(account, imei)
        if device is not None:
            self._accounts.setdefault(account, _Account()).put([imei], replace(device, **facts))

    def devices(self, account: str, after: str = "0", protocol: str = LWM2M) -> Iterator[Device]:
        """Give the devices of an account in the order of their IMEIs: those that are larger than `after`.

        An open inventory lists the example devices, and those whose facts were changed.
        """
        known = self._accounts.get(account, _Account())
        listed: Iterator[str] = known.after(after)
        if self._is_open:
            listed = iter(sorted({*listed, *(imei for imei in EXAMPLE_DEVICES if imei > after)}))
        for imei in listed:
            device = self.find(account, imei, protocol)
            if device is not None:
                yield device

    def licensed(self, account: str, after: str = "0") -> Iterator[Device]:
        """Give the devices with a licence, in the order of their IMEIs: those that are larger than `after`."""
        known = self._accounts.get(account, _Account())
        for imei in known.after(after):
            if known.facts[imei].is_licensed:
                yield replace(known.facts[imei], imei=imei)

    def licensed_count(self, account: str) -> int:
        """Return how many devices of an account have a licence."""
        known = self._accounts.get(account, _Account())
        return sum(facts.is_licensed for facts in list(known.facts.values()))

    def packages(self, account: str, protocol: str) -> list[Package]:
        """Return the packages of a protocol for the makes, models and versions that an account has.

        An open inventory has the example of the vendor's pages.
        """
        if self._is_open:
            return [_EXAMPLES[protocol]] if protocol in _EXAMPLES else []
        known = self._accounts.get(account, _Account())
        kinds = {id(facts): facts for facts in list(known.facts.values())}
        packages = {_package(facts) for facts in kinds.values() if facts.protocol == protocol}
        return sorted(packages, key=lambda package: package.name)


def _undeclared(protocol: str) -> Device:
    return _UNDECLARED[HTTP if protocol == HTTP else LWM2M]


def _package(facts: Device) -> Package:
    before = facts.software[0] if facts.protocol == HTTP else facts.firmware
    example = _EXAMPLES.get(facts.protocol)
    if example is not None and (facts.make, facts.model, before) == (example.make, example.model, example.before):
        return example
    if facts.protocol == HTTP:
        name = f"FOTA_{facts.make}_{facts.model}_Next_HF".replace(" ", "")
        return Package(name, facts.make, facts.model, HTTP, before, name)
    after = f"{before}-next"
    name = f"{facts.make}_{facts.model}_{before}_{after}".replace(" ", "")
    return Package(name, facts.make, facts.model, facts.protocol, before, after)


def _device(facts: dict[str, Any]) -> Device:
    unknown = sorted(set(facts) - _FACTS)
    if unknown != []:
        raise ConfigurationError(
            f"a device has no {', '.join(unknown)}; the facts of a device are {', '.join(sorted(_FACTS))}"
        )
    facts = dict(facts)
    if isinstance(facts.get("software"), str):
        facts["software"] = (facts["software"], "1")
    device = replace(_DEFAULTS[HTTP if facts.get("protocol", _guess(facts)) == HTTP else LWM2M], **facts)
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
    return device


def _guess(facts: dict[str, Any]) -> str:
    return HTTP if "software" in facts and "firmware" not in facts else LWM2M


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
