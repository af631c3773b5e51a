"""The texts below the fields of a class, which Python does not keep: they are read from its source."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

from fota_sdk.core.fork import late_imports


def docs_of(model: type) -> Mapping[str, str]:
    """Return the text below each field of a class, by name; nothing where its source is not at hand."""
    with late_imports:
        import ast
        import inspect
        import textwrap
    try:
        (declared,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    except (OSError, TypeError, SyntaxError):
        return {}
    return {
        field.target.id: " ".join(text.value.value.split())
        for field, text in pairwise(getattr(declared, "body", ()))
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }
