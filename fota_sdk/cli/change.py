"""``show`` and ``cancel``, and how every command makes a change."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from fota_sdk import ApiError
from fota_sdk.cli import options
from fota_sdk.cli.connection import agree, connect, connect_dry
from fota_sdk.cli.errors import is_refusal, report, sending
from fota_sdk.cli.exit_codes import DONE, OUTCOME_UNKNOWN
from fota_sdk.cli.look import look_of, status_of
from fota_sdk.cli.outcome import Outcome
from fota_sdk.cli.output import say, show_facts
from fota_sdk.cli.question import What, devices_in, doubt_about_package, place_of
from fota_sdk.cli.responses import outcome_of_response, show_request, show_response
from fota_sdk.cli.versions import ACCOUNT, Endpoint, Values, Version
from fota_sdk.core.operation import Effect

if TYPE_CHECKING:
    from fota_sdk import FotaClient, PreparedCall


def show_command(version: Version) -> click.Command:
    """Return ``show``."""

    def show(account: str, campaign_id: str, as_json: bool) -> int:
        with connect() as client, sending("", safe=True):
            values = {ACCOUNT: account, "campaign_id": campaign_id}
            campaign = version.endpoint("get_campaign_information").call(client, values)
        show_response(f"Campaign {campaign_id}", campaign, as_json)
        return DONE

    return click.Command(
        "show",
        callback=show,
        params=[options.account(), options.as_json(), options.campaign_id()],
        help="Show a campaign: its status, dates and windows.\n\nThe service does not tell its devices.",
        epilog=options.example(f"fota {version.name} show --account 0000123456-00001 CAMPAIGN_ID"),
    )


def cancel_command(version: Version) -> click.Command:
    """Return ``cancel``."""

    def cancel(account: str, campaign_id: str, **how: bool) -> int:
        call = Call(version.endpoint("cancel_campaign"), {ACCOUNT: account, "campaign_id": campaign_id})
        return change(
            version,
            call,
            lambda client: f"Cancel campaign {campaign_id} with {devices_in(version, client, call.values)}",
            How(**how),
        )

    return click.Command(
        "cancel",
        callback=cancel,
        params=[options.account(), *options.changing(), options.campaign_id()],
        help="Cancel a campaign, before its start or after."
        if version.name == "v2"
        else "Cancel a campaign that has not started.",
        epilog=options.example(f"fota {version.name} cancel --account 0000123456-00001 CAMPAIGN_ID"),
    )


class Call(NamedTuple):
    """What is to be called.

    Attributes:
        endpoint: The operation.
        values: Its arguments, as `Endpoint` takes them.
        body: The request in wire names; None where there is none.
    """

    endpoint: Endpoint
    values: Values
    body: Any = None

    @property
    def schedules(self) -> bool:
        """Whether it makes a campaign."""
        return self.endpoint.operation.effect is Effect.SCHEDULES

    def prepare(self, client: FotaClient) -> PreparedCall:
        """Validate it and return what would be sent."""
        return self.endpoint.prepare(client, self.values, self.body)

    def send(self, client: FotaClient) -> Any:
        """Carry it out and return its response."""
        return self.endpoint.call(client, self.values, self.body)


class How(NamedTuple):
    """How a change is to be made.

    Attributes:
        as_json: Whether to print JSON.
        yes: Whether not to ask.
        dry_run: Whether to send nothing.
    """

    as_json: bool
    yes: bool
    dry_run: bool


def change(
    version: Version,
    call: Call,
    what: What,
    how: How,
    *,
    hint: Callable[[Any], tuple[str, ...]] = lambda response: (),
) -> int:
    """Ask, send something that changes what the service has, and print the response; or print what would be sent.

    Args:
        version: Version of the API.
        call: What to send.
        what: What to ask about.
        how: With or without a question, and in which form.
        hint: Says in lines what people may do with the response.
    """
    if how.dry_run:
        with connect_dry() as client:
            return show_request(call.prepare(client), how.as_json)
    with connect() as client:
        prepared = call.prepare(client)
        agree(prepared.url, lambda: _question(version, client, prepared.url, call, what), yes=how.yes)
        try:
            outcome, response = _send(version, client, call, how)
        except ApiError as error:
            return report(error, _advice(version, client, call, error))
    for line in () if how.as_json or outcome.code != DONE else hint(response):
        say(line)
    return outcome.code


def _send(version: Version, client: FotaClient, call: Call, how: How) -> tuple[Outcome, Any]:
    """Send a change, and print the response; return what it says, and itself."""
    operation = call.endpoint.operation
    look = look_of(version, call.endpoint, call.values, call.body)
    with sending(look, refused=status_of(version, call.values), safe=not operation.effect.leaves_doubt):
        response = call.send(client)
        outcome = outcome_of_response(operation.item or operation.response, response, call.body)
        title = f"Campaign {call.values['campaign_id']}" if "campaign_id" in call.values else "Accepted"
        _tell(outcome, look)
        with nullcontext() if outcome.code == DONE else suppress(OSError):  # it counts more than a lost output
            show_response(title, response, how.as_json, brief=True)
    return outcome, response


def _advice(version: Version, client: FotaClient, call: Call, error: ApiError) -> str | None:
    """Return what a refused schedule may owe to its package; None where that is not it."""
    if not call.schedules or not is_refusal(error) or error.outcome_unknown:
        return None
    return doubt_about_package(version, client, call.values, call.body) or None


def to_follow(version: Version, account: str, response: Any) -> tuple[str, ...]:
    """Return what people may do with the response to a schedule."""
    if response.id is None:
        return ("accepted, not yet scheduled; the service tells no id to follow it by",)
    command = shlex.join(["fota", version.name, "wait", "--account", account, response.id])
    return ("accepted, not yet scheduled; to follow it:", f"  {command}")


def _question(version: Version, client: FotaClient, url: str, call: Call, what: What) -> str:
    """Show what is to be sent, and return the question."""
    if isinstance(call.body, dict):
        show_facts("To be sent", call.body, err=True)
    if call.schedules:
        doubt = doubt_about_package(version, client, call.values, call.body)
        if doubt != "":
            say(doubt)
    return f"{what(client)}, {place_of(url, call.values[ACCOUNT])}?"


def _tell(outcome: Outcome, look: str) -> None:
    if outcome.code == DONE:
        return
    first, *others = outcome.lines
    say(f"error: {first}")
    for line in others:
        say(line)
    if outcome.code == OUTCOME_UNKNOWN:
        say(f"  {look}")
