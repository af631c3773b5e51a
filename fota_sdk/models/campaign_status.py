from __future__ import annotations

import re
from typing import Final

from fota_sdk.core.fork import late_imports


class CampaignStatus:
    """Known values of a campaign's ``status``. The set is open: the service may return others.

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

_KNOWN = frozenset(value for name, value in vars(CampaignStatus).items() if name.isupper() and isinstance(value, str))
_BEGINNING = "campaign"
_CLOSE = 0.9
_NO_LETTER = re.compile("[^a-z]+")


def meant_status(status: str) -> str | None:
    """Return the known status that a text is a misspelling of; None for a known one, and for a word of its own.

    Args:
        status: What somebody takes for a status, such as ``"ended"`` or ``"CampaignScheduld"``.
    """
    if status in _KNOWN:
        return None
    by_letters = {known.lower(): known for known in _KNOWN}
    letters = _NO_LETTER.sub("", status.lower())
    with late_imports:
        import difflib

    for whole in (letters, _BEGINNING + letters):
        close = difflib.get_close_matches(whole, by_letters, n=1, cutoff=_CLOSE)
        is_word_of_its_own = whole not in by_letters and any(_is_built_on(whole, known) for known in by_letters)
        if close and not is_word_of_its_own:
            return by_letters[close[0]]
    return None


def _is_built_on(word: str, known: str) -> bool:
    """Return whether a word is a known status with a syllable before it, as CampaignRescheduled is."""
    stem = known.removeprefix(_BEGINNING)
    return word.startswith(_BEGINNING) and word.endswith(stem) and len(word) > len(known) + 1
