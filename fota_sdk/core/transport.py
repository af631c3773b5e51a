"""The way to the service: how many requests may be under way, and whether any may be sent at all."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from fota_sdk.core.fork import late_imports, register_after_fork
from fota_sdk.core.retry import Failure, Outcome
from fota_sdk.core.semaphore import Semaphore
from fota_sdk.exceptions import ConfigurationError, RequestTimeoutError

if TYPE_CHECKING:
    import requests

    from fota_sdk.core.exchange import Exchanger, Responses
    from fota_sdk.core.operation import PreparedCall
    from fota_sdk.core.secret import HeaderValues
    from fota_sdk.core.timeout import Deadline


def refuse_retries(session: requests.Session, url: str) -> None:
    """Refuse a caller's session that would retry requests by itself.

    Args:
        session: The session.
        url: What is to be sent, or where all of it begins.

    Raises:
        ConfigurationError: It has no adapter there, or one with retries of its own.
    """
    try:
        adapter = session.get_adapter(url)
    except ValueError:
        raise ConfigurationError("the session has no adapter for base_url", "Mount one.") from None
    # requests looks for the adapter of a URL without regard to case.
    below = [each for prefix, each in session.adapters.items() if prefix.lower().startswith(url.lower())]
    if any(map(_retries, (adapter, *below))):
        raise ConfigurationError(
            "the session's adapter has max_retries of its own, which could schedule a campaign twice; "
            "mount one without, and set max_attempts of the client instead"
        )


def _retries(adapter: Any) -> bool:
    retries = getattr(adapter, "max_retries", 0)
    return getattr(retries, "total", retries) not in (0, False)


class Transport:
    """Sends requests, one at a time for each of a bounded number of connections.

    Args:
        session: A caller's session, sent through but never changed; None for one of our own.
        proxies: Proxies by scheme; none is ever read from the environment here.
        verify: True, False, or the path of a CA bundle.
        max_connections: How many exchanges may be under way at once.
    """

    def __init__(
        self,
        session: requests.Session | None,
        *,
        proxies: Mapping[str, str],
        verify: bool | str,
        max_connections: int,
    ) -> None:
        self._session = session
        self._proxies = proxies
        self._verify = verify
        self._max_connections = max_connections
        self._exchangers: list[Exchanger] = []
        self._closed = False
        self.after_fork()
        register_after_fork(self)
        if session is not None:  # its connections may be in use already, and have to be renewed after a fork
            self.load()

    def load(self) -> None:
        """Import what sends requests, which takes longer than all else at start-up, and so waits for the first one.

        This belongs before the call's deadline begins. Of a closed client nothing is loaded.
        """
        if self._exchanger is not None:
            return
        with late_imports:
            from fota_sdk.core.exchange import Exchanger

        if not self._closed:
            exchanger = Exchanger(self._session, self._proxies, self._verify, self._max_connections)
            self._exchangers.append(
                exchanger
            )  # of several threads the first one's is used, the others have sent nothing

    @property
    def _exchanger(self) -> Exchanger | None:
        return self._exchangers[0] if self._exchangers else None

    def after_fork(self) -> None:
        """Make what a forked child cannot share anew: the semaphore and connections."""
        self._semaphore = Semaphore(self._max_connections)
        if self._exchanger is not None:
            self._exchanger.after_fork()

    def close(self) -> None:
        """Close the connections, unless they are those of a caller's session."""
        self._closed = True
        if self._exchanger is not None:
            self._exchanger.close()

    def check_usable(self, url: str) -> None:
        """Refuse to go on with a closed client, or with a session that was given an adapter with retries since.

        Raises:
            ConfigurationError: No request may be sent.
        """
        if self._closed:
            raise ConfigurationError("the client is closed", "Build a new one, or close it after the last call.")
        if self._session is not None:
            refuse_retries(self._session, url)

    def exchange(
        self,
        prepared: PreparedCall,
        headers: HeaderValues,
        deadline: Deadline,
        *,
        connect: float | None,
        silence: float | None,
    ) -> Responses | Failure:
        """Send a request once.

        Args:
            prepared: What to send.
            headers: All of its headers.
            deadline: When to give up.
            connect: Seconds for the connection attempt.
            silence: Seconds without a byte after which to give up; None waits for the deadline.

        Returns:
            The responses, their bodies not yet parsed, of which the last one counts; or what went wrong.
        """
        left = deadline.left()
        assert self._exchanger is not None, "load() and check_usable() come first"
        work = partial(self._exchanger.exchange, prepared, headers, deadline, connect, silence)
        try:
            result = self._semaphore.run(left, work) if left > 0 else None
        finally:
            if self._closed:  # meanwhile, by another thread
                self.close()
        if result is not None:
            return result
        what = "no connection became free within the deadline" if left > 0 else "the deadline ran out"
        return Failure(RequestTimeoutError(f"{what}; this attempt sent nothing"), Outcome.NOT_TRIED)
