from __future__ import annotations

from typing import Final


class DeviceStatus:
    """Known values of a device's ``status`` in the report of a campaign. The set is open: others may come.

    V2 and V3 share `UPGRADE_PENDING`, `UPGRADE_SUCCESS` and `UPGRADE_FAILED`, which the vendor's texts spell as
    `UPGRADED_FAILED` too. `NO_DEVICE_DATA_FROM_NETWORK` is not final: the service retries, and where its reason
    says that no retry is left, only the end of the campaign tells.
    """

    # V2
    ACCEPTED: Final = "Accepted"
    DEVICE_REJECTED: Final = "DeviceRejected"
    UPGRADE_PENDING: Final = "UpgradePending"
    UPGRADE_SUCCESS: Final = "UpgradeSuccess"
    UPGRADE_FAILED: Final = "UpgradeFailed"
    UPGRADED_FAILED: Final = "UpgradedFailed"
    CAMPAIGN_CANCELLED: Final = "CampaignCancelled"
    CAMPAIGN_ABORTED: Final = "CampaignAborted"
    # V3
    NO_DEVICE_DATA_FROM_NETWORK: Final = "NoDeviceDataFromNetwork"
    RECEIVED_DEVICE_DATA_FROM_NETWORK: Final = "ReceivedDeviceDataFromNetwork"
    REQUEST_TO_FOTA_SERVER_FAILED: Final = "RequestToFotaServerFailed"
    UPGRADE_SCHEDULED: Final = "UpgradeScheduled"

    @staticmethod
    def is_success(status: str | None) -> bool:
        """Return whether a device in this status was upgraded; False for unknown values.

        Args:
            status: The `status` of a device.
        """
        return status == DeviceStatus.UPGRADE_SUCCESS

    @staticmethod
    def is_final(status: str | None) -> bool:
        """Return whether a campaign is done with a device in this status; False for unknown values.

        Once the campaign itself has ended, a device in any status is done with, and not upgraded unless `is_success`.

        Args:
            status: The `status` of a device.
        """
        return status in _FINAL


_FINAL = (
    DeviceStatus.UPGRADE_SUCCESS,
    DeviceStatus.UPGRADE_FAILED,
    DeviceStatus.UPGRADED_FAILED,
    DeviceStatus.DEVICE_REJECTED,
    DeviceStatus.CAMPAIGN_CANCELLED,
    DeviceStatus.CAMPAIGN_ABORTED,
)
