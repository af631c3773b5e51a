"""What a client is configured with: checked arguments, environments, and the FOTA_* variables."""

from __future__ import annotations

import ipaddress
import os
import re
import sys
from collections.abc import Callable, Mapping
from enum import Enum
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from fota_sdk.core.auth import CREDENTIAL, OAuthClientCredentials, SessionLogin, TokenSource, is_secret, is_token
from fota_sdk.core.fork import late_imports
from fota_sdk.core.secret import Secret
from fota_sdk.core.timeout import Timeout
from fota_sdk.core.transport import refuse_retries
from fota_sdk.exceptions import ConfigurationError, clip

_PRINTABLE_ASCII = re.compile(r"[ -~]*[!-~]")
_NUMBERS = {float: "number", int: "whole number"}
_CA_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


class Environment(Enum):
    """Where the service runs. Anything else is given as ``base_url``."""

    PRODUCTION = "https://thingspace.verizon.com/api"
    STAGING = "https://staging.thingspace.verizon.com/api"


class _Source(NamedTuple):
    """The variables that stand for one of the two tokens: a text, or credentials to fetch it with."""

    argument: str
    token: str
    name: str
    secret: str
    credentials: type[Any]

    @property
    def variables(self) -> str:
        """Which variables may be set, in words."""
        return f"{self.token}, or {self.name} with {self.secret}"

    def prefixed(self, prefix: str) -> _Source:
        """Return the variables of the same names with a prefix."""
        return self._replace(token=prefix + self.token, name=prefix + self.name, secret=prefix + self.secret)

    def check(self) -> None:
        """Refuse variables that contradict each other or cannot be used, without reading a secret into a variable."""
        missing = [each for each in (self.name, self.secret) if _variable(each) is None]
        if _variable(self.token) is not None and len(missing) < 2:
            both = f"{self.token} and {self.name} with {self.secret} are both set"
            raise ConfigurationError(both, "Unset one of them.")
        if len(missing) == 1:
            raise ConfigurationError(
                f"{self.name} and {self.secret} belong together; {missing[0]} is not set", "Set it."
            )
        for each in () if missing else (self.name, self.secret):
            if not is_secret(_variable(each)):
                raise ConfigurationError(f"{each} must be {CREDENTIAL}")

    def read(self) -> Any:
        """Return the text, or the credentials, or None where nothing is set."""
        if _variable(self.name) is None:
            return _variable(self.token)
        return self.credentials(_variable(self.name), _variable(self.secret))


_SOURCES = (
    _Source("api_token", "FOTA_API_TOKEN", "FOTA_CLIENT_ID", "FOTA_CLIENT_SECRET", OAuthClientCredentials),
    _Source("session_token", "FOTA_SESSION_TOKEN", "FOTA_USERNAME", "FOTA_PASSWORD", SessionLogin),
)


