"""doc/openapi.json, and what validates against it."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.unit.operations import BASE_URL, Facts

openapi_core = pytest.importorskip("openapi_core")
from openapi_core.contrib.requests import RequestsOpenAPIRequest, RequestsOpenAPIResponse  # noqa: E402

PATH = Path(__file__).parent.parent.parent / "doc" / "openapi.json"


@cache
def document() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(PATH.read_text(encoding="utf-8"))
    return loaded


@cache  # it validates the document first, which takes its time
def contract(base_url: str = BASE_URL) -> Any:
    """Return the validator, with the service at another place."""
    # A file is bytes, which no type of JSON is; one text stands for them.
    files = {"application/octet-stream": lambda content, **_: content.decode("latin-1")}
    config = openapi_core.Config(extra_media_type_deserializers=files)
    return openapi_core.OpenAPI.from_dict({**document(), "servers": [{"url": base_url}]}, config=config)


def described() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return path, method and description of each operation by its name."""
    return {
        operation["operationId"]: (path, method.upper(), operation)
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def description_of(facts: Facts) -> dict[str, Any]:
    return described()[facts.name][2]


def name_in(schema: dict[str, Any]) -> str:
    """Return the name of the schema that a reference leads to."""
    return str(schema["$ref"]).rpartition("/")[2]


def key_of(argument: str) -> str:
    """Return what an argument is called on the wire: ``campaign_id`` is ``campaignId``."""
    return re.sub("_(.)", lambda match: match[1].upper(), argument)


class Exchanges(requests.Session):
    """A session that keeps what went over it."""

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[requests.Response] = []
        self.hooks["response"].append(lambda answer, **_: self.answers.append(answer))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a request; a form that is read while it is sent is read before, so that it can be looked at."""
        if hasattr(request.body, "read"):
            request.body = request.body.read()
        return super().send(request, **options)

    def check(self, contract: Any) -> None:
        """Validate all requests and answers, and forget them."""
        assert self.answers
        for answer in self.answers:
            request = RequestsOpenAPIRequest(answer.request)
            contract.validate_request(request)
            if answer.content != b"" or not self._may_be_empty(answer):
                contract.validate_response(request, RequestsOpenAPIResponse(answer))
        self.answers.clear()

    def _may_be_empty(self, answer: requests.Response) -> bool:
        """Return whether the description has a success of any type, as one without a body is; validators miss that."""
        path = str(answer.request.path_url).partition("?")[0]
        return answer.status_code == 200 and any(
            re.search(re.sub(r"\{\w+\}", "[^/]+", template) + "$", path)
            and method == answer.request.method
            and "*/*" in operation["responses"]["200"].get("content", {})
            for template, method, operation in described().values()
        )
