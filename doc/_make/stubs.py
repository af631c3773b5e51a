"""What type checkers read in the place of the module of a request.

There a request is built empty, or with all that is required, so that a missing field is an error; and its fields are
read as they mostly are: a day as a date although a text may be given, a list although there may be none.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from _make.methods import controllers, methods_of
from _make.models import default_of
from fota_sdk.core.fields import Text
from fota_sdk.core.model import Model, Models, fields_of

_NOTE = '# Made from {module} by "python doc/make.py"; what is to change is changed there.'
_EXTRAS = "additional_properties: dict[str, Any] = ..."
_ADDED = {"Any": "typing", "Given": "fota_sdk.core.annotations", "Literal": "typing", "overload": "typing"}
_LONGEST_LINE = 120


def pages() -> dict[str, str]:
    """Return the stub of each request that requires something, by its path below ``doc/``."""
    return {f"../fota_sdk/models/{_file_of(each).stem}.pyi": _stub(each) for each in _requests() if _required(each)}


def _requests() -> list[type[Model]]:
    """Return the models of request bodies, and those that stand in them."""
    bodies = (method.operation.body for controller in controllers() for method in methods_of(controller))
    return list(dict.fromkeys(model for body in bodies if body is not None for model in _with_parts(body)))


def _with_parts(model: type[Model]) -> Iterator[type[Model]]:
    yield model
    for _, declaration in fields_of(model):
        if isinstance(declaration.kind, Models):
            yield from _with_parts(declaration.kind.item)


def _required(model: type[Model]) -> list[str]:
    """Return the fields that a call has to give."""
    return [name for name, each in fields_of(model) if each.required and default_of(model, name) is None]


def _file_of(model: type[Model]) -> Path:
    return Path(inspect.getfile(model))


def _stub(model: type[Model]) -> str:
    source = _file_of(model).read_text(encoding="utf-8")
    module = ast.parse(source)
    (declared,) = (node for node in module.body if isinstance(node, ast.ClassDef))
    types = {
        node.target.id: _type(model, node.target.id, ast.get_source_segment(source, node.annotation) or "")
        for node in declared.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id[0] != "_"
    }
    body = [
        f"@{ast.unparse(declared.decorator_list[0])}",
        f"class {declared.name}(Model):",
        *(f"    {name}: {_read(written)} = ..." for name, written in types.items()),
        *_constructors(_required(model), types),
        *_methods(source, declared),
    ]
    return "\n".join([_NOTE.format(module=_file_of(model).name), "", *_imports(module, body), "", *body]) + "\n"


def _type(model: type[Model], name: str, annotation: str) -> str:
    """Return what may be written to a field: its annotation, or the texts that are known to be taken."""
    kind = dict(fields_of(model))[name].kind
    if isinstance(kind, Text) and kind.known:
        known = ", ".join(f'"{text}"' for text in kind.known)
        return re.sub(r"\bstr\b", f"Literal[{known}]", annotation)
    return annotation


def _read(written: str) -> str:
    """Return the declaration of a field of which something else is read than may be written to it."""
    first, *others = written.split(" | ")
    same = first.startswith("Literal") or not others or (others == ["None"] and not first.startswith("list"))
    return written if same else f"Given[{first}, {written}]"


def _constructors(required: list[str], types: dict[str, str]) -> list[str]:
    overloads = (["self", "*", _EXTRAS], *_full(required, types))
    return [line for each in overloads for line in ("    @overload", *_signature(each))]


def _full(required: list[str], types: dict[str, str]) -> Iterator[list[str]]:
    """Return the parameters of a call with all that is required: by position, and by name alone where that differs."""
    names = list(types)
    by_position = names[: names.index(required[-1]) + 1]
    optional = [f"{name}: {types[name]} = ..." for name in names if name not in by_position]
    yield ["self", *(f"{name}: {types[name]}" for name in by_position), *optional, "*", _EXTRAS]
    left_out = [name for name in by_position if name not in required]
    if left_out:
        named = [f"{name}: {types[name]}" for name in required]
        yield ["self", "*", *named, *(f"{name}: {types[name]} = ..." for name in left_out), *optional, _EXTRAS]


def _signature(parameters: list[str]) -> list[str]:
    """Return the lines of a constructor, broken as the formatter breaks them."""
    whole = ", ".join(parameters)
    if len(whole) <= _LONGEST_LINE - len("    def __init__() -> None: ..."):
        return [f"    def __init__({whole}) -> None: ..."]
    lines = [whole] if len(whole) <= _LONGEST_LINE - 8 else [f"{parameter}," for parameter in parameters]
    return ["    def __init__(", *(f"        {line}" for line in lines), "    ) -> None: ..."]


def _methods(source: str, declared: ast.ClassDef) -> list[str]:
    lines: list[str] = []
    for node in declared.body:
        if isinstance(node, ast.FunctionDef):
            lines += [f"    @{ast.unparse(decorator)}" for decorator in node.decorator_list]
            returned = ast.unparse(node.returns) if node.returns else "None"
            lines.append(f"    def {node.name}({ast.unparse(node.args)}) -> {returned}: ...")
    return lines


def _imports(module: ast.Module, body: list[str]) -> list[str]:
    """Return the imports of the names that a stub uses, in the order that the linter asks for."""
    used = set(re.findall(r"\w+", "\n".join(body)))
    imports = [node for node in module.body if isinstance(node, ast.ImportFrom)]
    places = {alias.name: node.module or "" for node in imports for alias in node.names} | _ADDED
    names = {place: sorted(used & {name for name in places if places[name] == place}) for place in places.values()}
    lines = [f"from {place} import {', '.join(names[place])}" for place in sorted(names) if names[place]]
    own = [line for line in lines if line.startswith("from fota_sdk")]
    return [*(line for line in lines if line not in own), "", *own]
