"""What annotations name and a run does without, so that `typing.get_type_hints` can resolve them all the same."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from fota_sdk.core.fork import late_imports

if TYPE_CHECKING:
    from typing_extensions import Self as Self
else:
    Self = TypeVar("Self")  # typing has it from Python 3.11 on

Read = TypeVar("Read")
Written = TypeVar("Written")


class Given(Generic[Read, Written]):
    """A field of a request for type checkers: what it is when it is read, unless something else was written to it."""

    if TYPE_CHECKING:

        def __get__(self, instance: object, owner: type | None = None, /) -> Read | Any: ...
        def __set__(self, instance: object, value: Written, /) -> None: ...


class LazyModule:
    """Stands for a module, and imports it when something of it is named.

    Args:
        name: Name of the module.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # what looks for hooks, such as __wrapped__, is not to load anything
            raise AttributeError(f"module {self._name!r} is not loaded yet, and {name!r} does not load it")
        with late_imports:
            return getattr(import_module(self._name), name)
