from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

from fota_sdk import (
    ConfigurationError,
    ConnectError,
    Environment,
    FotaClient,
    FotaError,
    RedirectError,
    Timeout,
    TransportError,
)
from tests.faults.calls import ALL, GET, GOOD, POST, READS, client_of
from tests.faults.ways_out import SERVICE, names_of_this_machine, running_proxy
from tests.loopback import Connection, LoopbackServer, Request, Script, answer

Wrap = Callable[[Any], Any]


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def tls(certificate: trustme.LeafCert, version: ssl.TLSVersion | None = None) -> Wrap:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if version is not None:
        context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        context.maximum_version = version
        context.set_ciphers("DEFAULT@SECLEVEL=0")
    certificate.configure_cert(context)
    return lambda sock: context.wrap_socket(sock, server_side=True)


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", ALL)
@pytest.mark.parametrize("target", ["same host", "other port", "other host", "no location"])
def test_no_redirect_is_ever_followed(call: str, code: int, target: str) -> None:
    with LoopbackServer(answer(GOOD)) as sink:
        headers = {
            "same host": {"Location": "/api/elsewhere"},
            "other port": {"Location": sink.url},
            "other host": {"Location": sink.url.replace("127.0.0.1", "localhost")},
            "no location": {},
        }[target]
        with LoopbackServer(answer({}, status=code, headers=headers)) as server, client_of(server) as client:
            with pytest.raises(RedirectError, match="never followed") as caught:
                ALL[call](client)
            assert len(server.requests) == 1
        assert sink.connections == 0
    assert caught.value.location == headers.get("Location")
    assert caught.value.status_code == code
    # 303 says that the call was carried out, and where its result is to be found.
    assert caught.value.outcome_unknown is (code == 303 and call not in READS)


@pytest.mark.parametrize("location", ["http://[", "//", "\x7f", "http://a:b:c/", "?", "é" * 500])
def test_an_odd_location_is_no_other_error(location: str) -> None:
    redirect = answer({}, status=302, headers={"Location": location})
    with LoopbackServer(redirect) as server, client_of(server) as client, pytest.raises(RedirectError) as caught:
        GET(client)
    assert len(str(caught.value)) < 1000


def test_a_trusted_certificate_is_taken(authority: trustme.CA, bundle: str) -> None:
    wrap = tls(authority.issue_cert("127.0.0.1"))
    with LoopbackServer(answer(GOOD), wrap=wrap) as server, client_of(server, verify=bundle) as client:
        for call in ALL.values():
            call(client)
        assert server.connections == 1


def refused_certificates(authority: trustme.CA) -> dict[str, Wrap]:
    yesterday = datetime.now(timezone.utc) - timedelta(days=1)
    return {
        "of an unknown authority": tls(trustme.CA().issue_cert("127.0.0.1")),
        "of another host": tls(authority.issue_cert("other.example")),
        "expired": tls(authority.issue_cert("127.0.0.1", not_after=yesterday)),
    }


@pytest.mark.parametrize("which", ["of an unknown authority", "of another host", "expired"])
@pytest.mark.parametrize("call", ["GET", "POST"])
def test_a_certificate_is_refused_once_and_nothing_is_sent(
    which: str, call: str, authority: trustme.CA, bundle: str, pauses: list[float]
) -> None:
    wrap = refused_certificates(authority)[which]
    with LoopbackServer(answer(GOOD), wrap=wrap) as server, client_of(server, verify=bundle) as client:
        with pytest.raises(ConnectError, match="certificate") as caught:
            ALL[call](client)
        assert server.requests == []
        assert server.connections == 1
    assert caught.value.attempts == 1
    assert not caught.value.outcome_unknown


def test_an_old_tls_version_is_refused_and_not_tried_again(
    authority: trustme.CA, bundle: str, pauses: list[float]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of the version that is to be refused
        wrap = tls(authority.issue_cert("127.0.0.1"), ssl.TLSVersion.TLSv1_1)
        lax = ssl.create_default_context(cafile=bundle)
        lax.minimum_version = ssl.TLSVersion.TLSv1
    lax.set_ciphers("DEFAULT@SECLEVEL=0")
    with LoopbackServer(answer(GOOD), wrap=wrap) as server, client_of(server, verify=bundle) as client:
        with socket.create_connection(("127.0.0.1", server.port)) as sock:
            with lax.wrap_socket(sock, server_hostname="127.0.0.1") as spoken:
                assert spoken.version() == "TLSv1.1"  # the server does speak it, with who wants to
        for call in (GET, POST):
            before = server.connections
            with pytest.raises(TransportError, match="TLS failed") as caught:
                call(client)
            assert server.connections == before + 1
            assert not caught.value.outcome_unknown  # the connection had not come to sending
        assert server.requests == []


@pytest.mark.parametrize("call", ["GET", "POST"])
def test_a_tls_failure_before_the_request_is_no_doubt_and_not_tried_again(
    call: str, bundle: str, pauses: list[float]
) -> None:
    def speaks_no_tls(sock: Any) -> Any:
        sock.recv(1)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        raise OSError

    with LoopbackServer(answer(GOOD), wrap=speaks_no_tls) as server, client_of(server, verify=bundle) as client:
        with pytest.raises(ConnectError, match=r"TLS failed .* nothing was sent") as caught:
            ALL[call](client)
        assert not caught.value.outcome_unknown
        assert caught.value.attempts == server.connections == 1


def test_an_argument_beats_the_ca_bundle_of_the_environment(
    authority: trustme.CA, bundle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impostor = trustme.CA()
    trusted_by_environment = tmp_path / "env.pem"
    impostor.cert_pem.write_to_path(str(trusted_by_environment))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted_by_environment))
    with LoopbackServer(answer(GOOD), wrap=tls(impostor.issue_cert("127.0.0.1"))) as server:
        with client_of(server, verify=bundle) as client, pytest.raises(ConnectError):
            GET(client)
        with client_of(server) as client:
            GET(client)


