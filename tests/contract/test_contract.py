"""Requests of the client and answers of the sandbox, against doc/openapi.json, by validators that are not ours."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from fota_sdk import FotaClient, FotaError
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.unit.operations import BASE_URL, OPERATIONS, OperationFacts, each_operation, operation_named
from tests.unit.test_wire_literals import MODELS, every_model

openapi_core = pytest.importorskip("openapi_core")
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse  # noqa: E402
from openapi_core.exceptions import OpenAPIError  # noqa: E402

pytestmark = pytest.mark.pages


@cache
def document() -> dict[str, Any]:
    path = Path(__file__).parent.parent.parent / "doc" / "openapi.json"
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


@cache  # it validates the document first, which takes its time
def contract(base_url: str = BASE_URL) -> Any:
    """Return the validator, with the service at another place."""
    return openapi_core.OpenAPI.from_dict({**document(), "servers": [{"url": base_url}]})


class Exchanges(requests.Session):
    """A session that keeps what went over it."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[requests.Response] = []
        self.hooks["response"].append(lambda answer, **_: self.answers.append(answer))

    def check(self, contract: Any) -> None:
        """Validate all requests and answers, and forget them."""
        assert self.answers
        for answer in self.answers:
            request = RequestsOpenAPIRequest(answer.request)
            contract.validate_request(request)
            contract.validate_response(request, RequestsOpenAPIResponse(answer))
        self.answers.clear()


@pytest.fixture
def exchanges() -> Iterator[Exchanges]:
    with Exchanges() as session:
        yield session


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


# the document


def test_it_is_valid_openapi() -> None:
    validate = pytest.importorskip("openapi_spec_validator").validate
    assert document()["openapi"].startswith("3.1.")
    validate(document())
    broken = copy.deepcopy(document())
    del broken["paths"]["/fota/v3/campaigns/{acc}/{campaignId}"]["get"]["parameters"]
    with pytest.raises(Exception, match=r"acc|campaignId"):
        validate(broken)


def test_its_paths_and_methods_are_those_of_the_facts_page() -> None:
    found = {
        (path, method.upper(), operation["operationId"])
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }
    assert found == {(facts.path, facts.http_method, facts.name) for facts in OPERATIONS}


