"""What is looked for most: operations that read, under short names, with all their pages and the columns that count."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

# Keys of one column. Where a terminal has no room for a column each, they stand below each other in one cell.
Stack = tuple[str, ...]

CAMPAIGNS: tuple[Stack, ...] = (("id", "campaignName"), ("status",), ("startDate", "endDate"))
DEVICES_OF_CAMPAIGN: tuple[Stack, ...] = (("deviceId", "updatedTime"), ("status",), ("resultReason",))


class View(NamedTuple):
    """A command that shows what an operation returns.

    Attributes:
        name: The command.
        help: What its help says.
        methods: What is called, as ``group.method`` of the client, by the name of the version.
        columns: What of each item is shown, by keys of both versions; JSON holds all.
        facts: What is told once, above the items.
        empty: What is said where there is nothing.
        argument: The parameter that is given without an option, and what the help calls it.
        values: Values of parameters that are not given.
    """

    name: str
    help: str
    methods: Mapping[str, str]
    columns: tuple[Stack, ...] = ()
    facts: Stack = ()
    empty: str = "none"
    argument: tuple[str, str] | None = None
    values: Mapping[str, str] = MappingProxyType({})

    @property
    def title(self) -> str:
        """What stands above its tables."""
        return self.name.replace("-", " ").capitalize()


VIEWS = {
    view.name: view
    for view in (
        View(
            "packages",
            "List the packages that a campaign can install.",
            {
                "v2": "software_management_reports_v2.list_available_software",
                "v3": "firmware_v3.list_available_firmware",
            },
            (
                ("firmwareName", "softwareName", "make", "model"),
                ("firmwareFrom", "firmwareTo", "launchDate"),
                ("distributionType",),
            ),
            values={"protocol": "LWM2M"},
        ),
        View(
            "account-devices",
            "List the devices of the account: what they run, and whether they can be upgraded.",
            {
                "v2": "software_management_reports_v2.list_account_devices",
                "v3": "account_devices.get_account_device_information",
            },
            (
                ("deviceId", "softwareList"),
                ("make", "model"),
                ("firmware", "status"),
                ("distributionType",),
                ("fotaEligible",),
                ("licenseAssigned",),
            ),
        ),
        View(
            "licenses",
            "Show how many licenses the account has, and which devices have one.",
            {
                "v2": "software_management_licenses_v2.get_account_license_status",
                "v3": "software_management_licenses_v3.get_account_licenses_status",
            },
            (("deviceId",), ("assignmentTime",)),
            ("accountName", "totalLicense", "totalLicenses", "assignedLicenses"),
            "no device has a license",
        ),
        View(
            "subscription",
            "Show what the account pays for.",
            {
                version: f"software_management_subscriptions_{version}.get_account_subscription_status"
                for version in ("v2", "v3")
            },
        ),
        View(
            "callbacks",
            "Show the address to which the service posts its callbacks.",
            {version: f"software_management_callbacks_{version}.list_registered_callbacks" for version in ("v2", "v3")},
            empty="no callback listener is registered",
        ),
        View(
            "history",
            "Show the upgrades of a device, of all campaigns.",
            {
                version: f"software_management_reports_{version}.get_device_firmware_upgrade_history"
                for version in ("v2", "v3")
            },
            (
                ("campaignId", "id", "softwareName", "reason"),
                ("startDate", "status"),
                ("firmwareFrom", "firmwareTo"),
            ),
            argument=("device_id", "IMEI"),
        ),
    )
}
