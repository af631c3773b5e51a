"""The operations of the service, in groups: one constant and one method each.

A group ``campaigns_v3`` is an attribute of the client, the class ``CampaignsV3Controller`` and the module
``campaigns_v3_controller``. A class is loaded when it is named. Controllers import `core` and `models`.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from fota_sdk.core.fork import late_imports
from fota_sdk.core.operation import Operation

if TYPE_CHECKING:  # tools that freeze programs find the modules here too
    from fota_sdk.controllers.account_devices_controller import AccountDevicesController as AccountDevicesController
    from fota_sdk.controllers.campaigns_v2_controller import CampaignsV2Controller as CampaignsV2Controller
    from fota_sdk.controllers.campaigns_v3_controller import CampaignsV3Controller as CampaignsV3Controller
    from fota_sdk.controllers.client_logging_controller import ClientLoggingController as ClientLoggingController
    from fota_sdk.controllers.configuration_files_controller import (
        ConfigurationFilesController as ConfigurationFilesController,
    )
    from fota_sdk.controllers.firmware_v3_controller import FirmwareV3Controller as FirmwareV3Controller
    from fota_sdk.controllers.server_logging_controller import ServerLoggingController as ServerLoggingController
    from fota_sdk.controllers.software_management_callbacks_v2_controller import (
        SoftwareManagementCallbacksV2Controller as SoftwareManagementCallbacksV2Controller,
    )
    from fota_sdk.controllers.software_management_callbacks_v3_controller import (
        SoftwareManagementCallbacksV3Controller as SoftwareManagementCallbacksV3Controller,
    )
    from fota_sdk.controllers.software_management_licenses_v2_controller import (
        SoftwareManagementLicensesV2Controller as SoftwareManagementLicensesV2Controller,
    )
    from fota_sdk.controllers.software_management_licenses_v3_controller import (
        SoftwareManagementLicensesV3Controller as SoftwareManagementLicensesV3Controller,
    )
    from fota_sdk.controllers.software_management_reports_v2_controller import (
        SoftwareManagementReportsV2Controller as SoftwareManagementReportsV2Controller,
    )
    from fota_sdk.controllers.software_management_reports_v3_controller import (
        SoftwareManagementReportsV3Controller as SoftwareManagementReportsV3Controller,
    )
    from fota_sdk.controllers.software_management_subscriptions_v2_controller import (
        SoftwareManagementSubscriptionsV2Controller as SoftwareManagementSubscriptionsV2Controller,
    )
    from fota_sdk.controllers.software_management_subscriptions_v3_controller import (
        SoftwareManagementSubscriptionsV3Controller as SoftwareManagementSubscriptionsV3Controller,
    )

GROUPS = (
    "account_devices",
    "campaigns_v2",
    "campaigns_v3",
    "client_logging",
    "configuration_files",
    "firmware_v3",
    "server_logging",
    "software_management_callbacks_v2",
    "software_management_callbacks_v3",
    "software_management_licenses_v2",
    "software_management_licenses_v3",
    "software_management_reports_v2",
    "software_management_reports_v3",
    "software_management_subscriptions_v2",
    "software_management_subscriptions_v3",
)


def class_name_of(group: str) -> str:
    """Return the name of a group's class."""
    return "".join(word.capitalize() for word in group.split("_")) + "Controller"


def operations(*groups: str) -> Iterator[tuple[str, Operation[Any]]]:
    """Return the operations of some groups, by default of all, each with the name of its group.

    A group is loaded when its turn comes.
    """
    for group in groups or GROUPS:
        for value in vars(_module_of(group)).values():
            if isinstance(value, Operation):
                yield group, value


def _module_of(group: str) -> ModuleType:
    with late_imports:
        return import_module(f"{__name__}.{group}_controller")


if not TYPE_CHECKING:  # type checkers are to find mistyped names by themselves

    def __getattr__(name: str) -> Any:
        for group in GROUPS:
            if name == class_name_of(group):
                return getattr(_module_of(group), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