@each_operation
def test_its_types_are_those_of_the_facts_page(operation: OperationFacts) -> None:
    described = document()["paths"][operation.path][operation.http_method.lower()]
    answer = described["responses"]["200"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert answer == operation.answer_type
    assert list(document()["components"]["schemas"][answer]["properties"]) == list(operation.fields.values())
    refusal = described["responses"]["400"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert refusal == operation.refusal.__name__
    assert ("requestBody" in described) == (operation.body is not None)


HOURS = {"start_time": (0, 23), "end_time": (1, 24)}


def schema_of(name: str, kind: str) -> dict[str, Any]:
    """Return the schema of a field by the words of the facts page."""
    if kind == "hour":
        return {"type": "integer", "minimum": HOURS[name][0], "maximum": HOURS[name][1]}
    if kind == "list[str]":
        return {"type": "array", "items": {"type": "string", "minLength": 1}}
    if kind.startswith("list["):
        return {"type": "array", "items": {"$ref": f"#/components/schemas/{kind[5:-1]}"}}
    return {"str": {"type": "string"}, "bool": {"type": "boolean"}, "date": {"type": "string", "format": "date"}}[kind]


@every_model
def test_a_schema_has_the_names_types_and_ranges_of_the_facts_page(model: type[Any]) -> None:
    schema = document()["components"]["schemas"][model.__name__]
    notes = ("description", "examples", "default")
    found = {
        wire: {key: value for key, value in field.items() if key not in notes}
        for wire, field in schema["properties"].items()
    }
    assert found == {wire: schema_of(name, kind) for name, wire, kind, _ in MODELS[model]}
    assert schema["required"] == [wire for _, wire, _, required in MODELS[model] if required]


def examples() -> list[tuple[str, Any]]:
    """Return each example of the document with the name of its schema."""
    found = [
        (name, each) for name, schema in document()["components"]["schemas"].items() for each in schema["examples"]
    ]
    for operation in (each for methods in document()["paths"].values() for each in methods.values()):
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            content = part.get("content", {}).get("application/json", {})
            if "example" in content:
                found.append((content["schema"]["$ref"].rpartition("/")[2], content["example"]))
    return found


def test_its_examples_keep_to_its_schemas() -> None:
    validators = pytest.importorskip("openapi_schema_validator")
    assert len(examples()) > 30
    for name, example in examples():
        schema = {"$ref": f"#/components/schemas/{name}", "components": document()["components"]}
        validator = validators.OAS31Validator(schema, format_checker=validators.oas31_format_checker)
        validator.validate(example)
        for key in example:
            assert list(validator.iter_errors({**example, key: {"of": "another type"}}))


def test_both_tokens_are_required() -> None:
    schemes = document()["components"]["securitySchemes"]
    (required,) = document()["security"]
    assert set(required) == set(schemes)
    assert {(s["type"], s.get("scheme"), s.get("name")) for s in schemes.values()} == {
        ("http", "bearer", None),
        ("apiKey", None, "VZ-M2M-Token"),
    }


# requests


@each_operation
def test_a_request_and_its_documented_answer_keep_the_contract(operation: OperationFacts, exchanges: Exchanges) -> None:
    with responses.RequestsMock() as mock, client_of(exchanges) as client:
        mock.add(operation.http_method, operation.url, json=operation.answer)
        operation.call(client)
        exchanges.check(contract())


@each_operation
def test_a_request_that_breaks_the_contract_is_found(operation: OperationFacts, exchanges: Exchanges) -> None:
    with responses.RequestsMock() as mock, client_of(exchanges) as client:
        mock.add(operation.http_method, operation.url, json=operation.answer)
        operation.call(client)
    request = exchanges.answers[0].request
    mutants = []
    for header in ("Authorization", "VZ-M2M-Token"):
        mutants.append(request.copy())
        del mutants[-1].headers[header]
    mutants.append(request.copy())
    mutants[-1].method = "PATCH"
    mutants.append(request.copy())
    mutants[-1].url = f"{request.url}/more"
    if operation.body is not None:
        for key in operation.body:
            mutants.append(request.copy())
            mutants[-1].body = json.dumps({**operation.body, key: {"of": "another type"}}).encode()
        mutants.append(request.copy())
        mutants[-1].body = b"{}"
    for mutant in mutants:
        with pytest.raises(OpenAPIError):
            contract().validate_request(RequestsOpenAPIRequest(mutant))


@each_operation
def test_an_answer_that_breaks_the_contract_is_found(operation: OperationFacts, exchanges: Exchanges) -> None:
    for key in operation.answer:
        with responses.RequestsMock() as mock, client_of(exchanges) as client:
            mock.add(operation.http_method, operation.url, json={**operation.answer, key: {"of": "another type"}})
            with pytest.raises(FotaError):
                operation.call(client)
        with pytest.raises(OpenAPIError):
            exchanges.check(contract())
        exchanges.answers.clear()


# the sandbox


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_all_answers_of_the_sandbox_keep_the_contract(version: str, sandbox: Sandbox, exchanges: Exchanges) -> None:
    with sandbox.client(session=exchanges) as client:
        campaign_id = called(f"{version}.schedule_campaign_firmware_upgrade", client, CAMPAIGN_ID).id
        for name in ("get_campaign_information", "update_campaign_dates", "update_campaign_firmware_devices"):
            called(f"{version}.{name}", client, campaign_id)
        called(f"{version}.cancel_campaign", client, campaign_id)
        called(f"{version}.get_campaign_information", client, campaign_id)
    assert len(exchanges.answers) == 6
    exchanges.check(contract(sandbox.url))


REFUSED = [({}, "123"), ({"session_token": "another"}, ACCOUNT), ({"api_token": "another"}, ACCOUNT)]


@each_operation
def test_all_refusals_of_the_sandbox_keep_the_contract(
    operation: OperationFacts, sandbox: Sandbox, exchanges: Exchanges
) -> None:
    for options, account in REFUSED:
        with sandbox.client(session=exchanges, **options) as client, pytest.raises(FotaError):
            operation.call(client, account)
    assert {answer.status_code for answer in exchanges.answers} == {400, 401}
    exchanges.check(contract(sandbox.url))


def client_of(session: requests.Session) -> FotaClient:
    return FotaClient(api_token="api-token", session_token="session-token", session=session)


def called(name: str, client: FotaClient, campaign_id: str) -> Any:
    """Call an operation with days that lie ahead."""
    facts = operation_named(name)
    body = facts.body
    if body is not None and "startDate" in body:
        day = date.today() + timedelta(days=2)
        ahead = {key: day.isoformat() for key in body if key.endswith("Date")}
        body = {**body, **ahead, "endDate": (day + timedelta(days=5)).isoformat()}
    controller = getattr(client, f"campaigns_{name[:2]}")
    values = {"account": ACCOUNT, "acc": ACCOUNT, "campaign_id": campaign_id, "body": body}
    return getattr(controller, facts.python_method)(*[values[argument] for argument in facts.arguments])
