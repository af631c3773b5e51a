"""Make pages and stubs that follow from the code: ``python doc/make.py``. With ``--check``, only tell which differ."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

DOC = Path(__file__).resolve().parent
sys.path[:0] = [str(DOC.parent), str(DOC)]  # the package beside these pages, whatever else is installed

from _make import classes, controllers, models, openapi, rollout, stubs  # noqa: E402


def pages() -> dict[str, str]:
    """Return the text of each page and stub by its path below ``doc/``."""
    return {
        **controllers.pages(),
        **models.pages(),
        **classes.pages(),
        **rollout.pages(),
        "openapi.json": openapi.text(),
        **stubs.pages(),
    }


def main() -> int:
    """Write what differs, or tell it; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where one is out of date")
    check = parser.parse_args().check
    made = pages()
    found = {
        str(path.relative_to(DOC)): path.read_text(encoding="utf-8")
        for files in ("controllers/*.md", "models/*.md", "../fota_sdk/models/*.pyi")
        for path in DOC.glob(files)
    } | {name: (DOC / name).read_text(encoding="utf-8") for name in made if (DOC / name).exists()}
    differing = sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))
    for name in differing:
        print(f"{'left over' if name not in made else 'missing' if name not in found else 'out of date'}: doc/{name}")
        if not check:
            _put(DOC / name, made.get(name))
    if differing and check:
        print("python doc/make.py makes them anew")
    return 1 if differing and check else 0


def _put(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
