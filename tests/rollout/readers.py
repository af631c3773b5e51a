"""Clients for reads that others carry out: they tell the service which process and thread sends."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass

from fota_sdk import FotaClient

_clients: dict[str, FotaClient] = {}


def sender() -> str:
    """Return what names the process and the thread that ask."""
    return f"process-{os.getpid()}/thread-{threading.get_native_id()}"


@dataclass(frozen=True)
class Readers:
    """Gives each thread of each process a client of its own, which has their names as user agent; may be pickled.

    Args:
        url: The base URL.
        api_token: API token.
        session_token: Session token.
    """

    url: str
    api_token: str
    session_token: str

    def __call__(self, account: str) -> FotaClient:
        key = f"{sender()} {self.url}"
        if key not in _clients:
            _clients[key] = FotaClient(
                base_url=self.url,
                api_token=self.api_token,
                session_token=self.session_token,
                user_agent=sender(),
                max_attempts=1,
            )
        return _clients[key]


def close() -> None:
    """Close the clients of this process."""
    while _clients:
        _clients.popitem()[1].close()
