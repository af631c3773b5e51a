"""What may be declared of devices, and the packages that fit them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from fota_sdk.exceptions import ConfigurationError

LWM2M, HTTP = "LWM2M", "HTTP"

_IMEI = re.compile(r"\d{15}", re.ASCII)


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
        is_licensed: Whether it has a license.
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


DEFAULTS = {LWM2M: Device(), HTTP: Device(make="Verizon", model="Model-A", protocol=HTTP)}
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
Kind = dict[str, Device]
"""What devices declared together share: one of LWM2M and one of HTTP, the same where the protocol is known."""


def package_for(facts: Device) -> Package:
    """Return the package for devices with these facts."""
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


def kind_of(given: Mapping[str, Any], since: datetime) -> Kind:
    """Return what devices share that have these facts.

    Args:
        given: Attributes of `Device`.
        since: When they are declared.

    Raises:
        ConfigurationError: There is no such fact, or it cannot be used.
    """
    unknown = sorted(set(given) - _FACTS)
    if unknown != []:
        raise ConfigurationError(
            f"a device has no {', '.join(unknown)}; the facts of a device are {', '.join(sorted(_FACTS))}"
        )
    facts = {**given, "declared": frozenset(given), "since": since}
    if isinstance(facts.get("software"), str):
        facts["software"] = (facts["software"], "1")
    kind = {protocol: default._replace(**facts) for protocol, default in DEFAULTS.items()}
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


def checked_imeis(imeis: Iterable[str]) -> list[str]:
    """Return IMEIs as a list.

    Raises:
        ConfigurationError: One of them is none, or it is no list.
    """
    if isinstance(imeis, (str, bytes)) or not isinstance(imeis, Iterable):
        raise ConfigurationError(f"imeis must be a list of IMEIs, got {imeis!r:.50}")
    listed = list(imeis)
    for imei in listed:
        check_imei(imei)
    return listed


def is_imei(text: object) -> bool:
    """Return whether something is a text of 15 digits."""
    return isinstance(text, str) and _IMEI.fullmatch(text) is not None


def check_imei(imei: str) -> str:
    """Return an IMEI.

    Raises:
        ConfigurationError: It is none.
    """
    if not is_imei(imei):
        raise ConfigurationError(f"an IMEI is a text of 15 digits, got {imei!r:.50}")
    return imei
