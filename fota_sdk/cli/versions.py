"""The two versions of the API as the command sees them: their operations, and how one is called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from fota_sdk import controllers
from fota_sdk.core.operation import Operation

if TYPE_CHECKING:
    from fota_sdk import FotaClient, PreparedCall
    from fota_sdk.core.paging import Pages

ACCOUNT = "account"
_ACCOUNT_NAMES = ("account", "acc", "account_name")
Values = Mapping[str, Any]


class Endpoint(NamedTuple):
    """An operation, and where the client has its method.

    Values of a call have the names of its parameters, save the account, which is ``account`` here and has several names
    there. One that is not given has the default of its method.

    Attributes:
        group: Name of the group in the client.
        operation: What the method calls.
    """

    group: str
    operation: Operation[Any]

    @property
    def method(self) -> str:
        """The name of its method."""
        return self.operation.name.partition(".")[2]

    @property
    def command(self) -> str:
        """The name of its command."""
        return self.method.replace("_", "-")

    def call(self, client: FotaClient, values: Values, body: Any = None) -> Any:
        """Carry it out and return its response."""
        return self._called_on(getattr(client, self.group), values, body)

    def prepare(self, client: FotaClient, values: Values, body: Any = None) -> PreparedCall:
        """Validate a call and return what would be sent."""
        prepared: PreparedCall = self._called_on(getattr(client, self.group).dry_run, values, body)
        return prepared

    def pages(self, client: FotaClient, values: Values) -> Pages[Any, Any]:
        """Validate a call whose response comes in pages, and return all of them."""
        pages: Pages[Any, Any] = self._called_on(getattr(client, self.group).paginated, values, None)
        return pages

    def _called_on(self, view: Any, values: Values, body: Any) -> Any:
        named = {name: ACCOUNT if is_account(name) else name for name, *_ in self.operation.parameters}
        arguments = {name: values[own] for name, own in named.items() if own in values}
        return getattr(view, self.method)(**arguments, **({} if self.operation.body is None else {"body": body}))


class Version(NamedTuple):
    """A version of the API.

    Attributes:
        name: ``"v2"`` or ``"v3"``.
        subject: What its campaigns are.
        package: What its campaigns bring to devices.
    """

    name: str
    subject: str
    package: str

    @property
    def campaigns(self) -> str:
        """The group of the operations on campaigns."""
        return f"campaigns_{self.name}"

    def endpoints(self, method: str = "") -> Iterator[Endpoint]:
        """Return the operations; a group is loaded when its turn comes.

        Args:
            method: What is looked for. The groups that have the most words of it come first, as it is most likely
                there; by default those on campaigns do.
        """
        others = (other for other in VERSIONS if other != self.name)
        endings = tuple(f"_{other}" for other in others)
        groups = [group for group in controllers.GROUPS if group != self.campaigns and not group.endswith(endings)]
        likely = sorted((self.campaigns, *groups), key=lambda group: -len(_stems(group) & _stems(method)))
        for group, operation in controllers.operations(*likely):
            if operation.name.startswith(f"{self.name}."):
                yield Endpoint(group, operation)

    def find(self, method: str) -> Endpoint | None:
        """Return the operation of a method; None where there is none."""
        return next((endpoint for endpoint in self.endpoints(method) if endpoint.method == method), None)

    def at(self, path: str) -> Endpoint:
        """Return the operation of ``group.method``, from that group alone."""
        group, _, method = path.partition(".")
        return next(
            endpoint
            for endpoint in (Endpoint(*each) for each in controllers.operations(group))
            if endpoint.method == method
        )

    def endpoint(self, method: str) -> Endpoint:
        """Return the operation of a method that exists."""
        endpoint = self.find(method)
        assert endpoint is not None, method
        return endpoint


V2 = Version("v2", "Software campaigns, HTTP devices", "software")
V3 = Version("v3", "Firmware campaigns, LWM2M devices", "firmware")
VERSIONS = {version.name: version for version in (V2, V3)}


def _stems(name: str) -> set[str]:
    """Return the words of a name, cut so that license and licenses are one."""
    return {word[:5] for word in name.split("_")}


def is_account(parameter: str) -> bool:
    """Return whether a parameter is the billing account, which operations call differently."""
    return parameter in _ACCOUNT_NAMES
