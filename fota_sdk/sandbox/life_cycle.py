"""Where a campaign stands, as a function of time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from fota_sdk.times import midnight

PENDING = "CampaignRequestPending"
QUEUED = "CampaignRequestQueued"
PRE_SCHEDULED = "CampaignPreScheduled"
SCHEDULED = "CampaignScheduled"
ENDED = "CampaignEnded"
REQUEST_FAILED = "CampaignRequestFailed"
FAILED = "CampaignFailed"
CANCELLED = "CampaignCancelled"
ABORTED = "CampaignAborted"

BEFORE_START = (PENDING, QUEUED, PRE_SCHEDULED)

_STEP = timedelta(minutes=1)
_LATEST = datetime.max.replace(tzinfo=timezone.utc)


@dataclass(frozen=True)
class Plan:
    """What decides how a campaign goes on.

    Attributes:
        created: When it was asked for.
        start: First day, UTC.
        end: Last day, UTC.
        checks_network: Whether it is pre-scheduled before it starts, as V3 campaigns are.
        doomed: The status after which it fails; None where it does not.
        done: When the last of its devices is done; None where one never is.
    """

    created: datetime
    start: date
    end: date
    checks_network: bool
    doomed: str | None = None
    done: datetime | None = None

    @property
    def started(self) -> datetime:
        """When its devices begin."""
        ready = self.created + (2 * _STEP if self.checks_network else _STEP)
        return max(ready, midnight(self.start))

    def status_at(self, now: datetime) -> str:
        """Return the status at a time; before the creation, where a test travelled in time, it is the first one."""
        reached = [status for status, since in self._steps() if since <= max(now, self.created)]
        if self.doomed is not None and reached[-1] != self.doomed:
            return REQUEST_FAILED if self.doomed == PENDING else FAILED
        return reached[-1]

    def _steps(self) -> list[tuple[str, datetime]]:
        ready = self.created + _STEP
        steps = [(PENDING, self.created), (QUEUED, ready)]
        if self.checks_network:
            ready += _STEP
            steps.append((PRE_SCHEDULED, ready))
        over = latest(midnight(self.end), timedelta(days=1))
        if self.done is not None:
            over = min(over, self.done)
        return [*steps, (SCHEDULED, self.started), (ENDED, max(self.started, over))]


def latest(moment: datetime, later: timedelta) -> datetime:
    """Return a moment so much later, or the end of the calendar."""
    return moment + later if moment < _LATEST - later else _LATEST
