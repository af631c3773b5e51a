"""Groups of commands."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click


class Group(click.Group):
    """A group whose help tells its commands in the order in which they were added, each in a full sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.commands)

    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the headings of the help, each with names of commands and what the help says of them."""
        return [("Commands", self._rows(self.commands.values()))]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the commands; click would cut their sentences off where the terminal is narrow."""
        for title, rows in self.sections():
            with formatter.section(title):
                formatter.write_dl(rows)

    @staticmethod
    def _rows(commands: Iterable[click.Command]) -> list[tuple[str, str]]:
        return [(str(command.name), command.get_short_help_str(sys.maxsize)) for command in commands]
