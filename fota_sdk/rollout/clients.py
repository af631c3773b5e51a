"""The clients of a roll-out's accounts, as the environment configures them."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import TracebackType
from typing import Any

from fota_sdk.client import FotaClient
from fota_sdk.configuration import Environment, arguments_from_environment, variables_of
from fota_sdk.core.annotations import Self
from fota_sdk.exceptions import ConfigurationError
from fota_sdk.rollout.plan import RolloutPlan
from fota_sdk.rollout.service import Clients

_WORDS = {"api_token": "API token", "session_token": "session token"}
_NO_SECRETS = {"api_token": "none", "session_token": "none"}
_PATH = "/fota/v3/campaigns/-/-"


def service_of(clients: Clients, accounts: Iterable[str]) -> str:
    """Return where the calls of some accounts go, each address once. Nothing is sent.

    Args:
        clients: Gives the client of an account.
        accounts: Billing accounts.

    Raises:
        ConfigurationError: A client cannot be built.
    """
    if isinstance(clients, EnvironmentClients):
        urls = map(clients.base_url, accounts)
    else:
        urls = map(_base_url, dict.fromkeys(map(clients, accounts)))  # hundreds of accounts may share a client
    return ", ".join(dict.fromkeys(url.rstrip("/") for url in urls))


def _base_url(client: FotaClient) -> str:
    return client.campaigns_v3.dry_run.get_campaign_information("-", "-").url.removesuffix(_PATH)


class EnvironmentClients:
    """Gives the client of an account, from environment variables; what `Rollout.step` takes as `clients`.

    An account whose plan says ``credentials = "ACME"`` has its secrets in ``ACME_FOTA_API_TOKEN``, or
    ``ACME_FOTA_CLIENT_ID`` with ``ACME_FOTA_CLIENT_SECRET``; and in ``ACME_FOTA_SESSION_TOKEN``, or
    ``ACME_FOTA_USERNAME`` with ``ACME_FOTA_PASSWORD``. What is no secret (``FOTA_BASE_URL``, ``FOTA_ENVIRONMENT``,
    ``FOTA_TIMEOUT``, ``FOTA_MAX_ATTEMPTS``) may be set for it likewise, or for all without the prefix. The other
    accounts have ``FOTA_*``. Accounts with the same credentials share a client, and thus a login.

    Any number of threads may ask. It may be pickled, for reads in other processes: no client and no secret goes along.
    Each process has one copy, however often it is sent there, and reads its own environment.

    Args:
        plan: The plan of the roll-out, such as `Rollout.plan`.
    """

    def __init__(self, plan: RolloutPlan) -> None:
        self._prefixes = {
            account: f"{table['credentials']}_" for account, table in plan.accounts.items() if "credentials" in table
        }
        self._reset()

    def _reset(self) -> None:
        self._clients: dict[str, FotaClient] = {}
        self._is_closed = False
        self._lock = threading.Lock()

    def __call__(self, account: str) -> FotaClient:
        """Return the client of an account; the same one each time.

        Args:
            account: Billing account.

        Raises:
            ConfigurationError: A variable is missing or cannot be used, or this is closed.
        """
        prefix = self._prefixes.get(account, "")
        with self._lock:
            if self._is_closed:
                raise ConfigurationError("the clients of the roll-out are closed")
            client = self._clients.get(prefix)
            if client is None:
                client = self._clients[prefix] = _client(account, prefix)
            return client

    def base_url(self, account: str) -> str:
        """Return where the calls of an account go; no secret is needed for it.

        Args:
            account: Billing account.

        Raises:
            ConfigurationError: A variable cannot be used.
        """
        settings = arguments_from_environment(_NO_SECRETS, self._prefixes.get(account, ""))
        if "base_url" in settings:
            return str(settings["base_url"])
        environment: Environment = settings.get("environment", Environment.PRODUCTION)
        return environment.value

    def close(self) -> None:
        """Close the clients; a second time does nothing."""
        with self._lock:
            self._is_closed = True
            clients, self._clients = self._clients, {}
        for client in clients.values():
            client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _in_this_process, (tuple(sorted(self._prefixes.items())),)

    def __repr__(self) -> str:
        return f"<EnvironmentClients of {len({*self._prefixes.values(), ''})} credentials>"


def _client(account: str, prefix: str) -> FotaClient:
    arguments = arguments_from_environment({}, prefix)
    for name in _WORDS:
        if arguments[name] is None:
            raise ConfigurationError(
                f"there is no {_WORDS[name]} for account {account}",
                f"Set {variables_of(name, prefix)}.",
            )
    return FotaClient(**arguments)


# A worker gets its copy anew with each read, and must not log in anew for each.
_copies: dict[tuple[tuple[str, str], ...], EnvironmentClients] = {}
_copies_lock = threading.Lock()


def _in_this_process(prefixes: tuple[tuple[str, str], ...]) -> EnvironmentClients:
    with _copies_lock:
        copy = _copies.get(prefixes)
        if copy is None or copy._is_closed:
            copy = _copies[prefixes] = object.__new__(EnvironmentClients)
            copy._prefixes = dict(prefixes)
            copy._reset()
        return copy
