"""The OpenAPI 3.1 description, from the same declarations as the pages."""

from __future__ import annotations

import json
from typing import Any

from _make import docstrings
from _make.examples import value_of, values_of
from _make.markdown import words
from _make.methods import Method, controllers, methods_of
from _make.models import ERROR, default_of, models, summary_of
from fota_sdk import Environment, __version__
from fota_sdk.core.docs import docs_of
from fota_sdk.core.example import example_of
from fota_sdk.core.fields import Day, FieldDeclaration, Flag, Integer, Kind, Text, Texts
from fota_sdk.core.model import Model, Models, fields_of
from fota_sdk.core.operation import Parameter
from fota_sdk.core.route import FIRST_CURSOR

_FAULT = {"code": "900901", "message": "Invalid Credentials", "description": "Invalid Credentials"}
_LATER = {"Retry-After": {"description": "Seconds, or a date of HTTP.", "schema": {"type": "string"}}}
_RESPONSES: dict[str, dict[str, Any]] = {
    "Unauthorized": {
        "description": "A token was refused.",
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Fault"}, "example": {"fault": _FAULT}}
        },
    },
    "RateLimited": {"description": "Too many requests; bodies of many forms.", "headers": _LATER},
    "Unavailable": {"description": "Not now; bodies of many forms.", "headers": _LATER},
    "Other": {"description": "Anything else, such as 403, 404, 409 and 500; bodies of many forms."},
}


