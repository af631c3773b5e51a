"""Plans to begin with, and what is wrong with others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from fota_sdk import ValidationError
from fota_sdk.rollout.plan import RolloutPlan

CAMPAIGN = {
    "firmware_name": "GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
    "firmware_from": "SR1.2.0.0-10512",
    "firmware_to": "SR1.2.0.0-10657",
}
V2_CAMPAIGN = {
    "software_name": "FOTA_Verizon_Model-A_02To03_HF",
    "software_from": "FOTA_Verizon_Model-A_00To01_HF",
    "software_to": "FOTA_Verizon_Model-A_02To03_HF",
    "distribution_type": "HTTP",
}
TOML = """\
name = "Spring"
devices = "fleet.csv"

[campaign]
firmware_name = "GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657"
firmware_from = "SR1.2.0.0-10512"
firmware_to = "SR1.2.0.0-10657"
"""


def plan(**others: Any) -> RolloutPlan:
    return RolloutPlan(**{"name": "Spring", "campaign": CAMPAIGN, **others})


def write(folder: Path, text: str | bytes) -> Path:
    file = folder / "plan.toml"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


def findings_in(data: Any) -> dict[str, str]:
    """Return what a mapping is refused for; nothing where it is a plan."""
    return _findings(RolloutPlan.from_dictionary, data)


def findings_in_file(folder: Path, text: str | bytes) -> dict[str, str]:
    """Return what a file is refused for."""
    return _findings(RolloutPlan.from_file, write(folder, text))


def _findings(read: Callable[[Any], RolloutPlan], source: Any) -> dict[str, str]:
    findings: tuple[tuple[str, str], ...] = ()
    try:
        read(source)
    except ValidationError as error:
        findings = error.findings
    assert len(dict(findings)) == len(findings), "two findings about one place"
    return dict(findings)
