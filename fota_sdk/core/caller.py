"""A call from its arguments to its response: validated, encoded, guarded against scheduling twice, carried out."""

from __future__ import annotations

import copy
import hashlib
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from fota_sdk.core.attempts import Attempts, CallState
from fota_sdk.core.codec import check_json, encode_json
from fota_sdk.core.fields import Findings
from fota_sdk.core.model import Model, check_model, decoder_of, fields_of
from fota_sdk.core.multipart import Multipart
from fota_sdk.core.operation import Effect, Operation, PreparedCall, how_to_verify
from fota_sdk.core.paging import Pages
from fota_sdk.core.route import check_route, encode_query, url_of
from fota_sdk.core.timeout import CallLimits, Deadline
from fota_sdk.exceptions import FotaError, RepeatRefusedError, TransportError, ValidationError

if TYPE_CHECKING:
    from fota_sdk.core.auth import Token
    from fota_sdk.core.response import ApiResponse

Result = TypeVar("Result")
Body = Model | Mapping[str, Any] | None

_KEPT_TEXT = 1000


class Guard:
    """Remembers the schedules whose outcome is unknown, so that none is sent a second time by accident.

    It has no lock, which Ctrl-C or a fork could leave locked: each change of the dictionary is one step.
    """

    def __init__(self) -> None:
        self._in_doubt: dict[bytes, FotaError] = {}

    def check(self, prepared: PreparedCall, operation: Operation[Any]) -> None:
        """Refuse a call whose like ended with an unknown outcome.

        Raises:
            RepeatRefusedError: With the first error in `first`.
        """
        first = self._in_doubt.get(_digest(prepared))
        if first is not None:
            raise RepeatRefusedError(
                f"nothing was sent now. The same call ended before with an unknown outcome ({type(first).__name__}) "
                "and may have been carried out.",
                f"Look for it: {how_to_verify(operation)}. Once somebody has made sure that it was not carried out, "
                "client.with_options(insist=True) sends it all the same.",
                first=copy.copy(first),
                operation=operation.name,
            )

    def remember(self, call: CallState[Any], error: BaseException) -> None:
        """Keep a digest of a schedule in doubt, and its error without the bulk of the response."""
        if not (call.in_doubt and call.operation.effect is Effect.SCHEDULES):
            return
        if isinstance(error, FotaError):
            first = copy.copy(error)
        else:
            first = TransportError(
                f"the call was interrupted ({type(error).__name__})",
                operation=call.operation.name,
                attempts=call.sent,
                outcome_unknown=True,
            )
        response: ApiResponse[Any] | None = getattr(first, "response", None)
        if response is not None:
            first.__dict__["response"] = response.cut(_KEPT_TEXT)
        data = getattr(first, "data", None)
        if data is not None:
            first.__dict__["data"] = {"id": data["id"]} if isinstance(data, dict) and "id" in data else None
        self._in_doubt.setdefault(_digest(call.prepared), first)

    def forget(self, prepared: PreparedCall) -> None:
        """Take note that a call succeeded."""
        if self._in_doubt:
            self._in_doubt.pop(_digest(prepared), None)


