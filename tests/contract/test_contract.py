"""Requests of the client and responses of the sandbox, against doc/openapi.json, by a validator that is not ours."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests
import responses

from fota_sdk import FotaClient, FotaError
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, IMEIS
from tests.contract.description import Exchanges, RequestsOpenAPIRequest, contract, description_of, document, name_in
from tests.unit.operations import BASE_URL, FAMILY, Facts, each_of_family, each_without_upload, facts_of

openapi_exceptions = pytest.importorskip("openapi_core.exceptions")
OpenAPIError: type[Exception] = openapi_exceptions.OpenAPIError

pytestmark = pytest.mark.pages


@pytest.fixture
def exchanges() -> Iterator[Exchanges]:
    with Exchanges() as session:
        yield session


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def client_of(session: requests.Session) -> FotaClient:
    return FotaClient(api_token="api-token", session_token="session-token", session=session)


def called(facts: Facts, exchanges: Exchanges, answer: Any = ..., **changed: Any) -> Any:
    """Make the example call, which is answered as the facts page shows, or as given."""
    if facts.is_form:
        changed["fileupload"] = __file__
    shown = facts.answer if answer is ... else answer
    with responses.RequestsMock() as mock, client_of(exchanges) as client:
        url = BASE_URL + facts.target.partition("?")[0].removeprefix("/api")
        if facts.is_nothing or shown == b"":
            mock.add(facts.method, url, body=b"")
        else:
            mock.add(facts.method, url, body=json.dumps(shown), content_type="application/json")
        return facts.call(client, **changed)


# requests


@each_of_family
def test_a_request_and_its_documented_response_keep_the_contract(facts: Facts, exchanges: Exchanges) -> None:
    called(facts, exchanges)
    exchanges.check(contract())


@each_without_upload
def test_a_request_that_breaks_the_contract_is_found(facts: Facts, exchanges: Exchanges) -> None:
    called(facts, exchanges)
    request = exchanges.answers[0].request
    mutants = []
    for header in ("Authorization", "VZ-M2M-Token"):
        mutants.append(request.copy())
        del mutants[-1].headers[header]
    mutants.append(request.copy())
    mutants[-1].method = "PATCH"
    mutants.append(request.copy())
    mutants[-1].url = f"{str(request.url).partition('?')[0]}/and/more"
    for parameter in description_of(facts)["parameters"]:
        if (parameter["in"], parameter["required"]) == ("query", True):
            mutants.append(request.copy())
            mutants[-1].url = str(request.url).replace(f"{parameter['name']}=", "another=")
    if facts.body is not None:
        for key in facts.body:
            mutants.append(request.copy())
            mutants[-1].body = json.dumps({**facts.body, key: {"of": "another type"}}).encode()
        mutants.append(request.copy())
        mutants[-1].body = b"{}"
    for mutant in mutants:
        with pytest.raises(OpenAPIError):
            contract().validate_request(RequestsOpenAPIRequest(mutant))


# responses


def answer_with(facts: Facts, key: str, value: Any) -> Any:
    """Return the documented response with another value, in the first entry where it is a list."""
    return [{**facts.answer[0], key: value}] if facts.is_list else {**facts.answer, key: value}


def keys_of(facts: Facts) -> list[str]:
    return [] if facts.is_nothing else list(facts.answer[0] if facts.is_list else facts.answer)


@each_of_family
def test_a_response_that_breaks_the_contract_is_found(facts: Facts, exchanges: Exchanges) -> None:
    for key in keys_of(facts):
        with pytest.raises(FotaError):
            called(facts, exchanges, answer_with(facts, key, {"of": "another type"}))
        with pytest.raises(OpenAPIError):
            exchanges.check(contract())
        exchanges.answers.clear()


@each_without_upload
def test_a_null_is_in_the_contract_where_the_client_takes_a_field_for_left_out(
    facts: Facts, exchanges: Exchanges
) -> None:
    schemas = document()["components"]["schemas"]
    for key in keys_of(facts):
        schema = schemas[facts.answer_type.removeprefix("list[").rstrip("]")]
        called(facts, exchanges, answer_with(facts, key, None))
        if key not in schema["required"] or key == "campaignList":
            exchanges.check(contract())
        else:
            with pytest.raises(OpenAPIError):
                exchanges.check(contract())
            exchanges.answers.clear()


@pytest.mark.parametrize("facts", [facts for facts in FAMILY if facts.is_list], ids=str)
@pytest.mark.parametrize("answer", [[], None])
def test_an_empty_list_and_null_are_in_the_contract(facts: Facts, answer: Any, exchanges: Exchanges) -> None:
    assert called(facts, exchanges, answer) == []
    exchanges.check(contract())


@pytest.mark.parametrize("name", ["v2.list_registered_callbacks", "v3.list_registered_callbacks"])
@pytest.mark.parametrize("answer", [b"", {}])
def test_no_listener_is_in_the_contract(name: str, answer: Any, exchanges: Exchanges) -> None:
    assert called(facts_of(name), exchanges, answer).url is None
    exchanges.check(contract())


def test_a_bare_list_of_files_is_in_the_contract(exchanges: Exchanges) -> None:
    facts = facts_of("v2.get_list_of_files")
    files = facts.answer["AvailableFilesResponse"]
    assert len(called(facts, exchanges, files).available_files_response) == len(files)
    exchanges.check(contract())


def test_a_cursor_in_digits_is_in_the_contract(exchanges: Exchanges) -> None:
    facts = facts_of("v3.get_account_device_information")
    assert called(facts, exchanges, answer_with(facts, "lastSeenDeviceId", 1000)).last_seen_device_id == "1000"
    exchanges.check(contract())


# the sandbox


def ahead(facts: Facts) -> dict[str, Any]:
    """Return what the example call is changed by, so that a service takes it today."""
    changed: dict[str, Any] = {name: ACCOUNT for name in ("account", "acc") if name in facts.defaults}
    changed |= {name: IMEIS[0] for name in ("device_id", "device_ids") if name in facts.defaults}
    changed |= {name: "0" for name in (facts.cursor,) if name is not None}
    if facts.name.endswith("get_campaign_history_by_status"):
        changed["campaign_status"] = "CampaignRequestPending"
    if facts.is_form:
        changed["fileupload"] = __file__
    if facts.body is not None:
        days = {
            key: date.today() + timedelta(days=7 if key == "endDate" else 2) for key in facts.body if key[-4:] == "Date"
        }
        devices = {key: IMEIS for key in ("deviceList", "deviceIds") if key in facts.body}
        changed["body"] = {**facts.body, **{key: day.isoformat() for key, day in days.items()}, **devices}
    return changed


@pytest.mark.parametrize("version", ["v2", "v3"])
def test_all_responses_of_the_sandbox_keep_the_contract(version: str, sandbox: Sandbox, exchanges: Exchanges) -> None:
    family = [facts for facts in FAMILY if facts.name.startswith(version) and "cancel" not in facts.name]
    schedule = facts_of(f"{version}.schedule_campaign_firmware_upgrade")
    with sandbox.client(session=exchanges) as client:
        campaign = schedule.call(client, **ahead(schedule))
        for facts in [*family, facts_of(f"{version}.cancel_campaign")]:
            changed = ahead(facts)
            if "campaign_id" in facts.defaults:
                changed["campaign_id"] = campaign.id
            facts.call(client, **changed)
    assert len(exchanges.answers) == 1 + len(family) + 1
    assert {answer.status_code for answer in exchanges.answers} == {200}
    exchanges.check(contract(sandbox.url))


REFUSED = [({}, "123"), ({"session_token": "another"}, ACCOUNT), ({"api_token": "another"}, ACCOUNT)]


@each_of_family
def test_all_refusals_of_the_sandbox_keep_the_contract(facts: Facts, sandbox: Sandbox, exchanges: Exchanges) -> None:
    for options, account in REFUSED:
        changed = ahead(facts)
        changed |= {name: account for name in ("account", "acc") if name in facts.defaults}
        with sandbox.client(session=exchanges, **options) as client, pytest.raises(FotaError):
            facts.call(client, **changed)
    assert {answer.status_code for answer in exchanges.answers} == {400, 401}
    exchanges.check(contract(sandbox.url))


def test_the_names_of_responses_lead_somewhere() -> None:
    for facts in FAMILY:
        for response in description_of(facts)["responses"].values():
            if "$ref" in response:
                assert name_in(response) in document()["components"]["responses"]
