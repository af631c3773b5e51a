from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fota_sdk.client import FotaClient
from fota_sdk.configuration import Environment, check_base_url, is_loopback
from fota_sdk.core.annotations import LazyModule, Self
from fota_sdk.core.timeout import clock
from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.application import Application
from fota_sdk.sandbox.clock import Clock
from fota_sdk.sandbox.device import check_imei
from fota_sdk.sandbox.faults import Fault, delayed, failure, throttling
from fota_sdk.sandbox.fleet import Fleet
from fota_sdk.sandbox.inventory import Inventory
from fota_sdk.sandbox.licenses import Subscription
from fota_sdk.sandbox.messages import Delivery
from fota_sdk.sandbox.mocked import OTHER_HOSTS, STAND_IN, entered, mock_of, respond_at
from fota_sdk.sandbox.outcomes import FAILS, IS_REJECTED, IS_SILENT, Outcome
from fota_sdk.sandbox.own_routes import OwnRoute, call, call_by_name, with_own_routes
from fota_sdk.sandbox.record import RecordedRequest
from fota_sdk.sandbox.reports import HistoryNames, check_history_names
from fota_sdk.sandbox.rules import LARGEST_PAGE, is_account
from fota_sdk.sandbox.server import Server
from fota_sdk.sandbox.tokens import Tokens

if TYPE_CHECKING:
    import responses
else:
    responses = LazyModule("responses")

_LONGEST_LAG = timedelta(days=365)


