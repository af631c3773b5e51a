from __future__ import annotations

import threading
import uuid
from types import TracebackType
from typing import TYPE_CHECKING, Any

from fota_sdk.client import FotaClient
from fota_sdk.exceptions import ConfigurationError
from fota_sdk.sandbox.application import BASE_PATH, Application

if TYPE_CHECKING:
    from typing_extensions import Self

_LONGEST_STOP = 10


class Sandbox:
    """A stand-in of the service on a free port of this machine, with its campaigns in memory.

    It serves from the moment it is built until `close()`.

    Attributes:
        url: What a client takes as ``base_url``.
        account: A billing account; any other well-formed one works too.
        api_token: The API token that it lets in.
        session_token: The session token that it lets in.

    It answers the ten operations, and takes its own two tokens as texts. Reports and the routes that bring tokens are
    not part of it yet.

    Args:
        port: Where to listen; 0 takes a free port.

    Raises:
        ConfigurationError: waitress is not installed, or the port is none.
        OSError: The port is taken.
    """

    def __init__(self, *, port: int = 0) -> None:
        if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port <= 65535:
            raise ConfigurationError(f"port must be a whole number from 0 to 65535, got {port!r}")
        try:
            from waitress import wasyncore
            from waitress.server import create_server
        except ImportError:
            raise ConfigurationError("the sandbox needs waitress: pip install 'fota-sdk[sandbox]'") from None

        self.account = "0000123456-00001"
        self.api_token = f"sandbox-{uuid.uuid4()}"
        self.session_token = str(uuid.uuid4())
        self._sockets: dict[int, Any] = {}
        self._close_all = wasyncore.close_all
        application = Application(self.api_token, self.session_token)
        try:
            self._server: Any = create_server(
                application, map=self._sockets, host="127.0.0.1", port=port, threads=8, ident=None
            )
        except BaseException:
            self._close_all(self._sockets)
            raise
        self.url = f"http://127.0.0.1:{self._server.effective_port}{BASE_PATH}"
        self._thread = threading.Thread(target=self._server.run, name="fota-sandbox", daemon=True)
        self._thread.start()

    def client(self, **options: Any) -> FotaClient:
        """Return a client of this sandbox; the caller closes it.

        Args:
            options: As `FotaClient` takes them; they win over the sandbox's own.
        """
        own: dict[str, Any] = {
            "base_url": self.url,
            "api_token": self.api_token,
            "session_token": self.session_token,
        }
        return FotaClient(**{**own, **options})

    def close(self) -> None:
        """Stop serving; a second time does nothing."""
        if self._thread.is_alive():
            # All sockets are closed by the thread that serves them; its loop ends with the last one.
            self._server.trigger.pull_trigger(lambda: self._close_all(self._sockets))
            self._thread.join(_LONGEST_STOP)
            self._server.task_dispatcher.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Sandbox {self.url}>"