class Caller:
    """Carries out operations with the tokens of one client.

    Args:
        base_url: Where all paths begin.
        user_agent: What the client calls itself.
        attempts: Sends what is prepared.
        limits: Of each call.
        tokens: By ``"api_token"`` and ``"session_token"``.
        guard: Keeps schedules from being sent twice.
        insist: Whether to send what the guard refuses.
    """

    def __init__(
        self,
        base_url: str,
        user_agent: str,
        attempts: Attempts,
        limits: CallLimits,
        tokens: Mapping[str, Token],
        guard: Guard,
        insist: bool,
    ) -> None:
        self._base_url = base_url
        self._headers = common_headers(user_agent)
        self._attempts = attempts
        self._limits = limits
        self._tokens = tokens
        self._guard = guard
        self._insist = insist

    def within(self, seconds: float) -> Caller:
        """Return a caller of the same client whose calls end within so many seconds, or earlier by its own limit."""
        timeout = self._limits.timeout
        if seconds >= (math.inf if timeout.total is None else timeout.total):
            return self
        caller = copy.copy(self)
        caller._limits = self._limits._replace(timeout=replace(timeout, total=max(seconds, 0.001)))
        return caller

    def prepare(self, operation: Operation[Any], body: Body = None, /, **values: Any) -> PreparedCall:
        """Validate a call and return what would be sent.

        Raises:
            ValidationError: With all findings.
        """
        findings: Findings = []
        url = self._base_url + url_of(operation, values, findings)
        content = _encode(operation.body, body, findings)
        form = _form_of(operation, values, findings) if operation.form else None
        if findings:
            raise ValidationError(findings, operation=operation.name)
        return PreparedCall(operation.method, url, content, form)

    def call(self, operation: Operation[Result], body: Body = None, /, **values: Any) -> Result:
        """Carry out an operation and return the body of its response."""
        return self.call_raw(operation, body, **values).body

    def call_raw(self, operation: Operation[Result], body: Body = None, /, **values: Any) -> ApiResponse[Result]:
        """Carry out an operation and return the HTTP response."""
        return self._send(operation, self.prepare(operation, body, **values))

    def paged(self, operation: Operation[Result], body: Body = None, /, **values: Any) -> Callable[..., Any]:
        """Validate a call whose response comes in pages; return what makes `Pages`, given the items of a page."""
        self.prepare(operation, body, **values)
        return partial(Pages, self.call, operation, values)

    def request(self, method: str, path: str, values: Any, query: Any, body: Any) -> ApiResponse[Any]:
        """Send a request to any route of the service and return its response with the parsed JSON."""
        check_route(method, path)
        effect = Effect.READS if method == "GET" else Effect.ACTS
        operation: Operation[Any] = Operation(f"request {method}", method, path, object, effect)
        findings: Findings = []
        if not isinstance(values, Mapping):
            findings.append(("values", f"must be a mapping of names to texts, got {type(values).__name__}"))
            values = {}
        url = self._base_url + url_of(operation, values, findings) + encode_query(query, findings)
        content = None if body is None else _encode_any(body, findings)
        if findings:
            raise ValidationError(findings, operation=operation.name)
        return self._send(operation, PreparedCall(method, url, content))

    def _send(self, operation: Operation[Result], prepared: PreparedCall) -> ApiResponse[Result]:
        if operation.effect is Effect.SCHEDULES and not self._insist:
            self._guard.check(prepared, operation)
        headers = self._headers if prepared.body is None else {**self._headers, "Content-Type": "application/json"}
        if prepared.form is not None:
            headers = {**self._headers, "Content-Type": prepared.form.content_type}
        self._attempts.transport.load()
        deadline = Deadline(self._limits.timeout.total)
        call = CallState(operation, prepared, headers, self._tokens, deadline, self._limits)
        try:
            return self._run(call)
        except BaseException as error:  # once more, because Ctrl-C may have come while it was remembered
            self._guard.remember(call, error)
            raise

    def _run(self, call: CallState[Result]) -> ApiResponse[Result]:
        try:
            response = self._attempts.run(call)
            self._guard.forget(call.prepared)
            return response
        except BaseException as error:  # Ctrl-C and a raising hook leave the outcome in doubt too
            self._guard.remember(call, error)
            raise


def _form_of(operation: Operation[Any], values: Mapping[str, Any], findings: Findings) -> Multipart | None:
    file, *texts = (parameter for parameter in operation.parameters if parameter.place == "form")
    given = {parameter.key: values.get(parameter.name) for parameter in texts}
    wrong: Findings = []
    form = Multipart.of(given, file.key, values.get(file.name), wrong)
    name_of = {parameter.key: parameter.name for parameter in (file, *texts)}
    findings += [(name_of[key], message) for key, message in wrong]
    return form


def _encode(expected: type[Model] | None, body: Body, findings: Findings) -> bytes | None:
    if expected is None:
        return None
    types: Findings = []
    if isinstance(body, Mapping):
        model = decoder_of(expected)(body, types)
        for name, declaration in fields_of(expected):
            if name in body and name != declaration.wire:
                types.append((name, f"is the name in Python; a mapping takes {declaration.wire!r}"))
    elif isinstance(body, expected):
        model = body
    else:
        hint = f"; {expected.__name__}.from_json reads a text" if isinstance(body, (str, bytes)) else ""
        got = "nothing" if body is None else type(body).__name__
        findings.append(("body", f"must be a {expected.__name__} or a mapping, got {got}{hint}"))
        return None
    return _encode_model(model, findings, types)


def _encode_model(model: Model, findings: Findings, types: Findings) -> bytes | None:
    checks: Findings = []
    check_model(model, checks)
    wrongly_typed = {path for path, _ in types}
    found = types + [(path, message) for path, message in checks if path not in wrongly_typed]
    findings += found
    return None if found else model.to_json().encode("ascii")


def _encode_any(body: Any, findings: Findings) -> bytes | None:
    if isinstance(body, Model):
        return _encode_model(body, findings, [])
    known = len(findings)
    check_json(body, "", findings)
    return encode_json(body).encode("ascii") if len(findings) == known else None


def common_headers(user_agent: str) -> dict[str, str]:
    """Return the headers that every request has."""
    return {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"}


def _digest(prepared: PreparedCall) -> bytes:
    return hashlib.sha256(b"\n".join((prepared.method.encode(), prepared.url.encode(), prepared.body or b""))).digest()
