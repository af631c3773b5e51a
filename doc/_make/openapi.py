"""The OpenAPI 3.1 description, from the same declarations as the pages."""

from __future__ import annotations

import json
import re
from typing import Any

from _make import docstrings
from _make.controllers import Method, attribute_of, controllers, methods_of
from _make.examples import value_of, wire_name
from _make.markdown import words
from _make.models import ERROR, default_of, models, summary_of
from fota_sdk import Environment, __version__
from fota_sdk.core.docs import docs_of
from fota_sdk.core.example import example_of
from fota_sdk.core.fields import Day, Flag, Integer, Kind, Text, Texts
from fota_sdk.core.model import Model, Models, fields_of

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_FAULT = {"code": "900901", "message": "Invalid Credentials", "description": "Invalid Credentials"}


def text() -> str:
    """Return the description as JSON text."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def document() -> dict[str, Any]:
    """Return the description."""
    methods = [method for controller in controllers() for method in methods_of(controller)]
    paths: dict[str, Any] = {}
    for method in methods:
        path = _PLACEHOLDER.sub(lambda match: "{" + wire_name(match[1]) + "}", method.operation.path)
        paths.setdefault(path, {})[method.operation.method.lower()] = _operation(method)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "FOTA campaigns",
            "version": __version__,
            "description": "What fota-sdk sends and expects: Campaigns V2 and V3 of the ThingSpace FOTA API.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": each.value, "description": each.name.capitalize()} for each in Environment],
        "security": [{"apiToken": [], "sessionToken": []}],
        "tags": [{"name": attribute_of(each), "description": docstrings.read(each).text} for each in controllers()],
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
            "schemas": _schemas(methods),
        },
    }


def _operation(method: Method) -> dict[str, Any]:
    operation, doc = method.operation, method.doc
    described: dict[str, Any] = {
        "operationId": operation.name,
        "tags": [attribute_of(method.controller)],
        "summary": words(method.name),
        "description": doc.text,
        "parameters": [_parameter(name, doc) for name in _PLACEHOLDER.findall(operation.path)],
    }
    if operation.body is not None:
        described["requestBody"] = {
            "required": True,
            "description": doc.items("Args").get("body", ""),
            "content": _content(operation.body),
        }
    answer = operation.answer if isinstance(operation.answer, type) and issubclass(operation.answer, Model) else None
    described["responses"] = {
        "200": {
            "description": f"What `{method.name}` returns.",
            "content": {"application/json": {}} if answer is None else _content(answer),
        },
        "400": {
            "description": f"Refused; raises `{operation.refusal.__name__}`.",
            "content": {"application/json": {"schema": _reference(operation.refusal), "example": ERROR}},
        },
        "401": {
            "description": "A token was refused.",
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Fault"}, "example": {"fault": _FAULT}}
            },
        },
        "default": {"description": "Anything else; bodies of many forms."},
    }
    return described


def _parameter(name: str, doc: docstrings.Docstring) -> dict[str, Any]:
    return {
        "name": wire_name(name),
        "in": "path",
        "required": True,
        "description": doc.items("Args").get(name, ""),
        "schema": {"type": "string", "minLength": 1, "maxLength": 256},
        "example": value_of(name),
    }


def _content(model: type[Model]) -> dict[str, Any]:
    return {"application/json": {"schema": _reference(model), "example": example_of(model).to_dictionary()}}


def _reference(thing: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{thing.__name__}"}


def _schemas(methods: list[Method]) -> dict[str, Any]:
    schemas = {model.__name__: _schema(model) for model in models()}
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


def _schema(model: type[Model]) -> dict[str, Any]:
    properties, texts = {}, docs_of(model)
    for name, declaration in fields_of(model):
        default, example = default_of(model, name), declaration.example
        properties[declaration.wire] = {
            **_kind(declaration.kind),
            "description": texts[name],
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


def _kind(kind: Kind[Any]) -> dict[str, Any]:
    if isinstance(kind, Models):
        return {"type": "array" if kind.null is None else ["array", "null"], "items": _reference(kind.item)}
    if isinstance(kind, Integer):
        end = {} if kind.maximum is None else {"maximum": kind.maximum}
        return {"type": "integer", "minimum": kind.minimum, **end}
    if isinstance(kind, Text) and kind.digits:
        return {"type": ["string", "integer"]}
    simple: dict[type[Kind[Any]], dict[str, Any]] = {
        Text: {"type": "string"},
        Flag: {"type": "boolean"},
        Day: {"type": "string", "format": "date"},
        Texts: {"type": "array", "items": {"type": "string", "minLength": 1}},
    }
    return simple[type(kind)]