def text() -> str:
    """Return the description as JSON text."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def document() -> dict[str, Any]:
    """Return the description."""
    groups = {each: methods_of(each) for each in controllers()}
    methods = [method for found in groups.values() for method in found]
    paths: dict[str, Any] = {}
    for method in methods:
        paths.setdefault(_path(method), {})[method.operation.method.lower()] = _operation(method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "FOTA",
            "version": __version__,
            "description": "What fota-sdk sends and expects: V2 and V3 of the ThingSpace FOTA API.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": each.value, "description": each.name.capitalize()} for each in Environment],
        "security": [{"apiToken": [], "sessionToken": []}],
        "tags": [
            {"name": found[0].group, "description": docstrings.read(each).summary} for each, found in groups.items()
        ],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "apiToken": {"type": "http", "scheme": "bearer", "description": "OAuth token of an application."},
                "sessionToken": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "VZ-M2M-Token",
                    "description": "Token of a session.",
                },
            },
            "responses": _RESPONSES,
            "schemas": _schemas(methods),
        },
    }


def _path(method: Method) -> str:
    keys = {each.name: f"{{{each.key}}}" for each in method.operation.parameters}
    return method.operation.path.format(**keys)


def _operation(method: Method) -> dict[str, Any]:
    operation = method.operation
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [method.group],
        "summary": words(method.name),
        "description": method.doc.text,
        **({"deprecated": True} if operation.deprecated else {}),
        "parameters": [_parameter(each, method) for each in operation.parameters if each.place != "form"],
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "description": method.doc.items("Args").get("body", ""),
            "content": _content(_reference(operation.body), example_of(operation.body).to_dictionary()),
        }
    elif operation.form:
        described["requestBody"] = {"required": True, "content": {"multipart/form-data": _form(method)}}
    described["responses"] = {
        "200": _success(method),
        "400": {
            "description": f"Refused; raises `{operation.refusal.__name__}`.",
            "content": _content(_reference(operation.refusal), ERROR),
        },
        **{
            status: {"$ref": f"#/components/responses/{name}"}
            for status, name in (
                ("401", "Unauthorized"),
                ("429", "RateLimited"),
                ("503", "Unavailable"),
                ("default", "Other"),
            )
        },
    }
    return described


def _success(method: Method) -> dict[str, Any]:
    operation, description = method.operation, f"What `{method.name}` returns."
    if not method.has_response:
        return {"description": "Done. The status is all; what body there may be is not looked at."}
    if not method.models:
        return {"description": description, "content": {"application/json": {}}}
    (model,) = method.models
    schema: dict[str, Any] = _reference(model)
    example: Any = example_of(model).to_dictionary()
    if operation.item is not None:
        schema, example = {"type": ["array", "null"], "items": schema}, [example]
        description += " Null is read as an empty list."
    elif model._array_key is not None:
        (items,) = [
            d.kind.item for _, d in fields_of(model) if d.wire == model._array_key and isinstance(d.kind, Models)
        ]
        schema = {"anyOf": [schema, {"type": "array", "items": _reference(items)}]}
        description += f" An array stands for an object that has it as `{model._array_key}`."
    content = _content(schema, example)
    if operation.may_be_empty:
        description += " No body at all is read as an object without keys."
        content["*/*"] = {}  # a response without a body has no type
    return {"description": description, "content": content}


def _parameter(parameter: Parameter, method: Method) -> dict[str, Any]:
    name, told = parameter.name, method.doc.items("Args").get(parameter.name, "")
    described: dict[str, Any] = {
        "name": parameter.key,
        "in": parameter.place,
        "required": parameter.required,
        "description": told,
    }
    if parameter.place == "path":
        schema: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": 256}
        return {**described, "schema": schema, "example": value_of(name)}
    default = next(each.default for each in method.parameters if each.name == name)
    if name == method.operation.cursor and default is None:
        default = FIRST_CURSOR
    schema = {"type": "string", "minLength": 1}
    if isinstance(default, str):
        schema["default"] = default
    known = values_of(name, told)  # the service may take others too
    if known:
        schema["examples"] = known
    return {**described, "schema": schema, **({"example": value_of(name)} if parameter.required else {})}


def _form(method: Method) -> dict[str, Any]:
    texts = method.doc.items("Args")
    parts = [each for each in method.operation.parameters if each.place == "form"]
    file, *others = parts
    return {
        "schema": {
            "type": "object",
            "properties": {
                file.key: {
                    "type": "string",
                    "format": "binary",
                    "contentMediaType": "application/octet-stream",
                    "description": texts.get(file.name, ""),
                },
                **{
                    each.key: {
                        "type": "string",
                        "description": texts.get(each.name, ""),
                        "examples": [value_of(each.name, *method.models)],
                    }
                    for each in others
                },
            },
            "required": [each.key for each in parts if each.required],
        },
        "encoding": {file.key: {"contentType": "application/octet-stream"}},
    }


def _content(schema: dict[str, Any], example: Any) -> dict[str, Any]:
    return {"application/json": {"schema": schema, "example": example}}


def _reference(thing: type) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{thing.__name__}"}


def _schemas(methods: list[Method]) -> dict[str, Any]:
    sent = _with_parts([method.operation.body for method in methods if method.operation.body is not None])
    schemas = {model.__name__: _schema(model, is_sent=model in sent) for model in models()}
    for refusal in dict.fromkeys(method.operation.refusal for method in methods):
        schemas[refusal.__name__] = {
            "type": "object",
            "description": docstrings.read(refusal).text,
            "properties": {
                "errorCode": {"type": "string", "description": "Code of the error; stable."},
                "errorMessage": {"type": "string", "description": "The service's words for it."},
            },
            "required": ["errorCode", "errorMessage"],
            "examples": [ERROR],
        }
    parts = {"type": "object", "properties": {key: {"type": "string"} for key in _FAULT}, "required": ["code"]}
    schemas["Fault"] = {
        "type": "object",
        "description": "An error of the gateway before the service.",
        "properties": {"fault": parts},
        "required": ["fault"],
        "examples": [{"fault": _FAULT}],
    }
    return schemas


def _with_parts(found: list[type[Model]]) -> set[type[Model]]:
    """Return models and all models in them."""
    parts = [d.kind.item for model in found for _, d in fields_of(model) if isinstance(d.kind, Models)]
    return {*found, *(_with_parts(parts) if parts else ())}


def _schema(model: type[Model], *, is_sent: bool) -> dict[str, Any]:
    properties, texts = {}, docs_of(model)
    for name, declaration in fields_of(model):
        default, example = default_of(model, name), declaration.example
        properties[declaration.wire] = {
            **_type(declaration, is_sent=is_sent),
            "description": texts[name] + _also(declaration),
            **({} if default is None else {"default": default}),
            **({} if example is None else {"examples": [example]}),
        }
    return {
        "type": "object",
        "description": summary_of(model),
        "properties": properties,
        "required": [declaration.wire for _, declaration in fields_of(model) if declaration.required],
        "examples": [example_of(model).to_dictionary()],
    }


def _also(declaration: FieldDeclaration) -> str:
    return f" Read from {' or '.join(f'`{key}`' for key in declaration.also)} too." if declaration.also else ""


def _type(declaration: FieldDeclaration, *, is_sent: bool) -> dict[str, Any]:
    """Return the schema of a field. Where a response may leave it out, null is the same; a request sends no null."""
    schema = _kind(declaration.kind)
    may_be_null = declaration.kind.null is not None or not (declaration.required or is_sent)
    types = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return {**schema, "type": [*types, "null"]} if may_be_null else schema


def _kind(kind: Kind[Any]) -> dict[str, Any]:
    if isinstance(kind, Models):
        return {"type": "array", "items": _reference(kind.item)}
    if isinstance(kind, Integer):
        return {
            "type": "integer",
            "minimum": kind.minimum,
            **({} if kind.maximum is None else {"maximum": kind.maximum}),
        }
    if isinstance(kind, Text):
        return {"type": ["string", "integer"] if kind.digits else "string"}
    simple: dict[type[Kind[Any]], dict[str, Any]] = {
        Flag: {"type": "boolean"},
        Day: {"type": "string", "format": "date"},
        Texts: {"type": "array", "items": {"type": "string", "minLength": 1}},
    }
    return simple[type(kind)]
