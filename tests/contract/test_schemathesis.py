"""An independent generator calls every operation of the sandbox by doc/openapi.json, with a fixed seed.

Once with whatever the description allows, and once with a copy of it that is narrowed to values that the sandbox has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.contract.description import document, name_in
from tests.sandbox.wire import Wire, accepted, ask, tokens_of

schemathesis = pytest.importorskip("schemathesis")

pytestmark = [pytest.mark.fuzz, pytest.mark.pages]

from schemathesis.specs.openapi.checks import (  # noqa: E402
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [status_code_conformance, content_type_conformance, response_schema_conformance]

DOCUMENTED = {200, 400, 401}
"""What the description lists and the sandbox answers unasked; "default" stands for whatever else a service may do."""

AHEAD = 7


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def operations_of(description: dict[str, Any]) -> dict[str, Any]:
    """Return the operations by their names."""
    found = [result.ok() for result in schemathesis.openapi.from_dict(description).get_all_operations()]
    return {operation.definition.raw["operationId"]: operation for operation in found}


NAMES = [operation["operationId"] for methods in document()["paths"].values() for operation in methods.values()]
OPERATIONS = operations_of(document())


def called(sandbox: Sandbox, operation: Any, mode: Any, examples: int) -> Counter[int]:
    """Call an operation with generated values, check each response, and count the statuses."""
    statuses: Counter[int] = Counter()

    @seed(13)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode))
    def call(case: Any) -> None:
        response = case.call(base_url=sandbox.url, headers=tokens_of(sandbox))
        statuses[response.status_code] += 1
        assert response.status_code in DOCUMENTED, response.content
        if response.content != b"" or not _may_be_empty(operation):
            case.validate_response(response, checks=CHECKS)

    call()
    return statuses


def _may_be_empty(operation: Any) -> bool:
    """Return whether a success of any type is described, as one without a body is; validators miss that."""
    return "*/*" in operation.definition.raw["responses"]["200"].get("content", {})


@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_sent_is_answered_as_documented(name: str, mode: Any, sandbox: Sandbox) -> None:
    assert called(sandbox, OPERATIONS[name], mode, 5).total() > 0


# values that the sandbox knows


def narrowed(name: str, known: dict[str, list[Any]]) -> dict[str, Any]:
    """Return a description of one operation, in which requests have known values alone, and a device at least."""
    ((path, method, operation),) = [
        (path, method, deepcopy(operation))
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if operation["operationId"] == name
    ]
    for parameter in operation["parameters"]:
        parameter["schema"] = _narrowed(parameter["schema"], parameter["name"], known)
    for content in operation.get("requestBody", {}).get("content", {}).values():
        content["schema"] = _narrowed(content["schema"], "", known)
    return {**document(), "paths": {path: {method: operation}}}


def _narrowed(schema: dict[str, Any], name: str, known: dict[str, list[Any]]) -> dict[str, Any]:
    if "$ref" in schema:  # a copy in its place, for responses refer to it too
        schema = document()["components"]["schemas"][name_in(schema)]
    if "properties" in schema:
        properties = {key: _narrowed(property_, key, known) for key, property_ in schema["properties"].items()}
        return {**schema, "properties": properties}
    if schema.get("type") == "array":
        return {**schema, "items": _narrowed(schema["items"], name, known), "minItems": 1, "uniqueItems": True}
    if name not in known:
        return schema
    # Some schedules have hours as texts, others as numbers.
    return {**schema, "enum": list(map(str, known[name])) if schema["type"] == "string" else known[name]}


def prepared(sandbox: Sandbox) -> dict[str, list[Any]]:
    """Bring about what each operation needs, and return the known values."""
    campaigns = {version: [Wire(sandbox, version).scheduled() for _ in range(2)] for version in ("v2", "v3")}
    for version in campaigns:
        listener = {"url": "https://127.0.0.1:50559/listener"}
        accepted(ask(sandbox, "POST", f"/fota/{version}/callbacks/{ACCOUNT}", listener))
    candidates = {"type": "append", "count": 1, "deviceList": IMEIS[:1]}
    accepted(ask(sandbox, "POST", f"/fota/v2/licenses/{ACCOUNT}/cancel", candidates))
    start = sandbox.today + timedelta(days=AHEAD)
    return {
        "acc": [ACCOUNT],
        "account": [ACCOUNT],
        "accountName": [ACCOUNT],
        "campaignId": [*campaigns["v2"], *campaigns["v3"]],
        "campaignStatus": ["CampaignRequestPending"],
        "deviceId": IMEIS,
        "deviceIds": IMEIS,
        "deviceList": IMEIS,
        "distributionType": ["HTTP"],
        "protocol": ["LWM2M"],
        "lastSeenCampaignId": ["0"],
        "lastSeenDeviceId": ["0", *IMEIS],
        "startIndex": ["0"],
        "startDate": [start.isoformat()],
        "downloadAfterDate": [start.isoformat()],
        "installAfterDate": [start.isoformat()],
        "endDate": [(start + timedelta(days=days)).isoformat() for days in (0, 1, 7)],
        "Type": ["append", "remove"],
        "type": ["append", "replace"],
        "url": ["https://127.0.0.1:50559/listener"],
        # Any name will do, but none that is empty.
        **{f"{kind}{part}": ["1.0"] for kind in ("software", "firmware") for part in ("Name", "From", "To")},
        **{f"file{part}": ["1.0"] for part in ("Name", "Version")},
        "startTime": [0, 3],
        "endTime": [4, 24],
    }


@pytest.mark.parametrize("name", NAMES)
def test_known_values_bring_a_success(name: str, sandbox: Sandbox) -> None:
    operation = operations_of(narrowed(name, prepared(sandbox)))[name]
    statuses = called(sandbox, operation, schemathesis.GenerationMode.POSITIVE, 12)
    assert statuses[200] > 0, statuses