def arguments_from_environment(given: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return the arguments of a client that the ``FOTA_*`` variables stand for, without those that are given.

    Args:
        given: Arguments that win over variables.
        prefix: What the names of the variables begin with, such as ``ACME_``. What is no secret is taken from the
            variable without it where there is none with it; a secret never is.

    Raises:
        ConfigurationError: A variable cannot be read, or a token and credentials for it are both set.
    """
    found: dict[str, Any] = {}
    places = ("FOTA_ENVIRONMENT", "FOTA_BASE_URL")
    # A place of the prefix's own is not to be overruled by one that is there for all.
    own = prefix if any(_variable(prefix + place) is not None for place in places) else ""
    environment, base_url = (own + place for place in places)
    if "environment" not in given and (text := _variable(environment)) is not None:
        found["environment"] = _environment(environment, text)
    # An environment that the caller asks for is not to be overruled by a base URL that a shell has set.
    if not {"base_url", "environment"} & given.keys() and (url := _variable(base_url)) is not None:
        found["base_url"] = _checked(base_url, lambda: check_base_url(None, url))
    timeout, max_attempts = (_with_or_without(prefix, name) for name in ("FOTA_TIMEOUT", "FOTA_MAX_ATTEMPTS"))
    if "timeout" not in given and (text := _variable(timeout)) is not None:
        seconds = _number(timeout, text, float)
        found["timeout"] = _checked(timeout, lambda: Timeout.of(seconds) and seconds)
    if "max_attempts" not in given and (text := _variable(max_attempts)) is not None:
        count = _number(max_attempts, text, int)
        found["max_attempts"] = _checked(max_attempts, lambda: check_count("max_attempts", count))
    sources = [source.prefixed(prefix) for source in _SOURCES if source.argument not in given]
    for source in sources:
        source.check()
    # Last of all, so that no error about a variable has a token among the local variables of its traceback.
    return {**found, **{source.argument: source.read() for source in sources}, **given}


def variables_of(argument: str, prefix: str) -> str:
    """Return which variables stand for a token argument, in words.

    Args:
        argument: ``api_token`` or ``session_token``.
        prefix: What their names begin with.
    """
    return next(source.prefixed(prefix).variables for source in _SOURCES if source.argument == argument)


def masked(token: Any) -> Any:
    """Return a token argument, a text as a secret."""
    return Secret(token) if isinstance(token, str) else token


def check_token(name: str, token: Any, credentials: type[Any]) -> None:
    """Refuse a token argument that cannot be used, without showing it.

    Raises:
        ConfigurationError: It is missing or cannot be sent in a header.
    """
    if token is None:
        variables = variables_of(name, "")
        raise ConfigurationError(
            f"{name} is required",
            f"Pass it, or set {variables} and build the client with FotaClient.from_environment().",
        )
    if isinstance(token, Secret):
        if not is_token(token.reveal()):
            raise ConfigurationError(f"{name} must consist of visible ASCII characters without spaces{_hint(token)}")
    elif not isinstance(token, credentials) and (isinstance(token, type) or not isinstance(token, TokenSource)):
        raise ConfigurationError(
            f"{name} must be a str, {credentials.__name__}, or an object with get() and invalidate(token); "
            f"got {type(token).__name__}"
        )


def _hint(token: Secret) -> str:
    if token.reveal() != token.reveal().strip():
        return "; it begins or ends with white space, such as the line break of a file"
    return "; give it without the word Bearer" if token.reveal().startswith("Bearer ") else ""


def check_base_url(environment: Any, base_url: Any) -> str:
    """Return the URL below which all routes lie, without a slash at its end.

    Raises:
        ConfigurationError: It is not https (or http to this machine), or holds more than scheme, host, port and path.
    """
    if base_url is None:
        if not isinstance(environment, Environment):
            raise ConfigurationError("environment must be Environment.PRODUCTION or Environment.STAGING")
        return environment.value
    hint = "base_url must look like https://host/api (http only to localhost, 127.0.0.0/8 and ::1)"
    if not isinstance(base_url, str) or not _PRINTABLE_ASCII.fullmatch(base_url) or " " in base_url:
        raise ConfigurationError(hint)
    try:
        parts = urlsplit(base_url)
        port_is_valid = parts.port is None or parts.port > 0
    except ValueError:
        raise ConfigurationError(hint) from None
    if "@" in parts.netloc:
        raise ConfigurationError(f"{hint}, without user name and password")
    hint += f"; got {clip(base_url, 80)!r}"
    if not parts.hostname or not port_is_valid or "?" in base_url or "#" in base_url or "\\" in base_url:
        raise ConfigurationError(hint)
    if parts.path.startswith("//") or any(part in (".", "..") for part in parts.path.split("/")):
        raise ConfigurationError(f"{hint}, without //, . and .. in its path")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(base_url)):
        raise ConfigurationError(hint)
    return parts.scheme + base_url[len(parts.scheme) :].rstrip("/")  # urlsplit makes a scheme of capitals small


def is_loopback(url: str) -> bool:
    """Return whether a URL leads to this machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_count(name: str, value: Any) -> int:
    """Return a positive whole number.

    Raises:
        ConfigurationError: It is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ConfigurationError(f"{name} must be a whole number from 1, got {type(value).__name__} {value!r}")
    return value


def check_flag(name: str, value: Any) -> bool:
    """Return True or False.

    Raises:
        ConfigurationError: It is something else.
    """
    if not isinstance(value, bool):
        raise ConfigurationError(f"{name} must be True or False, got {type(value).__name__}")
    return value


def check_user_agent(user_agent: Any, own: str) -> str:
    """Return the whole ``User-Agent``: the caller's words, then our own.

    Raises:
        ConfigurationError: It cannot be sent in a header.
    """
    if user_agent is None:
        return own
    if not isinstance(user_agent, str) or not _PRINTABLE_ASCII.fullmatch(user_agent):
        raise ConfigurationError("user_agent must be a str of printable ASCII characters")
    return f"{user_agent} {own}"


def choose_verify(verify: Any, session: Any, base_url: str) -> bool | str:
    """Return how certificates are checked: by argument, else as the caller's session does, else by environment.

    Raises:
        ConfigurationError: It is neither True nor the path of a CA bundle that exists, nor False for this machine.
    """
    source = "verify"
    if verify is None and session is not None and session.verify is not True:
        source, verify = "the session's verify", session.verify
    elif verify is None:
        trusts = session is None or session.trust_env
        source = next((name for name in _CA_VARIABLES if trusts and _variable(name) is not None), "verify")
        verify = True if source == "verify" else os.environ[source]
    if verify is True or (verify is False and is_loopback(base_url)):
        return bool(verify)
    if verify is False:
        raise ConfigurationError(f"{source} may be False for this machine only", "Give the path of a CA file.")
    if not isinstance(verify, (str, os.PathLike)) or verify == "" or not Path(verify).exists():
        raise ConfigurationError(f"{source} must be True or the path of a CA file or folder that exists")
    if base_url.startswith("https:") and Path(verify).is_file():
        _check_ca_file(source, verify)
    return os.fspath(verify)


def _check_ca_file(source: str, path: str | os.PathLike[str]) -> None:
    """Refuse a file without certificates now: at the first call it would fail in the middle of a handshake."""
    with late_imports:
        import ssl
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
    except OSError as error:  # ssl.SSLError is one
        raise ConfigurationError(
            f"{source} names a CA file that cannot be used: {clip(str(error), 100)}",
            "Give a file of certificates in PEM form; one in DER form is converted by: openssl x509 -inform der",
        ) from None


def choose_proxies(proxies: Any, session: Any, base_url: str) -> dict[str, str]:
    """Return the proxies for a base URL: by argument, else the session's, else by environment; none for this machine.

    Raises:
        ConfigurationError: The argument is not a mapping of scheme to URL.
    """
    chosen = _chosen_proxies(proxies, session, base_url)
    fault = _fault_of_proxy(chosen, base_url)
    if fault is not None:
        del proxies, chosen  # a URL may hold a password, which reports of this error would show
        raise ConfigurationError(*fault)
    return chosen


def _chosen_proxies(proxies: Any, session: Any, base_url: str) -> dict[str, str]:
    if proxies is not None:
        if not isinstance(proxies, Mapping) or not all(isinstance(x, str) for pair in proxies.items() for x in pair):
            raise ConfigurationError('proxies must map schemes to URLs, such as {"https": "http://proxy:3128"}')
        return {} if is_loopback(base_url) else dict(proxies)
    if is_loopback(base_url):
        return {}
    chosen: dict[str, str] = {}
    if (session is None or session.trust_env) and _has_settings_of_proxies():
        with late_imports:
            from requests.utils import get_environ_proxies

        chosen.update(get_environ_proxies(base_url, no_proxy=None))
    if session is not None:
        chosen.update(session.proxies)
    return chosen


def _has_settings_of_proxies() -> bool:
    """Return whether it is worth loading requests to ask it for the proxies of this machine."""
    return sys.platform in ("darwin", "win32") or any(name.lower().endswith("_proxy") for name in os.environ)


def _fault_of_proxy(proxies: dict[str, str], base_url: str) -> tuple[str, ...] | None:
    """Return what keeps the proxy from being asked, and what to do, without its URL; None where there is nothing."""
    if not proxies:
        return None
    with late_imports:
        from requests.utils import select_proxy

    url = select_proxy(base_url, proxies)
    if not url:
        return None
    hint = "the proxy for https must look like http://host:3128 or socks5://host:1080"
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        usable = bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return (hint,)
    if not usable or not re.fullmatch("https?|socks[45][ah]?", parts.scheme):
        return (hint,)
    if parts.scheme.startswith("socks") and find_spec("socks") is None:
        return "the proxy for https speaks SOCKS", "This needs: pip install 'requests[socks]'"
    return None


def check_session(session: Any, base_url: str) -> Any:
    """Return a caller's session, unless it would retry requests by itself.

    Raises:
        ConfigurationError: It is no session, or its adapter for the base URL has retries of its own.
    """
    if session is None:
        return None
    with late_imports:
        import requests

    if not isinstance(session, requests.Session):
        raise ConfigurationError(f"session must be a requests.Session, got {type(session).__name__}")
    refuse_retries(session, base_url)
    return session


def _variable(name: str) -> str | None:
    return os.environ.get(name) or None  # empty counts as unset


def _with_or_without(prefix: str, name: str) -> str:
    """Return the name with its prefix where that variable is set, else without it."""
    return name if _variable(prefix + name) is None else prefix + name


def _environment(name: str, text: str) -> Environment:
    try:
        return Environment[text.upper()]
    except KeyError:
        known = " or ".join(environment.name.lower() for environment in Environment)
        raise ConfigurationError(f"{name} must be {known}") from None


def _checked(name: str, check: Callable[[], Any]) -> Any:
    try:
        return check()
    except ConfigurationError as error:
        raise ConfigurationError(f"{name}: {error}") from None


def _number(name: str, text: str, kind: type[Any]) -> Any:
    try:
        return kind(text)
    except ValueError:
        raise ConfigurationError(f"{name} must be a {_NUMBERS[kind]}, got {clip(text, 20)!r}") from None
