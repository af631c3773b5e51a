"""The public names with their signatures, as text; ``python -m tests.unit.api_snapshot`` renews the snapshot."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fota_sdk
import fota_sdk.sandbox

SNAPSHOT = Path(__file__).with_name("api_snapshot.txt")


def public_api() -> str:
    """Return one line for each public name and each public member of it."""
    lines = [line for name in sorted(set(fota_sdk.__all__) - {"__version__"}) for line in _lines(fota_sdk, name)]
    lines += [line for name in sorted(fota_sdk.sandbox.__all__) for line in _lines(fota_sdk.sandbox, name)]
    return "\n".join(lines) + "\n"


def _lines(module: Any, name: str) -> Iterator[str]:
    thing = getattr(module, name)
    path = f"{module.__name__}.{name}"
    if not inspect.isclass(thing):
        yield f"{path}{inspect.signature(thing)}" if callable(thing) else f"{path} = {thing!r}"
        return
    yield f"class {path}({', '.join(base.__name__ for base in thing.__bases__)})"
    if "__init__" in vars(thing) and not getattr(thing, "_is_protocol", False):
        signature = inspect.signature(vars(thing)["__init__"])
        yield f"{path}{signature.replace(return_annotation=signature.empty)}"
    for each, annotation in sorted(inspect.get_annotations(thing).items()):
        if not each.startswith("_") and each not in vars(thing):
            yield f"{path}.{each}: {annotation}"
    # What a base that is not public brings, such as the methods of all models, belongs to the class.
    bases = [base for base in thing.__mro__ if base.__module__.startswith("fota_sdk")]
    for each in sorted({each for base in bases for each in vars(base) if not each.startswith("_")}):
        yield from _member(f"{path}.{each}", inspect.getattr_static(thing, each))


def _member(path: str, member: Any) -> Iterator[str]:
    if isinstance(member, (classmethod, staticmethod)):
        yield f"{path}{inspect.signature(member.__func__)}"
    elif inspect.isfunction(member):
        yield f"{path}{inspect.signature(member)}"
    elif isinstance(member, property):
        returned = inspect.signature(member.fget).return_annotation if member.fget else ""
        yield f"{path}: {returned} (read-only)"
    elif isinstance(member, str):
        yield f"{path} = {member!r}"
    else:
        yield path


if __name__ == "__main__":
    SNAPSHOT.write_text(public_api(), encoding="utf-8")
