"""Reading Google-style docstrings."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field

_SECTION = re.compile(r"(Args|Attributes|Returns|Raises):")
_ITEM = re.compile(r" {4}(\w+): (.*)")


@dataclass
class Docstring:
    """A docstring in its parts.

    Attributes:
        text: All paragraphs before the first section.
        sections: What stands under "Args", "Attributes" and "Raises", by the name of each item.
        returns: What stands under "Returns".
    """

    text: str = ""
    sections: dict[str, dict[str, str]] = field(default_factory=dict)
    returns: str = ""

    @property
    def summary(self) -> str:
        """The first paragraph."""
        return self.text.partition("\n\n")[0]

    def items(self, *sections: str) -> dict[str, str]:
        """Return the items of several sections together."""
        return {name: text for section in sections for name, text in self.sections.get(section, {}).items()}


def read(thing: object) -> Docstring:
    """Return the docstring of a class, function or property."""
    # A class without its own would be described by that of its base.
    doc = vars(thing).get("__doc__") if isinstance(thing, type) else thing.__doc__
    return parse(inspect.cleandoc(doc or ""))


def parse(doc: str) -> Docstring:
    """Return a docstring in its parts; the line that names its source is left out."""
    result = Docstring()
    section, item = "", ""
    paragraphs: list[str] = []
    for line in doc.splitlines():
        if match := _SECTION.fullmatch(line):
            section = match[1]
            result.sections.setdefault(section, {})
        elif line.startswith("Source:"):
            break
        elif not section:
            paragraphs.append(line)
        elif section == "Returns":
            result.returns = f"{result.returns} {line.strip()}".strip()
        elif match := _ITEM.fullmatch(line):
            item = match[1]
            result.sections[section][item] = match[2]
        elif line.startswith(" " * 5):
            result.sections[section][item] += " " + line.strip()
        elif line:
            section = ""  # text goes on after a section
            paragraphs += ["", line]
    text = "\n".join(paragraphs).strip()
    result.text = re.sub(r"(?<!\n)\n(?!\n)", " ", re.sub(r"\n{3,}", "\n\n", text))
    return result
