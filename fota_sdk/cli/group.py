"""Groups of commands."""

from __future__ import annotations

import sys

import click


class Group(click.Group):
    """A group whose help tells its commands in the order in which they were added, each in a full sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(self.commands)

    def summaries(self) -> list[tuple[str, str]]:
        """Return the names of the commands, each with what the help says of it."""
        return [(name, command.get_short_help_str(sys.maxsize)) for name, command in self.commands.items()]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the commands; click would cut their sentences off where the terminal is narrow."""
        with formatter.section("Commands"):
            formatter.write_dl(self.summaries())
