"""The plan of a roll-out: what goes to which devices, in which waves, and what stops it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from fota_sdk.core.fields import json_type
from fota_sdk.exceptions import ValidationError
from fota_sdk.models.campaign_firmware_upgrade import CampaignFirmwareUpgrade
from fota_sdk.models.campaign_software_upgrade import CampaignSoftwareUpgrade
from fota_sdk.rollout import plan_values as values
from fota_sdk.rollout.plan_campaign import campaign_request
from fota_sdk.rollout.plan_check import check_plan, folded
from fota_sdk.rollout.plan_file import read_toml
from fota_sdk.rollout.plan_sections import ARRAYS, TABLES, Doubt, Gate, Schedule, StopRule, Watch, Wave, ruled

__all__ = ["Doubt", "Gate", "RolloutPlan", "Schedule", "StopRule", "Watch", "Wave"]


@dataclass(frozen=True)
class RolloutPlan:
    """What goes to which devices, in which waves, and what stops it.

    Values are kept as they are written in a plan file. One that is built in Python is looked at by `validate` only.

    Attributes:
        name: Name of the roll-out; the name of each campaign ends in it.
        campaign: The package and its versions: fields of the schedule request, by their names in Python. The campaign's
            name, dates, windows and devices are not among them, as the roll-out sets them.
        devices: Path of the CSV file of devices, relative to the plan file; None where a script gives the devices.
        api: ``"v3"`` (firmware) or ``"v2"`` (software).
        accounts: For an account ``{"credentials": "ACME"}``: the prefix of its environment variables.
        wave: The waves in their order; the last one reaches ``"100%"``.
        gate: What has to hold before the next wave.
        stop: What pauses the roll-out, or holds an account; empty: nothing does.
        schedule: When campaigns run.
        campaign_size: The most devices of one campaign.
        order: ``"hash"`` shuffles the devices of each account, as devices fail in clumps; ``"file"`` keeps their order.
        watch: How often to look at what became of the devices.
        doubt: What to do about a request whose outcome is unknown.
        source: Absolute path of the file that the plan was read from. Plans from different files can be equal.
    """

    name: str = field(metadata={"rule": values.name})
    campaign: Mapping[str, Any]
    devices: str | None = ruled(values.file_path, None)
    api: str = ruled(values.one_of("v3", "v2"), "v3")
    accounts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    wave: tuple[Wave, ...] = (Wave(devices=20), Wave(share="1%"), Wave(share="10%"), Wave(share="100%"))
    gate: Gate = field(default_factory=Gate)
    stop: tuple[StopRule, ...] = (
        StopRule("failed", "5%"),
        StopRule("failed", "5%", per="account"),
        StopRule("rejected", "20%", per="account"),
    )
    schedule: Schedule = field(default_factory=Schedule)
    campaign_size: int = ruled(values.integer(1, 10_000), 1000)
    order: str = ruled(values.one_of("hash", "file"), "hash")
    watch: Watch = field(default_factory=Watch)
    doubt: Doubt = field(default_factory=Doubt)
    source: str | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        # What was given may change later; the plan must not.
        for each in dataclasses.fields(self):
            object.__setattr__(self, each.name, _own(getattr(self, each.name)))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> RolloutPlan:
        """Return the plan that a TOML file holds.

        Args:
            path: Path of the file. It has to name the file of devices.

        Raises:
            ValidationError: It is not TOML in UTF-8, or no sound plan; with all findings.
            ConfigurationError: This Python cannot read TOML.
            OSError: The file cannot be read.
        """
        return _read(cls, read_toml(path), required=("devices",), source=str(Path(path).absolute()))

    @classmethod
    def from_dictionary(cls, dictionary: Mapping[str, Any]) -> RolloutPlan:
        """Return the plan that a mapping with the keys of a plan file stands for.

        Args:
            dictionary: JSON data, such as `to_dictionary` gives.

        Raises:
            ValidationError: It is no sound plan; with all findings, such as ``wave[2].share``.
        """
        return _read(cls, dictionary)

    def to_dictionary(self) -> dict[str, Any]:
        """Return the plan as JSON data with all its values, so that no later default changes it; None is left out."""
        return {key: value for key, value in _plain(self).items() if key != "source"}

    def validate(self) -> None:
        """Check all that is certain without the service and the devices.

        Raises:
            ValidationError: With all findings; each names its place as in a plan file, such as ``wave[2].share``.
        """
        findings = check_plan(type(self), self.to_dictionary())
        if findings:
            raise ValidationError(findings)

    @property
    def devices_path(self) -> Path | None:
        """Where the file of devices is: beside the plan's own file where its path is relative."""
        if self.devices is None:
            return None
        return Path(self.devices) if self.source is None else Path(self.source).parent / self.devices

    def gate_of(self, number: int) -> Gate:
        """Return what has to hold after a wave: its own values, and the plan's where it has none.

        Args:
            number: Number of the wave, from 1.
        """
        wave = self.wave[number - 1]
        return Gate(
            success=self.gate.success if wave.success is None else wave.success,
            soak=self.gate.soak if wave.soak is None else wave.soak,
        )

    def wave_name(self, number: int) -> str:
        """Return the name of a wave; ``"wave 2"`` where it has none.

        Args:
            number: Number of the wave, from 1.
        """
        name = self.wave[number - 1].name
        return f"wave {number}" if name is None else name

    def wave_number(self, text: str | int) -> int | None:
        """Return the number of a wave, from 1; None where there is no such wave.

        Args:
            text: Its number, as a text too; its name, whatever the case; or ``"wave 2"``.
        """
        if isinstance(text, str):
            wanted = folded(text)
            for number in range(1, len(self.wave) + 1):
                if wanted in (str(number), f"wave {number}", folded(self.wave_name(number))):
                    return number
            return None
        return text if not isinstance(text, bool) and 1 <= text <= len(self.wave) else None

    def request(
        self, name: str, start: date | str, end: date | str, devices: Sequence[str]
    ) -> CampaignFirmwareUpgrade | CampaignSoftwareUpgrade:
        """Return the request that schedules one campaign.

        Args:
            name: Name of the campaign.
            start: Its first day, UTC.
            end: Its last day, UTC.
            devices: Its devices.

        Raises:
            ValidationError: The service would refuse it.
        """
        set_here = {"campaign_name": name, "start_date": start, "end_date": end, "device_list": list(devices)}
        request = campaign_request(self.api, self.campaign, self.schedule.hours, set_here)
        request.validate()
        return request


