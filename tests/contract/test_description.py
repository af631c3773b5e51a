"""doc/openapi.json is valid by two validators that have nothing in common, and says what the facts page says."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

import fota_sdk
from tests.contract.description import described, description_of, document, key_of, name_in
from tests.unit.family_models import FIELDS, REQUESTS, REQUIRED_TOO
from tests.unit.operations import FAMILY, LEFT_OUT, Facts, each_of_family
from tests.unit.test_wire_literals import MODELS, REQUEST_MODELS

pytestmark = pytest.mark.pages


# validity


def by_json_schema(document: dict[str, Any]) -> None:
    pytest.importorskip("openapi_spec_validator").validate(document)


def by_pydantic(document: dict[str, Any]) -> None:
    pytest.importorskip("openapi_pydantic").OpenAPI.model_validate(document)


DEVICES = "/fota/v3/devices/{acc}"
MISTAKES: list[Callable[[dict[str, Any]], Any]] = [
    lambda broken: broken["info"].pop("title"),
    lambda broken: broken["paths"][DEVICES]["get"]["parameters"][0].pop("in"),
    lambda broken: broken["paths"][DEVICES]["get"]["parameters"][1].update(required="perhaps"),
    lambda broken: broken["paths"][DEVICES]["get"]["responses"]["200"].pop("description"),
    lambda broken: broken["components"]["securitySchemes"]["apiToken"].pop("type"),
    lambda broken: broken["components"]["schemas"]["Fault"].update(type="thing"),
]


@pytest.mark.parametrize("validate", [by_json_schema, by_pydantic])
def test_it_is_valid_openapi(validate: Callable[[dict[str, Any]], None]) -> None:
    assert document()["openapi"].startswith("3.1.")
    validate(document())
    for mistake in MISTAKES:
        broken = copy.deepcopy(document())
        mistake(broken)
        with pytest.raises(Exception, match=r"title|in|required|description|type|thing"):
            validate(broken)


def test_both_tokens_are_required() -> None:
    schemes = document()["components"]["securitySchemes"]
    (required,) = document()["security"]
    assert set(required) == set(schemes)
    assert {(s["type"], s.get("scheme"), s.get("name")) for s in schemes.values()} == {
        ("http", "bearer", None),
        ("apiKey", None, "VZ-M2M-Token"),
    }


def keys_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {*value, *(key for name, each in value.items() if name != "properties" for key in keys_in(each))}
    return {key for each in value for key in keys_in(each)} if isinstance(value, list) else set()


def test_it_closes_no_set_that_the_service_may_widen() -> None:
    assert keys_in(document()) & {"enum", "minItems", "maxItems", "additionalProperties"} == set()


# operations


def test_its_operations_are_those_of_the_facts_page() -> None:
    assert set(described()) == {facts.name for facts in FAMILY}
    for facts in FAMILY:
        path, method, operation = described()[facts.name]
        assert method == facts.method
        assert re.fullmatch(re.sub(r"\{\w+\}", "[^/?]+", path), facts.target.partition("?")[0].removeprefix("/api"))
        assert re.findall(r"\{(\w+)\}", path) == [key_of(name) for name in facts.in_path]
        assert operation["tags"] == [facts.group]
        assert operation.get("deprecated", False) is facts.deprecated


@each_of_family
def test_its_parameters_are_those_of_the_facts_page(facts: Facts) -> None:
    expected = []
    for name, default in facts.defaults.items():
        if name in facts.in_path:
            expected.append((key_of(name), "path", True, None))
        elif name != "body" and not facts.is_form:
            shown = "0" if name == facts.cursor else None if default is LEFT_OUT else default
            expected.append((key_of(name), "query", default is LEFT_OUT, shown))
    assert expected == [
        (each["name"], each["in"], each["required"], each["schema"].get("default"))
        for each in description_of(facts)["parameters"]
    ]


@each_of_family
def test_its_types_are_those_of_the_facts_page(facts: Facts) -> None:
    operation = description_of(facts)
    success = operation["responses"]["200"]
    if facts.is_nothing:
        assert "content" not in success
    else:
        schema = success["content"]["application/json"]["schema"]
        if facts.is_list:
            assert schema["type"] == ["array", "null"]
            assert f"list[{name_in(schema['items'])}]" == facts.answer_type
        elif facts.name == "v2.get_list_of_files":  # an object, or the array that stands in it
            whole, bare = schema["anyOf"]
            assert (name_in(whole), bare["type"]) == (facts.answer_type, "array")
            assert name_in(bare["items"]) == "RetrievesAvailableFilesResponse"
        else:
            assert name_in(schema) == facts.answer_type
    refusal = operation["responses"]["400"]["content"]["application/json"]["schema"]
    assert name_in(refusal) == facts.refusal.__name__
    if facts.is_form:
        (form,) = operation["requestBody"]["content"].values()
        assert list(form["schema"]["properties"]) == [key_of(name) for name in facts.in_query]
        assert form["schema"]["properties"]["fileupload"]["format"] == "binary"
        assert form["schema"]["required"] == ["fileupload"]
    elif facts.body_type is not None:
        assert name_in(operation["requestBody"]["content"]["application/json"]["schema"]) == facts.body_type
    else:
        assert "requestBody" not in operation


@each_of_family
def test_every_refusal_has_its_place_and_says_when_to_come_again(facts: Facts) -> None:
    responses, shared = description_of(facts)["responses"], document()["components"]["responses"]
    assert list(responses) == ["200", "400", "401", "429", "503", "default"]
    for status in ("429", "503"):
        assert "Retry-After" in shared[name_in(responses[status])]["headers"]


KNOWN_VALUES = {
    ("v3.get_account_device_information", "protocol"): ["LWM2M", "OMDADM", "HTTP"],
    ("v3.list_available_firmware", "protocol"): ["LWM2M", "OMD-DM", "all"],
    ("v2.list_account_devices", "distributionType"): ["HTTP", "LWM2M", "OMD-DM"],
    ("v2.list_available_software", "distributionType"): ["HTTP", "LWM2M", "OMD-DM"],
    ("v2.get_list_of_files", "distributionType"): ["HTTP", "LWM2M", "OMD-DM"],
    **{
        (f"{version}.get_campaign_history_by_status", "campaignStatus"): [
            *("CampaignRequestPending", "CampaignRequestFailed", "CampaignRequestQueued", "CampaignScheduled"),
            *("CampaignEnded", "CampaignCancelled", "CampaignAborted", "CampaignFailed"),
        ]
        for version in ("v2", "v3")
    },
}


def test_known_values_of_a_query_are_examples() -> None:
    found = {
        (name, parameter["name"]): parameter["schema"]["examples"]
        for name, (_, _, operation) in described().items()
        for parameter in operation["parameters"]
        if "examples" in parameter["schema"]
    }
    assert found == KNOWN_VALUES


# models

HOURS = {"start_time": (0, 23), "end_time": (1, 24)}
DIGITS = ("last_seen_device_id", "last_seen_campaign_id", "client_type")
Row = tuple[str, str, str, bool]
TABLES: dict[str, list[Row]] = {**{model.__name__: rows for model, rows in MODELS.items()}, **FIELDS}
SENT = {*REQUESTS, *(model.__name__ for model in REQUEST_MODELS)}


def schema_of(model: str, name: str, kind: str) -> dict[str, Any]:
    """Return the schema of a field by the words of the facts page."""
    if kind == "hour":
        return {"type": "integer", "minimum": HOURS[name][0], "maximum": HOURS[name][1]}
    if kind == "list[str]":
        return {"type": "array", "items": {"type": "string", "minLength": 1}}
    if kind.startswith("list["):
        return {"type": "array", "items": {"$ref": f"#/components/schemas/{kind[5:-1]}"}}
    if kind == "int":
        return {"type": "integer", "minimum": 0}
    if name in DIGITS or model == "DownloadTimeWindow":
        return {"type": ["string", "integer"]}
    if kind == "date" or (model in SENT and name.endswith("_date")):  # some requests hold their days as texts
        return {"type": "string", "format": "date"}
    return {"type": {"str": "string", "bool": "boolean"}[kind]}


@pytest.mark.parametrize("model", TABLES)
def test_a_schema_has_the_names_types_and_ranges_of_the_facts_page(model: str) -> None:
    schema = document()["components"]["schemas"][model]
    notes = ("description", "examples", "default")
    expected = {}
    required = []
    for name, wire, kind, marked in TABLES[model]:
        expected[wire] = schema_of(model, name, kind)
        if marked or wire in REQUIRED_TOO.get(model, ()):
            required.append(wire)
        # What a response may leave out may be null in it as well; a request never sends null.
        if wire == "campaignList" or (wire not in required and model not in SENT):
            types = expected[wire]["type"]
            expected[wire]["type"] = [*([types] if isinstance(types, str) else types), "null"]
    found = {
        wire: {key: value for key, value in field.items() if key not in notes}
        for wire, field in schema["properties"].items()
    }
    assert found == expected
    assert sorted(schema["required"]) == sorted(required)


def test_every_model_has_its_schema() -> None:
    models = {name for name in TABLES if hasattr(fota_sdk, name)}
    refusals = {"FotaV2ResultException", "FotaV3ResultException"}
    assert set(document()["components"]["schemas"]) == models | refusals | {"Fault"}
    assert len(models) == 71


def examples() -> list[tuple[dict[str, Any], Any]]:
    """Return each example of the document with its schema."""
    found = [(schema, each) for schema in document()["components"]["schemas"].values() for each in schema["examples"]]
    for _, _, operation in described().values():
        for part in (operation.get("requestBody", {}), *operation["responses"].values()):
            for content in part.get("content", {}).values():
                if "example" in content:
                    found.append((content["schema"], content["example"]))
        for parameter in operation["parameters"]:
            values = [parameter["example"]] if "example" in parameter else []
            found += [(parameter["schema"], each) for each in (*values, *parameter["schema"].get("examples", []))]
    return found


def test_its_examples_keep_to_its_schemas() -> None:
    validators = pytest.importorskip("openapi_schema_validator")
    assert len(examples()) > 200
    for schema, example in examples():
        whole = {**schema, "components": document()["components"]}
        validator = validators.OAS31Validator(whole, format_checker=validators.oas31_format_checker)
        validator.validate(example)
        for changed in changes_of(example):
            assert list(validator.iter_errors(changed)), changed


def changes_of(example: Any) -> list[Any]:
    """Return an example with another type, and with one of another type in the place of each of its values."""
    other = {"of": "another type"}
    if isinstance(example, dict):
        return ["a text", *({**example, key: other} for key in example)]
    return [other, [other]] if isinstance(example, list) else [other]
