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

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is called; click itself looks for close names only among commands that are loaded."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            if not args[0][:1].isalnum():  # an option, of which click has said what is wrong
                raise
        from fota_sdk.cli.suggestions import did_you_mean

        name = args[0] if ctx.token_normalize_func is None else ctx.token_normalize_func(args[0])
        raise click.UsageError(f"No such command {name!r}.{did_you_mean(map(repr, self.close_to(ctx, name)))}", ctx)

    def close_to(self, ctx: click.Context, name: str) -> list[str]:
        """Return the commands that a name may stand for: by another word, or as a misspelling."""
        from fota_sdk.cli.suggestions import close_to, other_words

        commands = self.list_commands(ctx)
        options = [option for parameter in self.get_params(ctx) for option in parameter.opts]
        return other_words(name, [*commands, *options]) or close_to(name, commands)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show the commands; click would cut their sentences off where the terminal is narrow."""
        for title, rows in self.sections():
            with formatter.section(title):
                formatter.write_dl(rows)

    @staticmethod
    def _rows(commands: Iterable[click.Command]) -> list[tuple[str, str]]:
        return [(str(command.name), command.get_short_help_str(sys.maxsize)) for command in commands]
