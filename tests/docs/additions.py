"""What the three steps of CONTRIBUTING bring into a checkout: a plain operation, one with pages, and a group.

The service has none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

ACCOUNT_DEVICES = "fota_sdk/controllers/account_devices_controller.py"
FIRMWARE = "fota_sdk/controllers/firmware_v3_controller.py"
PACKAGE = "fota_sdk/__init__.py"


@dataclass(frozen=True)
class Addition:
    """One addition to a checkout.

    Attributes:
        name: Of the operation, as errors show it.
        group: Attribute of the client.
        route: Method and path.
        files: New files, by their paths.
        steps: What comes into files that are there: the file, the text, and the text before which it comes.
        facts: What the tests ask for then.
    """

    name: str
    group: str
    route: str
    files: dict[str, str]
    steps: tuple[tuple[str, str, str], ...]
    facts: str

    @property
    def python_method(self) -> str:
        return self.name.partition(".")[2]

    @property
    def page(self) -> str:
        return f"doc/controllers/{self.group.replace('_', '-')}.md"

    def add_to(self, checkout: Path) -> None:
        """Take the three steps."""
        for file, text in self.files.items():
            (checkout / file).write_text(text.lstrip())
        for file, text, place in self.steps:
            _put(checkout / file, text, place)

    def add_facts_to(self, checkout: Path) -> None:
        """Take the step that the tests then ask for."""
        path = checkout / "tests/unit/operations/devices.py"
        path.write_text(path.read_text().removesuffix("]\n") + self.facts + "]\n")


def _put(path: Path, text: str, place: str) -> None:
    old = path.read_text()
    assert old.count(place) == 1, f"{path.name} has {old.count(place)} times: {place}"
    path.write_text(old.replace(place, text + place))


def _public(name: str, module: str, before: str, before_key: str) -> tuple[tuple[str, str, str], ...]:
    """Return the two lines of a public name; each comes before one that is there."""
    return (
        (PACKAGE, f"    from fota_sdk.{module} import {name} as {name}\n", f"    from fota_sdk.{before} import"),
        (PACKAGE, f'    "{name}": "{module}",\n', f'    "{before_key}": '),
    )


# A plain operation: a value in the path, one object as its response.

FIRMWARE_NOTE = '''
from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FirmwareNote(Model):
    """What the maker says of the firmware of a device."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    text: str | None = wire("text", example="Mends the clock.")
    """What is new in it."""
'''

PLAIN = Addition(
    "v3.get_firmware_note",
    "firmware_v3",
    "GET /fota/v3/firmware/{acc}/notes/{device_id}",
    files={"fota_sdk/models/firmware_note.py": FIRMWARE_NOTE},
    steps=(
        # 1. the model
        *_public("FirmwareNote", "models.firmware_note", "models.firmware_package", "FirmwarePackage"),
        # 2. the operation
        (
            FIRMWARE,
            "from fota_sdk.models.firmware_note import FirmwareNote\n",
            "from fota_sdk.models.firmware_package import",
        ),
        (
            FIRMWARE,
            """\
GET_FIRMWARE_NOTE = Operation(
    "v3.get_firmware_note",
    "GET",
    "/fota/v3/firmware/{acc}/notes/{device_id}",
    FirmwareNote,
    Effect.READS,
)


""",
            "class FirmwareV3Controller(",
        ),
        # 3. the method, and its line in each view
        (
            FIRMWARE,
            '''
    def get_firmware_note(self, acc: str, device_id: str) -> FirmwareNote:
        """Returns what the maker says of the firmware of a device.

        Args:
            acc: Billing account, such as 0000123456-00001.
            device_id: Device: a 15-digit IMEI.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(GET_FIRMWARE_NOTE, acc=acc, device_id=device_id)
''',
            "\n\nclass FirmwareV3WithRawResponse(",
        ),
        *(
            (
                FIRMWARE,
                f"    get_firmware_note = {view}(FirmwareV3Controller.get_firmware_note)\n",
                f"    report_device_firmware = {view}(",
            )
            for view in ("raw", "dry")
        ),
    ),
    facts="""\
    Facts(
        "v3.get_firmware_note",
        "firmware_v3",
        "acc, device_id",
        "GET",
        "/api/fota/v3/firmware/0000123456-00001/notes/990013907884253",
        values={"acc": "0000123456-00001", "device_id": "990013907884253"},
        answer={"deviceId": "990013907884253", "text": "Mends the clock."},
        answer_type="FirmwareNote",
        effect="READS",
    ),
