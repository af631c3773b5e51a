"""The base of controllers and of their views: how one signature serves a call, its raw form and its dry run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, get_type_hints

from fota_sdk.core.caller import Caller
from fota_sdk.core.model import Model
from fota_sdk.core.operation import Operation, PreparedCall
from fota_sdk.core.response import ApiResponse

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


class _ViewProperty(property):
    """A property that on the class gives the view's class, whose methods mock tools look for."""

    def __get__(self, controller: Any, owner: type | None = None) -> Any:
        return get_type_hints(self.fget)["return"] if controller is None else super().__get__(controller, owner)


if TYPE_CHECKING:
    view = property
else:
    view = _ViewProperty


def raw(
    method: Callable[Concatenate[Any, Parameters], Answer],
) -> Callable[Concatenate[Any, Parameters], ApiResponse[Answer]]:
    """Give a method's signature the answer `ApiResponse`."""
    return _of_view(method)


def dry(method: Callable[Concatenate[Any, Parameters], Any]) -> Callable[Concatenate[Any, Parameters], PreparedCall]:
    """Give a method's signature the answer `PreparedCall`."""
    return _of_view(method)


def _of_view(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(view: View, *args: Any, **kwargs: Any) -> Any:
        return method(view._controller, *args, **kwargs)

    return call