class Sandbox:
    """A stand-in of the service on this machine, with its campaigns in memory, for any number of threads and clients.

    It serves on a free port from the moment `url` or `client()` is first asked for, until `close()`. Inside of
    ``with sandbox.mocked():`` it needs no port at all.

    Args:
        speed: How many seconds of the campaigns' clock pass in a second. Tokens live by real time.
        pilot_rule: Whether a package goes to 20 devices at most in all live campaigns, until at least 5 devices were
            upgraded to it, half of them or more with success. True or ``"account"`` counts for each account,
            ``"customer"`` for all accounts whose first ten digits are the same.
        port: Where to listen; 0 takes a free port.
        devices: IMEIs of `account`, all with default facts. They close the inventory: other devices do not exist.
        report_lag: How old the state is that reports show, by the campaigns' clock: a timedelta or seconds.
        page_size: How many entries a page of a list has at most; None for the service's own numbers.
        today: The day at whose beginning, UTC, the campaigns' clock starts, for examples with dates of the past; None
            for the time of this machine.
        history_names: How the campaign histories show names: ``"whole"``, ``"absent"``, or ``"cut"`` after 20
            characters.
        purchase: How accounts pay: ``"MRC"`` by month, with a license on each device before a campaign takes it;
            ``"EVNT"`` by upgrade; ``"EVNT,MRC"`` either way, which is the default without `licenses`.
        licenses: How many monthly licenses an account has; None for as many as it may need.

    Raises:
        ConfigurationError: An argument cannot be used.
    """

    account: str = "0000123456-00001"
    """A billing account; any other well-formed one works too."""

    def __init__(
        self,
        *,
        speed: float = 1,
        pilot_rule: bool | str = False,
        port: int = 0,
        devices: Iterable[str] | None = None,
        report_lag: timedelta | float = 0,
        page_size: int | None = None,
        today: date | None = None,
        history_names: HistoryNames = "whole",
        purchase: str | None = None,
        licenses: int | None = None,
    ) -> None:
        if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
            raise ConfigurationError(f"port must be a whole number from 0 to 65535, got {port!r}")
        check_history_names(history_names)
        self._port = port
        self._clock = Clock(speed, today)
        self._tokens = Tokens(clock)
        subscription = Subscription(purchase, licenses)
        self._licenses = subscription.count
        lag, size = _lag(report_lag), _checked_page_size(page_size)
        self._fleet = Fleet(self._clock, Inventory(), report_lag=lag, page_size=size)
        self._application = Application(
            self._fleet,
            self._tokens,
            pilot_rule=_scope(pilot_rule),
            history_names=history_names,
            subscription=subscription,
        )
        if devices is not None:
            self.add_devices(devices)
        self._server: Server | None = None
        self._closed = False
        self._mocks: list[responses.RequestsMock] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """What a client takes as ``base_url``; asking for it starts the server.

        Raises:
            ConfigurationError: waitress is not installed, or the sandbox is closed.
            OSError: The port is taken.
        """
        with self._lock:
            self._check_open()
            if self._server is None:
                self._server = Server(with_own_routes(self._application.respond, self._own_routes()), self._port)
                for mock in self._mocks:
                    respond_at(self._server.url, self._application, mock)
            return self._server.url

    def _own_routes(self) -> dict[str, OwnRoute]:
        faults = call_by_name(
            (
                *(self.fail_next, self.throttle_next, self.lose_next_answer, self.cut_next_answer, self.delay_next),
                self.expire_tokens,
            )
        )
        return {
            "/sandbox/clock": OwnRoute(
                lambda amounts: call(self.advance, amounts), lambda: {"now": f"{self._clock.now():%Y-%m-%dT%H:%M:%SZ}"}
            ),
            "/sandbox/faults": OwnRoute(
                faults,
                lambda: {
                    "waiting": self._application.faults.waiting(),
                    "api_token": self.api_token,
                    "session_token": self.session_token,
                },
            ),
        }

    @property
    def today(self) -> date:
        """Today's date by the clock that campaigns live by, UTC."""
        return self._clock.now().date()

    @property
    def api_token(self) -> str:
        """An API token that is valid until `expire_tokens`; then this is another one."""
        return self._tokens.api_token

    @property
    def session_token(self) -> str:
        """A session token that is valid until `expire_tokens`; then this is another one."""
        return self._tokens.session_token

    @property
    def client_id(self) -> str:
        """Key for which the OAuth route gives API tokens."""
        return self._tokens.client_id

    @property
    def client_secret(self) -> str:
        """Secret that belongs to `client_id`."""
        return self._tokens.client_secret

    @property
    def username(self) -> str:
        """Name for which the login route opens sessions."""
        return self._tokens.username

    @property
    def password(self) -> str:
        """Password that belongs to `username`."""
        return self._tokens.password

    @property
    def requests(self) -> list[RecordedRequest]:
        """What was asked, the oldest first: the last 10,000 requests or 32 MiB of them, with method, path and body."""
        return self._application.record.requests

    def client(self, **options: Any) -> FotaClient:
        """Return a client of this sandbox; the caller closes it.

        It leads to this machine, whatever the options. Inside of `mocked` it needs no server.

        Args:
            options: As `FotaClient` takes them, without `environment`; they win over the sandbox's own.

        Raises:
            ConfigurationError: An option cannot be used or would lead elsewhere, waitress is not installed, or the
                sandbox is closed.
            OSError: The port is taken.
        """
        with self._lock:
            self._check_open()
            needs_no_server = self._mocks != [] and self._server is None
        if "environment" in options:
            raise ConfigurationError("a client of the sandbox takes no environment, which would be the real service")
        base_url = options.get("base_url")
        if base_url is None:
            base_url = STAND_IN if needs_no_server else self.url
        elif not is_loopback(check_base_url(None, base_url)):
            raise ConfigurationError("base_url of a client of the sandbox must be of this machine: 127.0.0.1, for one")
        own = {"api_token": self.api_token, "session_token": self.session_token}
        return FotaClient(**{**own, **options, "base_url": base_url})

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Put the campaigns' clock forward.

        Args:
            days: So many times 24 hours.
            hours: Hours.
            minutes: Minutes.
            seconds: Seconds.

        Raises:
            ConfigurationError: An amount is negative or no number.
        """
        self._clock.advance(days=days, hours=hours, minutes=minutes, seconds=seconds)

    def expire_tokens(self) -> None:
        """End the life of all tokens. `api_token` and `session_token` then give new ones, which are valid."""
        self._tokens.expire()

    def fail(self, campaign_id: str) -> None:
        """Make the next step of a campaign its failure: CampaignRequestFailed while pending, else CampaignFailed.

        Args:
            campaign_id: Id of a campaign that has not started.

        Raises:
            ConfigurationError: There is no such campaign, or it has started.
        """
        self._application.fail(campaign_id)

    def add_devices(self, imeis: Iterable[str], *, account: str | None = None, **facts: Any) -> None:
        """Declare devices; the first ones close the inventory, so that no other devices exist any more.

        Args:
            imeis: Their IMEIs. Devices that are there already get the new facts.
            account: Whose they are; None for `account` of the sandbox.
            facts: What is the same for all of them: ``make``, ``model``, ``protocol`` (``LWM2M`` or ``HTTP``),
                ``firmware`` (version), ``software`` (name, or name and version), ``is_eligible``, ``is_licensed``,
                ``licensed_at``, ``is_active``, ``mdn``, ``last_upgrade``.

        Raises:
            ConfigurationError: An IMEI, the account or a fact cannot be used, or more devices than the account has
                licenses would have one.
        """
        account = self.account if account is None else account
        if not isinstance(account, str) or not is_account(account):
            raise ConfigurationError(f"account must be ten digits, a hyphen and five digits, got {account!r}")
        with self._fleet.lock:
            self._fleet.inventory.add(account, imeis, facts, since=self._clock.now(), licenses=self._licenses)

    def fail_device(self, imei: str, *, reason: str | None = None) -> None:
        """Let the upgrades of a device fail from now on; those that are over stay as they are.

        Args:
            imei: Which.
            reason: The words of the report; None for the usual ones.

        Raises:
            ConfigurationError: It is no IMEI, or the reason is no text.
        """
        self._ask(imei, FAILS, reason)

    def reject_device(self, imei: str, *, reason: str | None = None) -> None:
        """Let campaigns reject a device from now on; those that it is in already keep it.

        Args:
            imei: Which.
            reason: The words of the report; None for the usual ones.

        Raises:
            ConfigurationError: It is no IMEI, or the reason is no text.
        """
        self._ask(imei, IS_REJECTED, reason)

    def silence_device(self, imei: str) -> None:
        """Let a device never finish an upgrade from now on.

        Args:
            imei: Which.

        Raises:
            ConfigurationError: It is no IMEI.
        """
        self._ask(imei, IS_SILENT, None)

    def restore_device(self, imei: str) -> None:
        """Take back what `fail_device`, `reject_device` and `silence_device` asked for, from now on.

        Args:
            imei: Which.

        Raises:
            ConfigurationError: It is no IMEI.
        """
        with self._fleet.lock:
            self._fleet.outcomes.ask(check_imei(imei), None, self._clock.now())

    def outcomes(self, *, failed: float = 0, silent: float = 0, retried: float = 0, seed: int = 0) -> None:
        """Let a share of the devices fail and a share never finish, from now on: the same ones for the same seed.

        What was asked for a single device goes before it. Shares do not overlap.

        Args:
            failed: Share of devices that fail, from 0 to 1.
            silent: Share of devices that never finish, from 0 to 1.
            retried: Share of devices that succeed after a first request to the FOTA server has failed, from 0 to 1.
                Reports of V3 show it; V2 has no such state.
            seed: What decides which ones, together with their IMEIs.

        Raises:
            ConfigurationError: An argument cannot be used.
        """
        with self._fleet.lock:
            self._fleet.outcomes.ask_shares(failed, silent, retried, seed, self._clock.now())

    def _ask(self, imei: str, kind: str, reason: str | None) -> None:
        if reason is not None and (not isinstance(reason, str) or reason == ""):
            raise ConfigurationError(f"reason must be a text or None, got {reason!r}")
        with self._fleet.lock:
            self._fleet.outcomes.ask(check_imei(imei), Outcome(kind, reason), self._clock.now())

    def fail_next(
        self,
        status: int = 503,
        body: Any = None,
        times: int = 1,
        operation: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Answer the next calls with an error, and do not carry them out.

        Args:
            status: HTTP status.
            body: JSON data; a text or bytes as they are; None for the service's own shape.
            times: How many calls.
            operation: Which one, such as ``"v3.cancel_campaign"``; None for any of the operations.
            headers: Headers of the response, such as ``{"Retry-After": "2"}``.

        Raises:
            ConfigurationError: An argument cannot be used.
        """
        self._application.faults.add(failure(status, body, times, operation, headers))

    def throttle_next(self, times: int = 1, *, retry_after: int | None = None, operation: str | None = None) -> None:
        """Answer the next calls with 429, as a rate limit does, and do not carry them out.

        Args:
            times: How many calls.
            retry_after: Whole seconds that the header Retry-After names; None leaves the header out.
            operation: Which one, such as ``"v3.cancel_campaign"``; None for any of the operations.

        Raises:
            ConfigurationError: An argument cannot be used.
        """
        self._application.faults.add(throttling(times, retry_after, operation))

    def lose_next_answer(self, operation: str | None = None) -> None:
        """Carry the next call out, and close the connection without a response.

        Args:
            operation: Which one, such as ``"v3.cancel_campaign"``; None for any of the operations.

        Raises:
            ConfigurationError: There is no such operation.
        """
        self._application.faults.add(Fault(operation, delivery=Delivery.LOST))

    def cut_next_answer(self, operation: str | None = None) -> None:
        """Carry the next call out, and close the connection after half of the response.

        Args:
            operation: Which one, such as ``"v3.cancel_campaign"``; None for any of the operations.

        Raises:
            ConfigurationError: There is no such operation.
        """
        self._application.faults.add(Fault(operation, delivery=Delivery.CUT))

    def delay_next(self, seconds: float, operation: str | None = None) -> None:
        """Carry the next call out, and wait before the response leaves.

        Args:
            seconds: How long, in real time.
            operation: Which one, such as ``"v3.cancel_campaign"``; None for any of the operations.

        Raises:
            ConfigurationError: An argument cannot be used.
        """
        self._application.faults.add(delayed(seconds, operation))

    @contextmanager
    def mocked(self) -> Iterator[responses.RequestsMock]:
        """Answer for all URLs of the service within this process, without a socket: production, staging, the mocks.

        While it lasts, requests to anywhere else are refused; the mock that it gives takes further responses for them.

        Raises:
            ConfigurationError: responses is not installed, the sandbox is closed, another thread is inside of a
                `mocked`, or, at the end, a newer one is still open.
        """
        with self._lock:
            self._check_open()
            own = [STAND_IN] if self._server is None else [STAND_IN, self._server.url]
            hosts = [*(environment.value for environment in Environment), *OTHER_HOSTS]
            mock = mock_of(self._application, [*hosts, *own])
            self._mocks.append(mock)
        try:
            with entered(mock):
                yield mock
        finally:
            with self._lock:
                self._mocks.remove(mock)

    def close(self) -> None:
        """Stop serving; a second time does nothing."""
        with self._lock:
            self._closed = True
            if self._server is not None:
                self._server.close()

    def _check_open(self) -> None:
        if self._closed:
            raise ConfigurationError("the sandbox is closed; build a new one")

    def __enter__(self) -> Self:
        with self._lock:
            self._check_open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<Sandbox>" if self._server is None else f"<Sandbox {self._server.url}>"


def _scope(pilot_rule: bool | str) -> str | None:
    if isinstance(pilot_rule, bool):
        return "account" if pilot_rule else None
    if pilot_rule in ("account", "customer"):
        return pilot_rule
    raise ConfigurationError(f"pilot_rule must be True, False, 'account' or 'customer', got {pilot_rule!r}")


def _lag(report_lag: timedelta | float) -> timedelta:
    try:
        lag = report_lag if isinstance(report_lag, timedelta) else timedelta(seconds=report_lag)
    except (TypeError, ValueError, OverflowError):
        lag = -_LONGEST_LAG
    if isinstance(report_lag, bool) or not timedelta() <= lag <= _LONGEST_LAG:
        raise ConfigurationError(f"report_lag must be a timedelta or seconds, up to a year, got {report_lag!r}")
    return lag


def _checked_page_size(page_size: int | None) -> int | None:
    if page_size is None:
        return None
    if isinstance(page_size, bool) or not isinstance(page_size, int) or not 1 <= page_size <= LARGEST_PAGE:
        raise ConfigurationError(f"page_size must be a whole number from 1 to {LARGEST_PAGE}, got {page_size!r}")
    return page_size
