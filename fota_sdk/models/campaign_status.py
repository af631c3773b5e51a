from __future__ import annotations

from typing import Final


class CampaignStatus:
    """Known values of a campaign's ``status``. The set is open: the service may answer with others.

    The vendor's texts use both `REQUEST_QUEUED` and `QUEUED` for a campaign that waits for its start date.
    """

    REQUEST_PENDING: Final = "CampaignRequestPending"
    REQUEST_FAILED: Final = "CampaignRequestFailed"
    REQUEST_QUEUED: Final = "CampaignRequestQueued"
    QUEUED: Final = "CampaignQueued"
    PRE_SCHEDULED: Final = "CampaignPreScheduled"
    SCHEDULED: Final = "CampaignScheduled"
    ENDED: Final = "CampaignEnded"
    CANCELLED: Final = "CampaignCancelled"
    ABORTED: Final = "CampaignAborted"
    FAILED: Final = "CampaignFailed"

    @staticmethod
    def is_final(status: str | None) -> bool:
        """Return whether a campaign in this status never changes again; False for unknown values.

        Args:
            status: The `status` of a campaign.
        """
        return status in _FINAL


_FINAL = frozenset(
    (
        CampaignStatus.REQUEST_FAILED,
        CampaignStatus.ENDED,
        CampaignStatus.CANCELLED,
        CampaignStatus.ABORTED,
        CampaignStatus.FAILED,
    )
)