def _read(cls: type[RolloutPlan], data: Any, *, required: Sequence[str] = (), source: str | None = None) -> RolloutPlan:
    if not isinstance(data, Mapping):
        raise ValidationError([("$", f"must be an object, got {json_type(data)}")])
    plain = _plain(data)
    findings = check_plan(cls, plain, required)
    if findings:
        raise ValidationError(findings)
    tables = {key: section(**plain[key]) for key, section in TABLES.items() if key in plain}
    arrays = {key: tuple(section(**each) for each in plain[key]) for key, section in ARRAYS.items() if key in plain}
    return cls(**plain | tables | arrays, source=source)


def _own(value: Any) -> Any:
    """Return a copy that shares nothing that could change with the original, with tuples in the place of lists."""
    if isinstance(value, Mapping):
        return {key: _own(each) for key, each in value.items()}
    return tuple(map(_own, value)) if isinstance(value, (list, tuple)) else value


def _plain(value: Any) -> Any:
    """Return JSON data: without sections and tuples, and without what is None and would be so if it was absent."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        given = {each.name: getattr(value, each.name) for each in dataclasses.fields(value)}
        absent = {each.name for each in dataclasses.fields(value) if each.default is None and given[each.name] is None}
        return {key: _plain(each) for key, each in given.items() if key not in absent}
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return list(map(_plain, value)) if isinstance(value, (list, tuple)) else value
