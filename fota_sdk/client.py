from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from enum import Enum
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from fota_sdk import __version__, configuration, controllers
from fota_sdk.configuration import Environment
from fota_sdk.core.annotations import LazyModule, Self
from fota_sdk.core.attempts import Attempts
from fota_sdk.core.auth import (
    FetchedToken,
    GivenToken,
    OAuthClientCredentials,
    SessionLogin,
    SourcedToken,
    Token,
    TokenSource,
)
from fota_sdk.core.caller import Caller, Guard
from fota_sdk.core.fetch import LoginFetch, OAuthFetch, TokenCaller
from fota_sdk.core.response import ApiResponse
from fota_sdk.core.retry import Budget
from fota_sdk.core.secret import Secret
from fota_sdk.core.timeout import CallLimits, Timeout
from fota_sdk.core.transport import Transport

if TYPE_CHECKING:
    import requests
else:
    requests = LazyModule("requests")


class _Unset(Enum):
    UNSET = "unset"

    def __repr__(self) -> str:
        return "unset"


_UNSET: Final = _Unset.UNSET


class _Group:
    """Makes the controller of a group when a client is first asked for it: a script mostly uses one, with its models.

    The class gives the controller's class, whose methods mock tools, `help` and completion look for.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, client: FotaClient | None, owner: type) -> Any:
        made = None if client is None else client._controllers.get(self._name)
        if made is not None:
            return made
        controller = getattr(controllers, controllers.class_name_of(self._name))
        return controller if client is None else client._controllers.setdefault(self._name, controller(client._caller))


class _Groups:
    """Has the groups. In a base class, because mock tools take what `FotaClient` itself has as it is, unresolved."""

    _controllers: dict[str, Any]


for _name in controllers.GROUPS:
    setattr(_Groups, _name, _Group(_name))


class FotaClient(_Groups):
    """A client of the ThingSpace FOTA API, for any number of threads.

    Args:
        api_token: The OAuth token: a text, `OAuthClientCredentials` to fetch it with, or a source of your own.
        session_token: The VZ-M2M session token: a text, `SessionLogin` to open sessions with, or a source of your own.
        environment: `Environment.PRODUCTION` or `Environment.STAGING`.
        base_url: Another place that stands for ``https://thingspace.verizon.com/api``; it wins over `environment`.
        timeout: Seconds for a whole call, or `Timeout`; None is "no limit".
        max_attempts: How often a call is tried at most. What may have been carried out is only retried where that
            does no harm: where the call only reads, or sets what is the same when it is set twice.
        max_connections: How many calls may be under way at once; further ones wait within their own timeout.
        session: A `requests.Session` to send through. It is never changed and never closed; its adapters, hooks and
            `cert` hold, and its `verify` and `proxies` where none are given here. Its headers, cookies, auth and
            params are not sent.
        proxies: Proxy URLs by scheme, such as ``{"https": "http://proxy:3128"}``; by default those of the environment.
            This machine is always reached directly.
        verify: True, or the path of a CA bundle; by default ``REQUESTS_CA_BUNDLE`` or ``CURL_CA_BUNDLE`` where set.
            False is allowed for this machine only.
        user_agent: What to put before our own ``User-Agent``.

    Raises:
        ConfigurationError: An argument cannot be used; the message names it.
    """

    account_devices: controllers.AccountDevicesController
    """Devices of an account (V3)."""
    campaigns_v2: controllers.CampaignsV2Controller
    """Software campaigns for HTTP devices."""
    campaigns_v3: controllers.CampaignsV3Controller
    """Firmware campaigns for LWM2M devices."""
    client_logging: controllers.ClientLoggingController
    """Logs that devices write (V2): for pilots that fail, on 20 devices of an account at most."""
    configuration_files: controllers.ConfigurationFilesController
    """Configuration files for HTTP devices (V2); only where the maker of the device says so."""
    firmware_v3: controllers.FirmwareV3Controller
    """Available firmware, and the firmware of devices (V3)."""
    server_logging: controllers.ServerLoggingController
    """When devices checked in with the service (V2)."""
    software_management_callbacks_v2: controllers.SoftwareManagementCallbacksV2Controller
    """The address to which the service posts messages about V2 campaigns: one for an account."""
    software_management_callbacks_v3: controllers.SoftwareManagementCallbacksV3Controller
    """The address to which the service posts messages about V3 campaigns: one for an account."""
    software_management_licenses_v2: controllers.SoftwareManagementLicensesV2Controller
    """Licenses of devices (V2). Only accounts that pay by month need them."""
    software_management_licenses_v3: controllers.SoftwareManagementLicensesV3Controller
    """Licenses of devices (V3). Only accounts that pay by month need them."""
    software_management_reports_v2: controllers.SoftwareManagementReportsV2Controller
    """Available software, devices and reports of an account (V2)."""
    software_management_reports_v3: controllers.SoftwareManagementReportsV3Controller
    """Reports on campaigns and devices (V3)."""
    software_management_subscriptions_v2: controllers.SoftwareManagementSubscriptionsV2Controller
    """What an account pays for (V2)."""
    software_management_subscriptions_v3: controllers.SoftwareManagementSubscriptionsV3Controller
    """What an account pays for (V3)."""

    def __init__(
        self,
        *,
        api_token: str | OAuthClientCredentials | TokenSource | None = None,
        session_token: str | SessionLogin | TokenSource | None = None,
        environment: Environment = Environment.PRODUCTION,
        base_url: str | None = None,
        timeout: float | Timeout | None = 60,
        max_attempts: int = 3,
        max_connections: int = 32,
        session: requests.Session | None = None,
        proxies: Mapping[str, str] | None = None,
        verify: bool | str | os.PathLike[str] | None = None,
        user_agent: str | None = None,
    ) -> None:
        api, login = configuration.masked(api_token), configuration.masked(session_token)
        del api_token, session_token  # reports of what fails from here on show what this frame holds
        configuration.check_token("api_token", api, OAuthClientCredentials)
        configuration.check_token("session_token", login, SessionLogin)
        self._base_url = configuration.check_base_url(environment, base_url)
        self._timeout = timeout
        self._user_agent = configuration.check_user_agent(
            user_agent, f"fota-sdk/{__version__} python/{'.'.join(map(str, sys.version_info[:3]))}"
        )
        transport = Transport(
            configuration.check_session(session, self._base_url),
            proxies=configuration.choose_proxies(proxies, session, self._base_url),
            verify=configuration.choose_verify(verify, session, self._base_url),
            max_connections=configuration.check_count("max_connections", max_connections),
        )
        self._attempts = Attempts(transport, Budget())
        self._limits = CallLimits(Timeout.of(timeout), configuration.check_count("max_attempts", max_attempts))
        self._guard = Guard()
        self._tokens = _tokens(api, login, TokenCaller(self._base_url, self._user_agent, self._attempts))
        self._insist = False
        self._shares = False
        self._build()

    @classmethod
    def from_environment(cls, **arguments: Any) -> Self:
        """Return a client configured by the ``FOTA_*`` variables; arguments win over them.

        The variables are ``FOTA_API_TOKEN``, or ``FOTA_CLIENT_ID`` with ``FOTA_CLIENT_SECRET``;
        ``FOTA_SESSION_TOKEN``, or ``FOTA_USERNAME`` with ``FOTA_PASSWORD``; ``FOTA_ENVIRONMENT``, ``FOTA_BASE_URL``,
        ``FOTA_TIMEOUT`` and ``FOTA_MAX_ATTEMPTS``. An empty one counts as unset.

        Args:
            arguments: As `FotaClient` takes them.

        Raises:
            ConfigurationError: A variable or an argument cannot be used; the message names it.
        """
        return cls(**configuration.arguments_from_environment(arguments))

    def with_options(
        self,
        *,
        timeout: float | Timeout | _Unset | None = _UNSET,
        max_attempts: int | _Unset = _UNSET,
        insist: bool | _Unset = _UNSET,
    ) -> Self:
        """Return a light copy with other options; it shares connections, tokens and retry budget.

        Nothing has to be closed: closing a copy, ``with`` included, closes nothing. When the client that it was made
        from is closed, so is the copy.

        Args:
            timeout: As in `FotaClient`.
            max_attempts: As in `FotaClient`.
            insist: Whether to send a schedule that `RepeatRefusedError` would keep back.

        Raises:
            ConfigurationError: An option cannot be used.
        """
        copy = object.__new__(type(self))
        copy.__dict__.update(self.__dict__)
        if timeout is not _UNSET:
            copy._timeout, copy._limits = timeout, copy._limits._replace(timeout=Timeout.of(timeout))
        if max_attempts is not _UNSET:
            count = configuration.check_count("max_attempts", max_attempts)
            copy._limits = copy._limits._replace(max_attempts=count)
        if insist is not _UNSET:
            copy._insist = configuration.check_flag("insist", insist)
        copy._shares = True
        copy._build()
        return copy

    def request(
        self,
        method: str,
        path: str,
        *,
        values: Mapping[str, str] | None = None,
        query: Mapping[str, str | int | None] | None = None,
        body: Any = None,
    ) -> ApiResponse[Any]:
        """Call a route of the service that has no method here, with the same tokens, limits and errors.

        Args:
            method: HTTP method; only GET is retried.
            path: Template below the base URL, such as ``/fota/v3/reports/{acc}/firmware/campaigns``.
            values: One text for each ``{name}`` of the path; each stays one segment.
            query: Texts and whole numbers of the query; None is not sent.
            body: JSON data or a model; None is no body.

        Returns:
            The response; its `body` is the parsed JSON, None where the service answered with no body at all.

        Raises:
            ValidationError: Something is certainly wrong; nothing was sent.
            FotaError: Anything else; a 400 is an `ApiError`.
        """
        return self._caller.request(
            method, path, {} if values is None else values, {} if query is None else query, body
        )

    def close(self) -> None:
        """Close the connections, and with them the copies made by `with_options`; later calls are refused.

        A caller's session stays open. Of a copy this does nothing: the client that it was made from is to be closed.
        """
        if not self._shares:
            self._attempts.transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}(base_url={self._base_url!r}, timeout={self._timeout!r})"

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a FotaClient cannot be pickled or copied, because it holds connections and secrets; "
            "build one in each process, for example with FotaClient.from_environment()"
        )

    __getstate__ = __reduce__  # which jsonpickle asks where the other one raises

    def _build(self) -> None:
        self._caller = Caller(
            self._base_url, self._user_agent, self._attempts, self._limits, self._tokens, self._guard, self._insist
        )
        self._controllers = {}
        for name in controllers.GROUPS:
            self.__dict__.pop(name, None)  # what a test put there


def _tokens(api: Any, session: Any, caller: TokenCaller) -> dict[str, Token]:
    api_token = (
        FetchedToken(OAuthFetch(api, caller)) if isinstance(api, OAuthClientCredentials) else _token("api_token", api)
    )
    session_token = (
        FetchedToken(LoginFetch(session, caller, api_token))
        if isinstance(session, SessionLogin)
        else _token("session_token", session)
    )
    return {"api_token": api_token, "session_token": session_token}


def _token(name: str, given: Secret | TokenSource) -> Token:
    return GivenToken(given) if isinstance(given, Secret) else SourcedToken(given, name)
