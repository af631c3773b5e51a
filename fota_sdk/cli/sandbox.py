"""``fota sandbox``: the sandbox's own program."""

from __future__ import annotations

import click


def command(name: str) -> click.Command:
    """Return the command."""

    def serve(arguments: tuple[str, ...]) -> int:
        from fota_sdk.sandbox.__main__ import main

        try:
            return main(arguments, "fota sandbox")
        except SystemExit as end:  # how argparse ends after --help or a wrong option
            return end.code if isinstance(end.code, int) else 0

    return click.Command(
        name,
        callback=serve,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        add_help_option=False,
        context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
        help="Serve a stand-in of the service on this machine.",
    )
