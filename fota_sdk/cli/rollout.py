"""``fota rollout``: staged roll-outs from a shell, from cron and from whatever else calls commands."""

from __future__ import annotations

from typing import Any

import click

from fota_sdk.cli.exit_codes import BUSY, WRONG_USAGE
from fota_sdk.cli.group import Group
from fota_sdk.cli.output import say

_HELP = """Bring a package to a whole fleet: in waves, over weeks, with rules that stop it.

A plan (TOML) names the package, the devices and the waves; start writes a journal beside it, and all other commands
take that journal (or its plan). step does what is due, whatever calls it: cron, a timer, a job; run calls it again and
again. Everything survives a restart.

Secrets come from the environment: FOTA_*, or, for accounts with credentials of their own, ACME_FOTA_* and the like.
They are never asked for. Against a sandbox on this machine all commands go by its clock.
"""
_EPILOG = """\b
Example:
  fota rollout plan spring.toml
  fota rollout start spring.toml
  fota rollout run spring.rollout
  fota rollout status spring.rollout

\b
Exit codes besides those of fota:
  7    a person is needed: paused by a rule, a gate or a change from elsewhere,
       an account is held by something else than your own pause or cannot be
       asked, or no step has run for long
  8    another step of the roll-out is running; nothing was done
"""
_CREDENTIALS = (
    "Nothing more was asked of the service. Check {}; of accounts to which the plan gives credentials, those with "
    "their prefix."
)


class _Rollout(Group):
    def sections(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return the headings of the help, each with names of commands and what the help says of them."""
        parts = (
            ("Begin", ("plan", "start")),
            ("Carry it on", ("step", "run")),
            ("Look", ("status", "devices", "events", "report")),
            ("Decide", ("pause", "resume", "approve", "resolve", "stop")),
        )
        return [(title, self._rows(self.commands[name] for name in names)) for title, names in parts]

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and tell errors of roll-outs in the words and the exit codes of a shell."""
        from fota_sdk.cli.errors import VARIABLES, is_about_session, report
        from fota_sdk.exceptions import ApiError, AuthenticationError, ConfigurationError
        from fota_sdk.rollout.errors import RolloutBusyError, RolloutError

        try:
            return super().invoke(ctx)
        except RolloutError as error:
            say(f"error: {error.what_happened}")
            if error.what_to_do != "":
                say(f"  {error.what_to_do}")
            return BUSY if isinstance(error, RolloutBusyError) else WRONG_USAGE
        except ConfigurationError as error:
            return report(error, error.what_to_do)
        except ApiError as error:
            if not isinstance(error, AuthenticationError) and not is_about_session(error):
                raise
            return report(error, _CREDENTIALS.format(VARIABLES))


def command(name: str) -> click.Command:
    """Return the group."""
    from fota_sdk.cli import rollout_ask, rollout_devices, rollout_plan, rollout_run, rollout_status, rollout_step

    group = _Rollout(name, help=_HELP, epilog=_EPILOG, short_help="Bring a package to a whole fleet, in waves.")
    for each in (
        rollout_plan.plan_command(),
        rollout_plan.start_command(),
        rollout_step.step_command(),
        rollout_run.run_command(),
        rollout_status.status_command(),
        rollout_devices.devices_command(),
        rollout_devices.events_command(),
        rollout_devices.report_command(),
        rollout_ask.pause_command(),
        rollout_ask.resume_command(),
        rollout_ask.approve_command(),
        rollout_ask.resolve_command(),
        rollout_ask.stop_command(),
    ):
        group.add_command(each)
    return group
