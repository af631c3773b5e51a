"""The base of controllers and of their views: how one signature serves a call, its raw form and its dry run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Protocol, TypeVar, get_type_hints

from fota_sdk.core.caller import Caller
from fota_sdk.core.model import Model
from fota_sdk.core.operation import Operation, PreparedCall
from fota_sdk.core.paging import Item, Page, Pages
from fota_sdk.core.response import ApiResponse

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Call(Protocol):
    """Carries out one operation."""

    def __call__(
        self, operation: Operation[Result], body: Model | Mapping[str, Any] | None = None, /, **values: Any
    ) -> Result: ...


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
        self._controller = type(controller)(controller._caller, self._call_of(controller._caller))

    def _call_of(self, caller: Caller) -> Any:
        raise NotImplementedError


class RawView(View):
    """The methods, each returning an `ApiResponse` with status, headers, text and body."""

    def _call_of(self, caller: Caller) -> Any:
        return caller.call_raw


class DryView(View):
    """The methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""

    def _call_of(self, caller: Caller) -> Any:
        return caller.prepare


class PagedView(View):
    """The methods whose responses come in pages, each returning `Pages`, over which a loop reads all of them."""

    def _call_of(self, caller: Caller) -> Any:
        return caller.paged


class _ViewProperty(property):
    """A property that on the class gives the view's class, whose methods mock tools look for."""

    def __get__(self, controller: Any, owner: type | None = None) -> Any:
        return get_type_hints(self.fget)["return"] if controller is None else super().__get__(controller, owner)


if TYPE_CHECKING:
    view = property
else:
    view = _ViewProperty


def raw(
    method: Callable[Concatenate[Any, Parameters], Result],
) -> Callable[Concatenate[Any, Parameters], ApiResponse[Result]]:
    """Give a method's signature the return type `ApiResponse`."""
    return _of_view(method)


def dry(method: Callable[Concatenate[Any, Parameters], Any]) -> Callable[Concatenate[Any, Parameters], PreparedCall]:
    """Give a method's signature the return type `PreparedCall`."""
    return _of_view(method)


def paged(
    method: Callable[Concatenate[Any, Parameters], Page], items: Callable[[Page], Iterable[Item] | None]
) -> Callable[Concatenate[Any, Parameters], Pages[Page, Item]]:
    """Give a method's signature the return type `Pages`; `items` gives the items of a page."""
    return _of_view(method, lambda pages_of: pages_of(items))


def _of_view(method: Callable[..., Any], convert: Callable[[Any], Any] | None = None) -> Callable[..., Any]:
    @wraps(method)
    def call(view: View, *args: Any, **kwargs: Any) -> Any:
        result = method(view._controller, *args, **kwargs)
        return result if convert is None else convert(result)

    return call
