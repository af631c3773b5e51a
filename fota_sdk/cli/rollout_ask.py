"""``pause``, ``resume``, ``approve``, ``stop`` and ``resolve``: what persons ask of a roll-out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import click

from fota_sdk.cli import options
from fota_sdk.cli.exit_codes import DONE
from fota_sdk.cli.output import say
from fota_sdk.cli.rollout_journal import Opened, argument, opened
from fota_sdk.cli.rollout_words import refused_words
from fota_sdk.exceptions import number_of

_MOST_CAMPAIGNS = 10**9
_PAUSED_BY_PERSON = "user"
_OBEYED = "It is written down. The step that runs obeys, or the next one, from cron or by hand:"


def pause_command() -> click.Command:
    """Return ``pause``."""

    def pause(journal: str, comment: str | None, account: str | None) -> int:
        with opened(journal) as asked:
            asked.rollout.pause(_why(comment), account)
            return _tell(asked, f"pause {_whom(account)}")

    return click.Command(
        "pause",
        callback=pause,
        params=[_comment(), _account("Only this account; the others go on."), argument()],
        help="Pause a roll-out, or one account: nothing more is scheduled, and what has not started is cancelled and "
        "waits again. What has started goes on.",
        short_help="Pause a roll-out, or one account.",
        epilog=options.example("fota rollout pause --comment 'alarms from the field' spring.rollout"),
    )


def resume_command() -> click.Command:
    """Return ``resume``."""

    def resume(journal: str, comment: str | None, account: str | None, requeue: bool) -> int:
        if requeue and account is not None:
            raise click.UsageError("--requeue goes with the roll-out as a whole, not with one account")
        with opened(journal) as asked:
            reasons = [each for each in asked.rollout.status().reasons if each.account == account]
            asked.rollout.resume(_why(comment), account, requeue=requeue)
            for reason in reasons:
                say(f"acknowledged: {'the pause: ' if reason.kind == _PAUSED_BY_PERSON else ''}{reason.text}")
            return _tell(asked, f"resume {_whom(account)}")

    return click.Command(
        "resume",
        callback=resume,
        params=[
            _comment(),
            _account("Only this account, which is held."),
            click.Option(
                ["--requeue"],
                is_flag=True,
                help="Let devices whose campaign somebody else has cancelled wait again, for the next wave.",
            ),
            argument(),
        ],
        help="Go on after a pause, or with an account that is held. What stop rules have counted so far, and what "
        "ended below its gate, is acknowledged by this.",
        short_help="Go on after a pause, or with an account that is held.",
        epilog=options.example(
            "fota rollout resume spring.rollout",
            "fota rollout resume --account 0000123456-00001 spring.rollout",
        ),
    )


def approve_command() -> click.Command:
    """Return ``approve``."""

    def approve(journal: str, wave: str, comment: str | None) -> int:
        with opened(journal) as asked:
            asked.rollout.approve(int(wave) if wave.isdecimal() else wave, _why(comment))
            return _tell(asked, f"approve wave {wave}")

    return click.Command(
        "approve",
        callback=approve,
        params=[_comment(), argument(), click.Argument(["wave"], metavar="WAVE")],
        help="Let a wave begin that waits for it, now or once its turn comes. WAVE is its number or its name.",
        short_help="Let a wave begin that waits for it.",
        epilog=options.example("fota rollout approve spring.rollout 2"),
    )


def stop_command() -> click.Command:
    """Return ``stop``."""

    def stop(journal: str, comment: str | None, yes: bool, dry_run: bool) -> int:
        with opened(journal) as asked:
            _show_stop(asked)
            if dry_run:
                say("nothing was changed")
                return DONE
            asked.agree(f"Stop {asked.rollout.plan.name} for good? There is no way back.", yes=yes)
            asked.rollout.stop(_why(comment))
            return _tell(asked, "stop")

    return click.Command(
        "stop",
        callback=stop,
        params=[
            _comment(),
            options.yes(),
            click.Option(["--dry-run"], is_flag=True, help="Show what a stop now would cancel; change nothing."),
            argument(),
        ],
        help="Stop a roll-out for good: what can be cancelled is, what cannot runs to its end. Asks before. To go on "
        "later, pause it instead.",
        short_help="Stop a roll-out for good; pause is what can be taken back.",
        epilog=options.example("fota rollout stop --dry-run spring.rollout", "fota rollout stop spring.rollout"),
    )


def resolve_command() -> click.Command:
    """Return ``resolve``."""

    def resolve(
        journal: str, number: int, campaign_id: str | None, absent: bool, comment: str | None, yes: bool
    ) -> int:
        if absent == (campaign_id is not None):
            raise click.UsageError("give --id where the campaign is at the service, or --absent where it is not")
        with opened(journal) as asked:
            if absent:
                question = f"Is it certain that campaign {number} is not at the service? Its devices are sent again."
                asked.agree(question, yes=yes)
            asked.rollout.resolve(number, campaign_id=campaign_id, absent=absent, comment=_why(comment))
            return _tell(asked, f"resolve campaign {number}")

    return click.Command(
        "resolve",
        callback=resolve,
        params=[
            click.Option(["--id", "campaign_id"], metavar="ID", help="It is at the service, under this id."),
            click.Option(["--absent"], is_flag=True, help="It certainly is not there: its devices wait again."),
            _comment(),
            options.yes(),
            argument(),
            click.Argument(["number"], type=click.IntRange(1, _MOST_CAMPAIGNS), metavar="NUMBER"),
        ],
        help="Say what became of a campaign that may or may not be at the service. NUMBER is its number in the "
        "roll-out, as status tells it.\n\nNot finding a campaign proves nothing: a report may be late, or not have "
        "its status. Its devices may tell: their history, or that a new campaign rejects them.",
        short_help="Say what became of a campaign that is in doubt.",
        epilog=options.example(
            "fota rollout resolve --id CAMPAIGN_ID spring.rollout 4", "fota rollout resolve --absent spring.rollout 4"
        ),
    )


def _comment() -> click.Option:
    return click.Option(["--comment", "-m"], metavar="TEXT", help="Why; kept with the history of the roll-out.")


def _account(text: str) -> click.Option:
    return click.Option(["--account"], metavar="ACCOUNT", help=text)


def _why(comment: str | None) -> str:
    return "no comment" if comment is None else comment


def _whom(account: str | None) -> str:
    return "the roll-out" if account is None else f"account {account}"


def _tell(asked: Opened, what: str) -> int:
    click.echo(f"asked for: {what}")
    misplaced = asked.rollout.status().misplaced
    if misplaced is not None:
        say(f"warning: {refused_words(misplaced)}")
        say("Ask this of the journal that is in use. If it is this one, and the only copy, the first step obeys:")
        say(f"  {asked.command('step', '--moved')}")
        return DONE
    say(_OBEYED)
    say(f"  {asked.command('step')}")
    return DONE


def _show_stop(asked: Opened) -> None:
    """Print what a stop would do now."""
    from fota_sdk.rollout import CampaignState, DeviceState
    from fota_sdk.rollout.snapshot import runs_to_its_end

    rollout = asked.rollout
    campaigns = {campaign.number: campaign for campaign in rollout.campaigns()}
    cancelled = set(rollout.preview(stop=True).take_back)
    cancelled |= {number for number, each in campaigns.items() if each.state == CampaignState.CANCELLING}
    today = asked.now().date()
    cancelled -= {number for number in cancelled if runs_to_its_end(campaigns[number], rollout.plan.api, today)}
    doubts = {number for number, each in campaigns.items() if each.state == CampaignState.SENDING}
    going_on = {number for number, each in campaigns.items() if each.is_live} - cancelled - doubts
    devices: Callable[[set[int]], int] = lambda some: sum(campaigns[number].open_devices for number in some)  # noqa: E731
    counts: Counter[str] = Counter(rollout.status().counts)
    for what, numbers in (
        ("cancelled", cancelled),
        ("not to be stopped, and run to their end", going_on),
        ("in doubt, and looked for first", doubts),
    ):
        if numbers:
            click.echo(f"{number_of(len(numbers), 'campaign')} with {number_of(devices(numbers), 'device')}: {what}")
    click.echo(f"{number_of(counts[DeviceState.WAITING], 'device')} not scheduled yet: stay as they are")