def test_the_environment_is_read_when_the_client_is_built(
    authority: trustme.CA, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    with LoopbackServer(answer(GOOD), wrap=tls(authority.issue_cert("127.0.0.1"))) as server:
        with client_of(server) as client:
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
            GET(client)


def test_verification_can_be_off_on_this_machine_only(authority: trustme.CA) -> None:
    with LoopbackServer(answer(GOOD), wrap=tls(trustme.CA().issue_cert("other.example"))) as server:
        with pytest.warns(Warning, match="Unverified HTTPS"), client_of(server, verify=False) as client:
            GET(client)


def test_a_netrc_never_replaces_the_bearer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login user password word\ndefault login user password word\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for session in (None, requests.Session()):
        with LoopbackServer(answer(GOOD)) as server, client_of(server, session=session) as client:
            GET(client)
            assert server.requests[0].header("Authorization") == "Bearer api-token"


def test_no_env_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("FOTA_API_TOKEN=a\nFOTA_SESSION_TOKEN=b\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigurationError, match="api_token is required"):
        FotaClient.from_environment()


def test_an_environment_that_is_asked_for_beats_the_base_url_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOTA_BASE_URL", "https://production.example/api")
    given = {"api_token": "a", "session_token": "b"}
    assert "production.example" in repr(FotaClient.from_environment(**given))
    assert "staging.thingspace" in repr(FotaClient.from_environment(environment=Environment.STAGING, **given))


@pytest.mark.parametrize(
    "below",
    [
        "https://thingspace.verizon.com/api/fota/v3",
        "https://thingspace.verizon.com/api/",
        "https://ThingSpace.verizon.com/API/fota",
    ],
)
def test_an_adapter_with_retries_below_the_base_url_is_refused(below: str) -> None:
    session = requests.Session()
    session.mount(below, requests.adapters.HTTPAdapter(max_retries=2))
    with pytest.raises(ConfigurationError, match="max_retries"):
        FotaClient(api_token="a", session_token="b", session=session)


def test_this_machine_is_reached_directly_whatever_the_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    with LoopbackServer(answer(GOOD)) as proxy, LoopbackServer(answer(GOOD)) as server:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)
        session = requests.Session()
        session.proxies = {"http": proxy.url}
        for options in ({}, {"proxies": {"http": proxy.url}}, {"session": session}):
            with client_of(server, **options) as client:
                GET(client)
        assert proxy.connections == 0
        assert len(server.requests) == 3


def proxy_target(**options: Any) -> str | None:
    """Return what a proxy is asked to connect to, when a client of an outside host uses it."""
    with LoopbackServer(answer({}, status=403)) as proxy:
        given = options.pop("use")(proxy.url)
        with client_of("https://fota.example/api", timeout=5, max_attempts=1, **given) as client:
            with pytest.raises(FotaError) as caught:
                POST(client)
        assert not caught.value.outcome_unknown
        return proxy.requests[0].target if proxy.requests else None


@pytest.fixture
def nothing_resolves(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host == "fota.example":
            raise socket.gaierror("not looked up in this test")
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


@pytest.mark.usefixtures("nothing_resolves")
def test_proxies_come_from_the_argument_or_the_environment(
    monkeypatch: pytest.MonkeyPatch, pauses: list[float]
) -> None:
    def from_environment(url: str) -> dict[str, Any]:
        monkeypatch.setenv("HTTPS_PROXY", url)
        return {}

    def from_session(url: str) -> dict[str, Any]:
        session = requests.Session()
        session.proxies = {"https": url}
        return {"session": session}

    assert proxy_target(use=lambda url: {"proxies": {"https": url}}) == "fota.example:443"
    assert proxy_target(use=from_session) == "fota.example:443"
    assert proxy_target(use=from_environment) == "fota.example:443"
    assert proxy_target(use=lambda url: {"proxies": {}}) is None
    monkeypatch.setenv("NO_PROXY", "fota.example")
    assert proxy_target(use=from_environment) is None


def test_the_addresses_of_a_host_are_tried_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    real, asked = socket.getaddrinfo, []
    refusing = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.9", 0))  # nothing listens there

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        asked.append(host)
        return [refusing, *real("127.0.0.1", *args, **kwargs)] if host == "localhost" else real(host, *args, **kwargs)

    with LoopbackServer(answer(GOOD)) as server:
        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        with client_of(f"http://localhost:{server.port}", max_attempts=1) as client:
            GET(client)
    assert asked[:3] == ["localhost", "127.0.0.9", "127.0.0.1"]


@pytest.mark.parametrize(("scheme", "host"), [("socks5h", SERVICE), ("socks5", "127.0.0.1")])
def test_a_socks_proxy_is_given_the_name_where_it_is_to_look_it_up(scheme: str, host: str) -> None:
    with names_of_this_machine(), running_proxy(scheme, context=None, cuts=True) as proxy:
        given = {"proxies": {"https": f"{scheme}://127.0.0.1:{proxy.port}"}, "max_attempts": 1}
        with client_of(f"https://{SERVICE}", **given) as client, pytest.raises(TransportError):
            GET(client)
    assert proxy.hosts == [host]


def broken_proxies() -> dict[str, Script]:
    def hangs(request: Request, connection: Connection) -> None:
        connection.wait(20)

    def sends(content: bytes) -> Script:
        def script(request: Request, connection: Connection) -> None:
            connection.send(content)
            connection.close()

        return script

    return {
        "hangs": hangs,
        "closes": sends(b""),
        "answers garbage": sends(b"what is this\r\n\r\n"),
        "wants a password": answer({}, status=407),
        "cannot reach the service": answer({}, status=502),
    }


@pytest.mark.parametrize("how", broken_proxies())
def test_a_proxy_that_fails_before_the_tunnel_stands_leaves_no_doubt(how: str, pauses: list[float]) -> None:
    with LoopbackServer(broken_proxies()[how]) as proxy:
        options = {"proxies": {"https": f"http://127.0.0.1:{proxy.port}"}, "timeout": Timeout(1.5, connect=0.3)}
        with client_of("https://fota.example", **options) as client:
            with pytest.raises(ConnectError) as caught:
                POST(client)
            with pytest.raises(ConnectError):
                POST(client)  # not guarded
        assert {request.method for request in proxy.requests} == {"CONNECT"}
    assert not caught.value.outcome_unknown


@pytest.mark.parametrize(
    "url",
    [
        "ftp://127.0.0.1:1",
        "http://user:canary-word@",
        "http://127.0.0.1:99999",
        "http://",
        "socks9://127.0.0.1",
        "http://[",
    ],
)
def test_a_proxy_that_cannot_be_asked_is_refused_unseen(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="proxy for https") as caught:
        client_of("https://fota.example", proxies={"https": url})
    assert "canary" not in str(caught.value)
    monkeypatch.setenv("HTTPS_PROXY", url)
    with pytest.raises(ConfigurationError, match="proxy for https"):
        client_of("https://fota.example")


@pytest.mark.parametrize("content", [b"", b"hello\n", b"\x30\x82\x01\x00", b"-----BEGIN CERTIFICATE-----\nAAAA\n"])
@pytest.mark.parametrize("source", ["argument", "environment", "session"])
def test_a_ca_file_without_certificates_is_refused_when_the_client_is_built(
    content: bytes, source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content)
    options: dict[str, Any] = {}
    if source == "argument":
        options["verify"] = path
    elif source == "environment":
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(path))
    else:
        options["session"] = requests.Session()
        options["session"].verify = str(path)
    for url in ("https://127.0.0.1:1", "HTTPS://127.0.0.1:1"):
        with pytest.raises(ConfigurationError, match="names a CA file that cannot be used") as caught:
            client_of(url, **options)
    assert "PEM" in caught.value.what_to_do


def test_a_ca_bundle_that_goes_away_is_an_error_of_ours(bundle: str, tmp_path: Path, pauses: list[float]) -> None:
    copied = tmp_path / "ca.pem"
    copied.write_bytes(Path(bundle).read_bytes())
    with client_of("https://127.0.0.1:1", verify=str(copied)) as client:
        copied.unlink()
        with pytest.raises(ConnectError):
            POST(client)


def test_a_proxy_for_something_else_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTP_PROXY", "ftp://proxy.example")
    monkeypatch.setenv("RSYNC_PROXY", "http://[")
    client_of("https://fota.example", proxies=None).close()
    client_of("https://fota.example", proxies={"ftp": "ftp://proxy.example"}).close()


def test_headers_and_body_leave_together(monkeypatch: pytest.MonkeyPatch) -> None:
    pieces: list[bytes] = []
    whole = socket.socket.sendall

    def sendall(sock: socket.socket, data: Any, *flags: int) -> None:
        if bytes(data[:4]) == b"POST" or pieces:
            pieces.append(bytes(data))
        whole(sock, data, *flags)

    with LoopbackServer(answer(GOOD)) as server, client_of(server) as client:
        monkeypatch.setattr(socket.socket, "sendall", sendall)
        POST(client)
        monkeypatch.undo()
        assert pieces[0].endswith(server.requests[0].body)
        assert server.requests[0].body != b""
