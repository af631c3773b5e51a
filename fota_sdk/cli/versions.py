"""The two versions of the API as the command sees them: their operations, and how one is called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fota_sdk import controllers
from fota_sdk.core.operation import Operation

if TYPE_CHECKING:
    from fota_sdk import FotaClient, PreparedCall

_ACCOUNT_NAMES = ("account", "acc", "account_name")


@dataclass(frozen=True)
class Version:
    """A version of the API.

    Attributes:
        name: ``"v2"`` or ``"v3"``.
        subject: What its campaigns are.
        package: What its campaigns bring to devices.
    """

    name: str
    subject: str
    package: str

    def operations(self) -> dict[str, Operation[Any]]:
        """Return the operations by the name of their method."""
        return {
            operation.name.partition(".")[2]: operation
            for _, operation in controllers.operations()
            if operation.name.startswith(f"{self.name}.")
        }

    def operation(self, method: str) -> Operation[Any]:
        """Return the operation of a method."""
        return self.operations()[method]

    def controller(self, client: FotaClient) -> Any:
        """Return the client's group of methods."""
        return getattr(client, f"campaigns_{self.name}")

    def call(self, client: FotaClient, method: str, values: tuple[str, ...], body: Any = None) -> Any:
        """Carry out an operation and return its answer."""
        operation, controller = self.operation(method), self.controller(client)
        if hasattr(controller, method):
            return getattr(controller, method)(*_arguments(operation, values, body))
        # An operation that no method has been written for yet.
        return controller._call(operation, body, **dict(zip(placeholders(operation), values, strict=True)))

    def prepare(self, client: FotaClient, method: str, values: tuple[str, ...], body: Any = None) -> PreparedCall:
        """Validate a call and return what would be sent."""
        operation, controller = self.operation(method), self.controller(client)
        prepared: PreparedCall
        if hasattr(controller.dry_run, method):
            prepared = getattr(controller.dry_run, method)(*_arguments(operation, values, body))
        else:
            named = dict(zip(placeholders(operation), values, strict=True))
            prepared = controller._caller.prepare(operation, body, **named)
        return prepared


V2 = Version("v2", "Software campaigns, HTTP devices", "software")
V3 = Version("v3", "Firmware campaigns, LWM2M devices", "firmware")
VERSIONS = {version.name: version for version in (V2, V3)}


def placeholders(operation: Operation[Any]) -> list[str]:
    """Return the names of the values in an operation's path, in the order of its method's arguments."""
    return re.findall(r"\{(\w+)\}", operation.path)


def is_account(placeholder: str) -> bool:
    """Return whether a value of a path is the billing account, which the two versions call differently."""
    return placeholder in _ACCOUNT_NAMES


def _arguments(operation: Operation[Any], values: tuple[str, ...], body: Any) -> tuple[Any, ...]:
    return values if operation.body is None else (*values, body)
