"""What the modules of the package import of each other, read from their text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import fota_sdk

PACKAGE = Path(fota_sdk.__file__).parent
PATHS = {
    ".".join((PACKAGE.name, *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in PACKAGE.rglob("*.py")
}


def imports_of(path: Path) -> Iterator[str]:
    """Return what a module imports, also inside of functions and for type checkers."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, path
            for alias in node.names:  # a module of a package, or a name of a module
                whole = f"{node.module}.{alias.name}"
                yield whole if whole in PATHS else str(node.module)


def imported_by(module: str) -> set[str]:
    """Return the modules of the package that one of them imports."""
    return {name for name in imports_of(PATHS[module]) if name in PATHS and name != module}


def part_of(module: str) -> str:
    """Return the folder of the package in which a module lives, or the module where it lives in none."""
    _, *names = module.split(".")
    return names[0] if names else PACKAGE.name