""",
)

# One with a query that is required, an optional one with a default, a list in its response, and pages.

DEVICE_ALERT = '''
from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceAlert(Model):
    """A device that wants attention."""

    device_id: str = wire("deviceId", example="990013907884253")
    """Device: a 15-digit IMEI."""
    severity: str = wire("severity", example="high")
    """How urgent it is: high, low; open."""
'''

DEVICE_ALERT_LIST = '''
from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model
from fota_sdk.models.device_alert import DeviceAlert


@dataclass(slots=True, eq=False, repr=False)
class DeviceAlertList(Model):
    """A page of the devices that want attention."""

    has_more_data: bool = wire("hasMoreData", example=False)
    """Whether there is another page."""
    device_list: list[DeviceAlert] = wire("deviceList")
    """Devices of this page."""
    last_seen_device_id: str | None = wire("lastSeenDeviceId", kind=Text(digits=True), example="990013907884253")
    """Cursor: what the call for the next page takes."""
'''

_PAGED_LINE = """\
    list_device_alerts = paged(AccountDevicesController.list_device_alerts, lambda page: page.device_list)
"""

PAGED = Addition(
    "v3.list_device_alerts",
    "account_devices",
    "GET /fota/v3/alerts/{acc}",
    files={
        "fota_sdk/models/device_alert.py": DEVICE_ALERT,
        "fota_sdk/models/device_alert_list.py": DEVICE_ALERT_LIST,
    },
    steps=(
        *_public("DeviceAlert", "models.device_alert", "models.device_firmware_list", "DeviceFirmwareList"),
        *_public("DeviceAlertList", "models.device_alert_list", "models.device_firmware_list", "DeviceFirmwareList"),
        (
            ACCOUNT_DEVICES,
            "from fota_sdk.models.device_alert_list import DeviceAlertList\n",
            "from fota_sdk.models.device_imei import",
        ),
        (
            ACCOUNT_DEVICES,
            """\
LIST_DEVICE_ALERTS = Operation(
    "v3.list_device_alerts",
    "GET",
    "/fota/v3/alerts/{acc}?severity={severity}{&last_seen_device_id,protocol}",
    DeviceAlertList,
    Effect.READS,
    cursor="last_seen_device_id",
)


""",
            "class AccountDevicesController(",
        ),
        (
            ACCOUNT_DEVICES,
            '''
    def list_device_alerts(
        self, acc: str, severity: str, last_seen_device_id: str | None = None, protocol: str | None = "LWM2M"
    ) -> DeviceAlertList:
        """Returns a page of the devices that want attention.

        Args:
            acc: Billing account, such as 0000123456-00001.
            severity: How urgent it is: high, medium or low; open.
            last_seen_device_id: Cursor of the page before, from its response; by default the first page.
            protocol: Protocol of the devices: LWM2M, OMDADM or HTTP; open. None leaves it out.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(
            LIST_DEVICE_ALERTS,
            acc=acc,
            severity=severity,
            last_seen_device_id=last_seen_device_id,
            protocol=protocol,
        )
