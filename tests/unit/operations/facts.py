from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import Any

from fota_sdk import ApiError, FotaClient, FotaV2ResultException, FotaV3ResultException

LEFT_OUT: Any = object()


@dataclass(frozen=True)
class Facts:
    """What the facts page says of one operation, and its example call.

    Attributes:
        name: As errors show it.
        group: Attribute of the client.
        signature: Arguments of the method as the vendor has them.
        method: HTTP method.
        target: Raw request target of the example call.
        values: Arguments of the example call but the body; those that it leaves out are not there.
        answer: What the page shows; None where it shows none, or where nothing is promised.
        answer_type: As the page writes it.
        effect: By the page's column on repeating, and by what the operation does.
        least_target: Raw request target of the call with what is required alone; None where it is `target`.
        body: Body of the example call, in wire names.
        body_type: Class of the body.
        cursor: Argument that leads from page to page.
        deprecated: Whether all releases mark it so.
    """

    name: str
    group: str
    signature: str
    method: str
    target: str
    values: dict[str, Any]
    answer: Any
    answer_type: str
    effect: str
    least_target: str | None = None
    body: dict[str, Any] | None = None
    body_type: str | None = None
    cursor: str | None = None
    deprecated: bool = False

    def __str__(self) -> str:
        return self.name

    @property
    def python_method(self) -> str:
        return self.name.partition(".")[2]

    @property
    def refusal(self) -> type[ApiError]:
        return FotaV2ResultException if self.name.startswith("v2.") else FotaV3ResultException

    @property
    def defaults(self) -> dict[str, Any]:
        """Arguments of the signature in their order, each with its default; `LEFT_OUT` where it has none."""
        parts = [part.strip().partition("=") for part in self.signature.split(",")]
        return {name: ast.literal_eval(default) if default else LEFT_OUT for name, _, default in parts}

    @property
    def required(self) -> list[str]:
        """Arguments that there is no call without."""
        return [name for name, default in self.defaults.items() if default is LEFT_OUT]

    @property
    def in_path(self) -> list[str]:
        """Arguments of the example call that are a segment of its path each."""
        names = ("account", "acc", "campaign_id", "device_id")
        return [name for name in self.defaults if name in names]

    @property
    def in_query(self) -> list[str]:
        """Arguments that go into the query."""
        return [name for name in self.defaults if name not in (*self.in_path, "body")]

    @property
    def is_form(self) -> bool:
        return self.body_type == "form"

    @property
    def is_list(self) -> bool:
        return self.answer_type.startswith("list[")

    @property
    def is_nothing(self) -> bool:
        return self.answer_type == "None"

    def arguments(self, **changed: Any) -> dict[str, Any]:
        """The arguments of the example call, some of them changed or, with `LEFT_OUT`, left out."""
        body = {} if self.body is None else {"body": self.body}
        given = {**self.values, **body, **changed}
        return {name: value for name, value in given.items() if value is not LEFT_OUT}

    def call(self, client: FotaClient, *, view: str | None = None, **changed: Any) -> Any:
        """Make the example call, with some arguments changed; `view` is such as "with_raw_response"."""
        controller: Any = getattr(client, self.group)
        if view is not None:
            controller = getattr(controller, view)
        return getattr(controller, self.python_method)(**self.arguments(**changed))
