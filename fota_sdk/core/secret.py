"""Values that show nothing of themselves, so that reports which collect local variables hold no token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NoReturn

from fota_sdk.core.annotations import Self

_MASK = "<secret>"


class NotPickled:
    """A value that no pickle may hold; a copy of it is itself."""

    __slots__ = ("__weakref__",)

    def __reduce__(self) -> NoReturn:
        raise TypeError(f"{type(self).__name__} cannot be pickled, because it holds a secret; build it in each process")

    __getstate__ = __reduce__  # which jsonpickle asks where the other one raises

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: Any) -> Self:
        return self


class Secret(NotPickled):
    """A text that is masked until it is asked for.

    It is no `str`: whatever is made of a `str` (a slice, a concatenation) would be shown again.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return the text. It belongs in a request, and in no local variable."""
        return self._text

    def __eq__(self, other: object) -> bool:
        return self._text == other._text if isinstance(other, Secret) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return _MASK


class SecretBytes(bytes):
    """The body of a request, masked; ``bytes(body)`` is what is sent."""

    __slots__ = ()

    def __repr__(self) -> str:
        return _MASK

    __str__ = __repr__


HeaderValues = Mapping[str, str | Secret]


def revealed(headers: HeaderValues) -> dict[str, str]:
    """Return headers as they are sent."""
    return {name: value.reveal() if isinstance(value, Secret) else value for name, value in headers.items()}
