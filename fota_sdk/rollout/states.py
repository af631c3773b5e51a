"""The states of roll-outs, waves, accounts, campaigns and devices, and what the service's words stand for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fota_sdk.models.campaign_status import CampaignStatus
from fota_sdk.models.device_status import DeviceStatus


class RolloutState:
    """Where a roll-out stands."""

    PLANNED: Final = "planned"
    RUNNING: Final = "running"
    PAUSED: Final = "paused"
    STOPPING: Final = "stopping"
    STOPPED: Final = "stopped"
    FINISHED: Final = "finished"


class WaveState:
    """Where a wave stands. A wave that failed ended below its gate."""

    WAITING: Final = "waiting"
    RUNNING: Final = "running"
    SOAKING: Final = "soaking"
    PASSED: Final = "passed"
    FAILED: Final = "failed"


class CampaignState:
    """Where a campaign of the roll-out stands; the service's own status is kept beside it."""

    INTENDED: Final = "intended"
    SENDING: Final = "sending"
    SCHEDULED: Final = "scheduled"
    ENDED: Final = "ended"
    REFUSED: Final = "refused"
    CANCELLING: Final = "cancelling"
    CANCELLED: Final = "cancelled"

    LIVE: Final = (INTENDED, SENDING, SCHEDULED, CANCELLING)
    AT_SERVICE: Final = (SCHEDULED, CANCELLING)


class DeviceState:
    """Where a device stands."""

    WAITING: Final = "waiting"
    QUEUED: Final = "queued"
    IN_PROGRESS: Final = "in_progress"
    SUCCEEDED: Final = "succeeded"
    FAILED: Final = "failed"
    REJECTED: Final = "rejected"
    TIMED_OUT: Final = "timed_out"
    REMOVED: Final = "removed"
    CANCELLED: Final = "cancelled"

    OPEN: Final = (QUEUED, IN_PROGRESS)
    FINAL: Final = (SUCCEEDED, FAILED, REJECTED, TIMED_OUT, REMOVED, CANCELLED)
    BOUND: Final = (*OPEN, *FINAL)
    """Those of devices that are, or were, in a campaign."""
    ALL: Final = (WAITING, *BOUND)


class ReasonKind:
    """Why a roll-out is paused, or an account held."""

    USER: Final = "user"
    STOP_RULE: Final = "stop_rule"
    GATE: Final = "gate"
    APPROVAL: Final = "approval"
    DRIFT: Final = "drift"
    LICENCES: Final = "licences"
    PILOT_LIMIT: Final = "pilot_limit"
    REFUSED: Final = "refused"
    IN_DOUBT: Final = "in_doubt"
    TWINS: Final = "twins"


_UNDER_WAY = (
    DeviceStatus.ACCEPTED,
    DeviceStatus.UPGRADE_PENDING,
    DeviceStatus.UPGRADE_SCHEDULED,
    DeviceStatus.RECEIVED_DEVICE_DATA_FROM_NETWORK,
    DeviceStatus.NO_DEVICE_DATA_FROM_NETWORK,
    DeviceStatus.REQUEST_TO_FOTA_SERVER_FAILED,
)
_FINAL_STATES = {
    DeviceStatus.UPGRADE_SUCCESS: DeviceState.SUCCEEDED,
    DeviceStatus.UPGRADE_FAILED: DeviceState.FAILED,
    DeviceStatus.UPGRADED_FAILED: DeviceState.FAILED,
    DeviceStatus.DEVICE_REJECTED: DeviceState.REJECTED,
    DeviceStatus.CAMPAIGN_CANCELLED: DeviceState.CANCELLED,
    DeviceStatus.CAMPAIGN_ABORTED: DeviceState.CANCELLED,
}

_TO_START = (
    CampaignStatus.REQUEST_PENDING,
    CampaignStatus.REQUEST_QUEUED,
    CampaignStatus.QUEUED,
    CampaignStatus.PRE_SCHEDULED,
)

_BEFORE_START: dict[str, str] = {**dict.fromkeys(_UNDER_WAY, DeviceState.QUEUED), **_FINAL_STATES}
_AFTER_START: dict[str, str] = {**dict.fromkeys(_UNDER_WAY, DeviceState.IN_PROGRESS), **_FINAL_STATES}


def states_of_words(*, has_started: bool) -> Mapping[str, str]:
    """Return the states that the words of a report stand for; other words are not known.

    Args:
        has_started: Whether the campaign has started.
    """
    return _AFTER_START if has_started else _BEFORE_START


def was_called_off(status: str | None) -> bool:
    """Return whether a campaign was cancelled, before or after its start."""
    return status in (CampaignStatus.CANCELLED, CampaignStatus.ABORTED)


def was_refused(status: str | None) -> bool:
    """Return whether the service has given a campaign up after it had accepted the request."""
    return status in (CampaignStatus.REQUEST_FAILED, CampaignStatus.FAILED)


def is_to_start(status: str | None) -> bool:
    """Return whether a campaign in this status is known not to have started yet, and may still start."""
    return status in _TO_START


def has_started(status: str | None) -> bool:
    """Return whether the devices of a campaign in this status may be under way, or were."""
    return status in (CampaignStatus.SCHEDULED, CampaignStatus.ENDED, CampaignStatus.ABORTED)
