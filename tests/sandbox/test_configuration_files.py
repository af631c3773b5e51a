"""Configuration files: uploaded as a form, listed by what the service calls them."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT
from tests.sandbox.wire import accepted, ask, ask_mocked, refused, tokens_of

FILES = f"/fota/v2/files/{ACCOUNT}"
BOUNDARY = "a-boundary"
TEXTS = {"fileVersion": "1.0", "make": "Verizon", "model": "VZW1", "localTargetPath": "/VZWFOTA/hello-world.txt"}
CONTENT = b"hello,\r\n\r\n--world\x00\xff"
NAME = "configfile-Verizon_VZW1_hello-world.txt"


def form(texts: dict[str, str], file_name: str | None = "hello-world.txt", content: bytes = CONTENT) -> bytes:
    parts = [f'Content-Disposition: form-data; name="{key}"\r\n\r\n{text}'.encode() for key, text in texts.items()]
    if file_name is not None:
        head = f'Content-Disposition: form-data; name="fileupload"; filename="{file_name}"\r\n'
        parts.append(head.encode() + b"Content-Type: application/octet-stream\r\n\r\n" + content)
    delimiter = f"--{BOUNDARY}".encode()
    return b"".join(delimiter + b"\r\n" + part + b"\r\n" for part in parts) + delimiter + b"--\r\n"


def upload(sandbox: Sandbox, body: bytes, kind: str = f"multipart/form-data; boundary={BOUNDARY}") -> tuple[int, Any]:
    return ask(sandbox, "POST", FILES, body, {**tokens_of(sandbox), "Content-Type": kind})


def listed(sandbox: Sandbox, query: str = "?distributionType=HTTP") -> list[Any]:
    answer = accepted(ask(sandbox, "GET", FILES + query))
    assert set(answer) == {"AvailableFilesResponse"}
    return list(answer["AvailableFilesResponse"])


def test_a_file_is_uploaded_and_listed(sandbox: Sandbox) -> None:
    assert listed(sandbox) == []
    file = {"fileName": NAME, **TEXTS, "releaseNote": "", "distributionType": "HTTP", "devicePlatformId": "IoT"}
    assert upload(sandbox, form(TEXTS)) == (200, {**file, "launchDate": sandbox.today.isoformat()})
    assert listed(sandbox) == [file]


def test_the_same_without_a_socket(sandbox: Sandbox) -> None:
    headers = {**tokens_of(sandbox), "Content-Type": f'multipart/form-data; boundary="{BOUNDARY}"'}
    assert accepted(ask_mocked(sandbox, "POST", FILES, form(TEXTS), headers))["fileName"] == NAME


def test_the_client_uploads(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "hello-world.txt"
    path.write_bytes(CONTENT)
    with sandbox.client() as client:
        files = client.configuration_files
        uploaded = files.upload_config_file(ACCOUNT, str(path), "1.0", "Verizon", "VZW1", "/VZWFOTA/hello-world.txt")
        (file,) = files.get_list_of_files(ACCOUNT, "HTTP").available_files_response or []
    assert uploaded.file_name == file.file_name == NAME


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("/home/me/hello-world.txt", NAME),
        (r"C:\me\hello-world.txt", NAME),
        ("grüße.txt", "configfile-Verizon_VZW1_grüße.txt"),
        ("a b;c.txt", "configfile-Verizon_VZW1_a b;c.txt"),
    ],
)
def test_the_name_is_that_of_the_file_without_its_folder(sandbox: Sandbox, sent: str, kept: str) -> None:
    assert accepted(upload(sandbox, form(TEXTS, sent)))["fileName"] == kept


@pytest.mark.parametrize("pattern", ["(", '"(', ";", "a=b;", "=?utf-8?q?a?= ", "*0*=a;", "%", "<", "\x00", "[", "é"])
def test_odd_headers_are_taken_or_refused_and_crash_nothing(sandbox: Sandbox, pattern: str) -> None:
    odd = pattern * (3900 // len(pattern.encode()))
    for text in (odd, odd[:200]):
        part = f'Content-Disposition: form-data; name="fileupload"; filename={text}'.encode()
        body = b"--a-boundary\r\n" + part + b"\r\n\r\nx\r\n--a-boundary--\r\n"
        assert upload(sandbox, body)[0] in (200, 400)
        if text.isascii() and "\x00" not in text:
            assert upload(sandbox, form(TEXTS), f"multipart/form-data; boundary={text}")[0] in (200, 400)


def test_texts_may_be_left_out_and_are_not_made_up(sandbox: Sandbox) -> None:
    answer = accepted(upload(sandbox, form({"fileVersion": "1.0"})))
    assert answer["fileName"] == "configfile-hello-world.txt"
    assert {"make", "model", "localTargetPath"} & set(answer) == set()


def test_a_file_of_the_same_name_replaces_the_first(sandbox: Sandbox) -> None:
    accepted(upload(sandbox, form(TEXTS)))
    accepted(upload(sandbox, form({**TEXTS, "fileVersion": "2.0"})))
    accepted(upload(sandbox, form({**TEXTS, "model": "VZW2"})))
    assert [(file["model"], file["fileVersion"]) for file in listed(sandbox)] == [("VZW1", "2.0"), ("VZW2", "1.0")]


@pytest.mark.parametrize("kind", ["LWM2M", "OMD-DM"])
def test_the_filter_is_required_and_holds(sandbox: Sandbox, kind: str) -> None:
    accepted(upload(sandbox, form(TEXTS)))
    assert listed(sandbox, f"?distributionType={kind}") == []
    for query in ("", "?distributionType="):
        assert "distributionType is required" in refused(ask(sandbox, "GET", FILES + query))


MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (form(TEXTS, None), MULTIPART),
        (form(TEXTS, ""), MULTIPART),
        (form(TEXTS, "folder/"), MULTIPART),
        (form(TEXTS, "x" * 257), MULTIPART),
        (form({**TEXTS, "make": "x" * 257}), MULTIPART),
        (form(dict.fromkeys((f"t{number}" for number in range(20)), "x")), MULTIPART),
        (form(TEXTS, "x" * 4096), MULTIPART),
        (form(TEXTS, '";a="' * 100_000), MULTIPART),
        (form(TEXTS), f"{MULTIPART}; {'x' * 4096}=y"),
        (form(TEXTS), "multipart/form-data"),
        (form(TEXTS), "multipart/form-data; boundary=another"),
        (form(TEXTS), f"multipart/mixed; boundary={BOUNDARY}"),
        (form(TEXTS), "application/json"),
        (form(TEXTS)[:-6], MULTIPART),
        (b"--a-boundary\r\nno headers\r\n--a-boundary--", MULTIPART),
        (form(TEXTS).replace(b"Verizon", b"\xff"), MULTIPART),
        (b"", MULTIPART),
        (b"{}", "application/json"),
    ],
)
def test_what_is_no_form_with_a_file_is_refused(sandbox: Sandbox, body: bytes, kind: str) -> None:
    refused(upload(sandbox, body, kind))
    assert listed(sandbox) == []


def test_twenty_parts_are_taken(sandbox: Sandbox) -> None:
    accepted(upload(sandbox, form(dict.fromkeys((f"t{number}" for number in range(19)), "x"))))


def test_an_account_has_a_hundred_files(sandbox: Sandbox) -> None:
    for number in range(100):
        accepted(upload(sandbox, form(TEXTS, f"{number}.txt")))
    assert len(listed(sandbox)) == 100
    assert "100 files" in refused(upload(sandbox, form(TEXTS, "one more.txt")))
    accepted(upload(sandbox, form(TEXTS, "7.txt")))


def test_an_upload_has_a_largest_size(sandbox: Sandbox) -> None:
    room = 16 * 1024 * 1024 - len(form(TEXTS, content=b""))
    assert accepted(upload(sandbox, form(TEXTS, content=b"\n" * room)))["fileName"] == NAME
    assert upload(sandbox, form(TEXTS, content=b"\n" * (room + 1)))[0] == 413


def test_the_content_of_files_is_not_kept(sandbox: Sandbox) -> None:
    tracemalloc.start()
    try:
        for number in range(10):
            accepted(upload(sandbox, form(TEXTS, f"{number}.txt", b"x" * 4_000_000)))
        gc.collect()
        # the record of requests keeps up to 32 MiB
        assert tracemalloc.get_traced_memory()[0] < 38_000_000
    finally:
        tracemalloc.stop()
