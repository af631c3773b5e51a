"""What a freezer such as PyInstaller takes along: the modules that import statements lead to."""

from __future__ import annotations

from modulefinder import ModuleFinder
from pathlib import Path

import fota_sdk

PACKAGE = Path(fota_sdk.__file__).parent
NOT_OF_THE_COMMAND = {"fota_sdk.pytest_entry_point", "fota_sdk.pytest_plugin"}


def modules_of(folder: str) -> set[str]:
    """Return the modules that stand in a folder of the package."""
    names = (file.relative_to(PACKAGE.parent).with_suffix("").parts for file in (PACKAGE / folder).rglob("*.py"))
    return {".".join(name).removesuffix(".__init__") for name in names}


def found_from(script: Path, folder: Path) -> set[str]:
    """Return the modules of the package that a static look at a script finds."""
    (folder / "fota_sdk").symlink_to(PACKAGE)  # so that it looks through nothing else
    finder = ModuleFinder(path=[str(folder)])
    finder.run_script(str(script))
    return {name for name in finder.modules if name.startswith("fota_sdk")} | {"fota_sdk.cli.__main__"}


def test_every_module_is_found_from_the_command(tmp_path: Path) -> None:
    found = found_from(PACKAGE / "cli" / "__main__.py", tmp_path)
    assert modules_of("cli") - found == set()
    assert {f"fota_sdk.{module}" for module in fota_sdk._MODULE_OF.values()} - found == set()
    assert modules_of("") - found == NOT_OF_THE_COMMAND
