"""Staged roll-outs: a package brought to a fleet in waves, over weeks, on machines that restart.

A roll-out lives in a journal, one file. `Rollout.step` does what is due and may be called by anything at any time. The
parts, from the outside in: `rollout` (what scripts call), `step` (one step), `decide` (what is to be done, a pure
function), `outcome` (what a look at a campaign means), `journal` (what is remembered) and `records` (what it tells),
`doubt` (campaigns that may or may not be at the service), `service` (what the service is asked). This package stands on
the client, `reports` and the look over a list of devices; of `core` it takes how fields are declared. It knows neither
`cli` nor `sandbox`, and is loaded only when it is asked for.
"""

from __future__ import annotations

from fota_sdk.rollout.clients import EnvironmentClients
from fota_sdk.rollout.errors import JournalError, RolloutBusyError, RolloutError
from fota_sdk.rollout.findings import Finding
from fota_sdk.rollout.fleet import Fleet, read_fleet
from fota_sdk.rollout.forecast import WaveForecast
from fota_sdk.rollout.plan import Doubt, Gate, RolloutPlan, Schedule, StopRule, Watch, Wave
from fota_sdk.rollout.rollout import Rollout
from fota_sdk.rollout.snapshot import CampaignRow, Decision, Intent, Reason, WaveRow
from fota_sdk.rollout.states import CampaignState, DeviceState, ReasonKind, RolloutState, WaveState
from fota_sdk.rollout.status import Device, Event, RolloutStatus, WaveStatus
from fota_sdk.rollout.step import StepReport

__all__ = [
    "CampaignRow",
    "CampaignState",
    "Decision",
    "Device",
    "DeviceState",
    "Doubt",
    "EnvironmentClients",
    "Event",
    "Finding",
    "Fleet",
    "Gate",
    "Intent",
    "JournalError",
    "Reason",
    "ReasonKind",
    "Rollout",
    "RolloutBusyError",
    "RolloutError",
    "RolloutPlan",
    "RolloutState",
    "RolloutStatus",
    "Schedule",
    "StepReport",
    "StopRule",
    "Watch",
    "Wave",
    "WaveForecast",
    "WaveRow",
    "WaveState",
    "WaveStatus",
    "read_fleet",
]
