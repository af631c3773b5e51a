"""The command itself: its subcommands, each loaded when it is called, and its exit codes."""

from __future__ import annotations

import errno
import os
import sys
from io import StringIO, TextIOWrapper
from pathlib import Path
from typing import Any, TextIO

import click

from fota_sdk import __version__
from fota_sdk.cli.exit_codes import DONE, INTERRUPTED, OUTPUT_GONE, OWN_FAULT, WRONG_USAGE
from fota_sdk.cli.group import Group

_COMMANDS = {
    "v3": "Firmware campaigns, LWM2M devices, and all that belongs to them.",
    "v2": "Software campaigns, HTTP devices, and all that belongs to them.",
    "rollout": "Bring a package to a whole fleet: in waves, over weeks, with rules that stop it.",
    "check": "Say step by step whether the service can be used from here.",
    "demo": "Show a campaign's whole life on a sandbox of this machine.",
    "sandbox": "Serve a stand-in of the service on this machine.",
}
"""What the help says of each command."""

_HELP = """Schedule firmware and software campaigns over the air.

Secrets come from the environment: FOTA_API_TOKEN, or FOTA_CLIENT_ID with FOTA_CLIENT_SECRET; and FOTA_SESSION_TOKEN,
or FOTA_USERNAME with FOTA_PASSWORD. On a terminal, what is missing is asked for. FOTA_ACCOUNT stands for --account.

What changes something asks first. --yes answers, --dry-run shows the request and sends nothing. Against a sandbox on
this machine nothing is asked.
"""

_EPILOG = """\b
Examples:
  fota demo
  fota check --account 0000123456-00001
  fota v3 show --account 0000123456-00001 CAMPAIGN_ID

\b
Exit codes:
  0    done
  1    refused by the service, for some devices or all, or its response says success: false
  2    wrong usage or input, or the question was answered no
  3    the service cannot be reached, refuses the credentials, or fails
  4    outcome unknown: it may have been carried out; also after Ctrl-C
  5    time over while waiting
  6    the campaign ended otherwise than awaited
  7    a roll-out needs a person
  8    another step of the roll-out is running
  70   a fault of fota itself
  130  Ctrl-C, and nothing was being changed
  141  the output cannot be written, its reader may have gone
"""


def _command(name: str) -> click.Command:
    """Load a command: by an import statement, which is what a freezer such as PyInstaller follows."""
    if name == "rollout":
        from fota_sdk.cli.rollout import command
    elif name == "check":
        from fota_sdk.cli.check import command
    elif name == "demo":
        from fota_sdk.cli.demo import command
    elif name == "sandbox":
        from fota_sdk.cli.sandbox import command
    else:
        from fota_sdk.cli.campaigns import command
    return command(name)


def run(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit code."""
    _open_streams()
    code = _run(arguments)
    if _is_gone(sys.stdout) and code == DONE:
        code = OUTPUT_GONE
    _is_gone(sys.stderr)
    return code


def _run(arguments: list[str] | None) -> int:
    try:
        code = _root().main(arguments, prog_name="fota", standalone_mode=False)
    except click.ClickException as error:
        from fota_sdk.cli.output import say

        shown = StringIO()
        error.show(shown)
        for line in shown.getvalue().rstrip("\n").split("\n"):
            say(line)
        return WRONG_USAGE
    except click.Abort as abort:
        # Ctrl-C, or the end of the input where an answer was awaited, which is no yes.
        return INTERRUPTED if isinstance(abort.__cause__ or abort.__context__, KeyboardInterrupt) else WRONG_USAGE
    except KeyboardInterrupt:
        return INTERRUPTED
    except _OutputGone:
        return OUTPUT_GONE
    except Exception:  # noqa: BLE001 - Python's own exit code would say that the service refused something
        import traceback

        traceback.print_exc()
        return OWN_FAULT
    return code if isinstance(code, int) else DONE


def _open_streams() -> None:
    """See to it that there are three streams, and that they take any text."""
    if sys.stdin is None:  # how Python tells of one that was closed, as `<&-` does
        sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - for as long as the process lives
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # what has been done is told in any case, whatever the terminal can show
            stream.reconfigure(errors="backslashreplace")


def _is_gone(stream: TextIO) -> bool:
    """Write what is left, or drop it where that fails: Python would stumble over it once more when it ends."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return True
    return False


class _OutputGone(Exception):  # noqa: N818 - not a failure of ours
    """Standard output takes no more: its reader, such as ``head``, has gone, or a disk is full."""


class _Root(Group):
    """Knows its commands by name, loads one when it is called, and tells how it failed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return list(_COMMANDS)

    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return what the help says, without loading the commands."""
        return [("Commands", list(_COMMANDS.items()))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        return _command(cmd_name) if cmd_name in _COMMANDS else None

    def close_to(self, ctx: click.Context, name: str) -> list[str]:
        """Return the commands that a name may stand for, or those of campaigns."""
        from fota_sdk.cli.campaigns import command
        from fota_sdk.cli.suggestions import other_words

        below = [
            f"{version} {each}"
            for version in ("v3", "v2")
            for each in other_words(name, command(version).list_commands(ctx))
        ]
        return super().close_to(ctx, name) or below

    def make_context(self, *arguments: Any, **more: Any) -> click.Context:
        try:
            return super().make_context(*arguments, **more)
        except OSError as error:  # click would end with 1, which says that the service refused something
            raise _OutputGone from error

    def invoke(self, ctx: click.Context) -> Any:
        from fota_sdk.cli.errors import begin, report
        from fota_sdk.cli.output import is_output_fault, say
        from fota_sdk.exceptions import FotaError

        begin()
        try:
            return super().invoke(ctx)
        except FotaError as error:
            return report(error)
        except OSError as error:
            if not is_output_fault(error):
                raise
            if error.errno != errno.EPIPE:
                say(f"error: the output cannot be written: {error.strerror}. What was sent before stays sent.")
            raise _OutputGone from error


def _root() -> click.Group:
    return _Root(
        "fota",
        help=_HELP,
        epilog=_EPILOG,
        context_settings={
            "help_option_names": ["-h", "--help"],
            "max_content_width": 100,
            "token_normalize_func": lambda token: token.replace("_", "-"),  # names of methods and arguments are taken
        },
        params=[_version_option()],
        no_args_is_help=True,
    )


def _version_option() -> click.Option:
    def show(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(f"fota {__version__}")
            ctx.exit()

    return click.Option(
        ["--version"], is_flag=True, expose_value=False, is_eager=True, callback=show, help="Show the version."
    )
