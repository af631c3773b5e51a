from __future__ import annotations

from typing import Final, Literal

from fota_sdk.core.fields import Text


class DeviceListChange:
    """Known values of ``mtype``: what to do with the devices of a request."""

    # With their types in full, mypy takes a choice between the two for one of them, and not for any text.
    APPEND: Final[Literal["append"]] = "append"
    REMOVE: Final[Literal["remove"]] = "remove"

    @staticmethod
    def is_success(status: str | None) -> bool:
        """Return whether the service did with a device what a change asked for; False for unknown words.

        It knows the words by their end, because they are an open set: AddDeviceSucceed, RemoveDeviceSucceed.

        Args:
            status: The `status` of a device in the response to the change, or to a change of licenses.
        """
        return _ends_with(status, _DONE) and not DeviceListChange.is_refused(status)

    @staticmethod
    def is_refused(status: str | None) -> bool:
        """Return whether the service refused a device of a change; False for unknown words, which say neither.

        Args:
            status: The `status` of a device in the response to the change, such as AddDeviceFailed.
        """
        return _ends_with(status, _REFUSED)


_DONE = ("succeed", "succeeded", "success")
_REFUSED = ("failed", "failure", "rejected", "unsuccess", "unsuccessful", "notsucceed", "notsucceeded", "notsuccess")


def _ends_with(status: str | None, words: tuple[str, ...]) -> bool:
    return status is not None and status.casefold().endswith(words)


CHANGE = Text(known=(DeviceListChange.APPEND, DeviceListChange.REMOVE))
