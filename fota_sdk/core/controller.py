"""The base of controllers and of their views: how one signature serves a call, its raw form and its dry run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MethodType
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar, overload

from fota_sdk.core.operation import Operation, PreparedCall
from fota_sdk.core.response import ApiResponse

if TYPE_CHECKING:
    from fota_sdk.core.caller import Caller
    from fota_sdk.core.model import Model

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")


class Call(Protocol):
    """Carries out one operation."""

    def __call__(
        self, operation: Operation[Answer], body: Model | Mapping[str, Any] | None = None, /, **values: str
    ) -> Answer: ...


class Controller:
    """A group of operations. Its methods differ in the operation and the signature alone."""

    _call: Call

    def __init__(self, caller: Caller, call: Any = None) -> None:
        """Group the operations of a caller; `call` is the method that a view wants instead of `Caller.call`."""
        self._caller = caller
        self._call = caller.call if call is None else call


class View:
    """The methods of a controller in another form."""

    def __init__(self, controller: Controller) -> None:
        self._controller = controller


class _Method(Generic[Parameters, Answer]):
    def __init__(self, method: Callable[Concatenate[Any, Parameters], Any]) -> None:
        self._method = method

    @overload
    def __get__(self, view: None, owner: type) -> Callable[Concatenate[Any, Parameters], Answer]: ...
    @overload
    def __get__(self, view: View, owner: type) -> Callable[Parameters, Answer]: ...
    def __get__(self, view: View | None, owner: type) -> Any:
        return self._method if view is None else MethodType(self._method, view._controller)


def raw(
    method: Callable[Concatenate[Any, Parameters], Answer],
) -> _Method[Parameters, ApiResponse[Answer]]:
    """Give a method's signature the answer `ApiResponse`."""
    return _Method(method)


def dry(method: Callable[Concatenate[Any, Parameters], Any]) -> _Method[Parameters, PreparedCall]:
    """Give a method's signature the answer `PreparedCall`."""
    return _Method(method)