''',
            "\n\nclass AccountDevicesWithRawResponse(",
        ),
        *(
            (
                ACCOUNT_DEVICES,
                f"    list_device_alerts = {view}(AccountDevicesController.list_device_alerts)\n",
                f"    list_account_devices_information = {view}(",
            )
            for view in ("raw", "dry")
        ),
        (
            ACCOUNT_DEVICES,
            _PAGED_LINE,
            "    get_account_device_information = paged(",
        ),
    ),
    facts="""\
    Facts(
        "v3.list_device_alerts",
        "account_devices",
        "acc, severity, last_seen_device_id=None, protocol='LWM2M'",
        "GET",
        "/api/fota/v3/alerts/0000123456-00001?severity=high&lastSeenDeviceId=0&protocol=LWM2M",
        values={"acc": "0000123456-00001", "severity": "high"},
        answer={"hasMoreData": False, "deviceList": [{"deviceId": "990013907884253", "severity": "high"}]},
        answer_type="DeviceAlertList",
        effect="READS",
        cursor="last_seen_device_id",
    ),
""",
)

# A group, whose operation returns a list.

DEVICE_TAG = '''
from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class DeviceTag(Model):
    """A word that devices can be found by."""

    name: str = wire("name", example="depot")
    """The word."""
'''

DEVICE_TAGS_CONTROLLER = '''
from __future__ import annotations

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.device_tag import DeviceTag

LIST_DEVICE_TAGS = Operation("v3.list_device_tags", "GET", "/fota/v3/tags/{acc}", list[DeviceTag], Effect.READS)


class DeviceTagsController(Controller):
    """Words that devices can be found by (V3).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV3ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: none.
    """

    @view
    def with_raw_response(self) -> DeviceTagsWithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return DeviceTagsWithRawResponse(self)

    @view
    def dry_run(self) -> DeviceTagsDryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return DeviceTagsDryRun(self)

    def list_device_tags(self, acc: str) -> list[DeviceTag]:
        """Returns the words.

        Args:
            acc: Billing account, such as 0000123456-00001.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(LIST_DEVICE_TAGS, acc=acc)


class DeviceTagsWithRawResponse(RawView):
    """The methods of `DeviceTagsController`, returning the HTTP response."""

    list_device_tags = raw(DeviceTagsController.list_device_tags)


class DeviceTagsDryRun(DryView):
    """The methods of `DeviceTagsController`, sending nothing."""

    list_device_tags = dry(DeviceTagsController.list_device_tags)
'''

_MODULE = "controllers.device_tags_controller"
_IN_CONTROLLERS = "fota_sdk/controllers/__init__.py"

GROUP = Addition(
    "v3.list_device_tags",
    "device_tags",
    "GET /fota/v3/tags/{acc}",
    files={
        "fota_sdk/models/device_tag.py": DEVICE_TAG,
        "fota_sdk/controllers/device_tags_controller.py": DEVICE_TAGS_CONTROLLER,
    },
    steps=(
        *_public("DeviceTag", "models.device_tag", "models.download_time_window", "DownloadTimeWindow"),
        # the group: its name, its import, its attribute, its class among the public names
        (_IN_CONTROLLERS, '    "device_tags",\n', '    "firmware_v3",\n'),
        (
            _IN_CONTROLLERS,
            f"    from fota_sdk.{_MODULE} import DeviceTagsController as DeviceTagsController\n",
            "    from fota_sdk.controllers.firmware_v3_controller import",
        ),
        (
            "fota_sdk/client.py",
            '    device_tags: controllers.DeviceTagsController\n    """Words that devices can be found by (V3)."""\n',
            "    firmware_v3: controllers.FirmwareV3Controller\n",
        ),
        *_public("DeviceTagsController", _MODULE, "controllers.firmware_v3_controller", "FirmwareV3Controller"),
    ),
    facts="""\
    Facts(
        "v3.list_device_tags",
        "device_tags",
        "acc",
        "GET",
        "/api/fota/v3/tags/0000123456-00001",
        values={"acc": "0000123456-00001"},
        answer=[{"name": "depot"}],
        answer_type="list[DeviceTag]",
        effect="READS",
    ),
""",
)

ADDITIONS = (PLAIN, PAGED, GROUP)
