"""Forms with a file, as they are on the wire, and what is refused before anything is sent."""

from __future__ import annotations

import codecs
import contextlib
import email
import email.policy
import gzip
import io
import mmap
import os
import re
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path, PureWindowsPath
from typing import Any

import pytest
from werkzeug.formparser import parse_form_data

from fota_sdk.core.multipart import Multipart, UnreadableFileError
from fota_sdk.core.operation import PreparedCall

TEXTS = {"fileVersion": "1.0", "make": "Verizon", "model": "VZW1", "localTargetPath": "/VZWFOTA/hello-world.txt"}
CONTENT = b"hello\r\nworld\n\x00\xff--"


def named(content: bytes = CONTENT, name: Any = "hello-world.txt") -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name  # type: ignore[attr-defined] # as an opened file has it
    return file


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "hello-world.txt"
    path.write_bytes(CONTENT)
    return path


def form_of(file: object, texts: dict[str, Any] | None = None) -> Multipart:
    findings: list[tuple[str, str]] = []
    form = Multipart.of(TEXTS if texts is None else texts, "fileupload", file, findings)
    assert findings == []
    assert form is not None
    return form


def findings_of(file: object, texts: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    findings: list[tuple[str, str]] = [("acc", "was wrong before")]
    assert Multipart.of({} if texts is None else texts, "fileupload", file, findings) is None
    assert findings[0] == ("acc", "was wrong before")
    return findings[1:]


def sent(form: Multipart, size: int = 16384) -> bytes:
    reader = form.open()
    try:
        pieces = list(iter(lambda: reader.read(size), b""))
    finally:
        reader.close()
    assert all(len(piece) <= min(size, 65536) for piece in pieces) or size < 0
    return b"".join(pieces)


def parsed(form: Multipart, size: int = 16384) -> tuple[list[tuple[str, str]], str | None, bytes, str | None]:
    """Return what werkzeug finds in a form: texts, file name, content, and type of the file."""
    body = sent(form, size)
    assert len(body) == form.length
    environ = {
        "REQUEST_METHOD": "POST",
        "wsgi.input": io.BytesIO(body),
        "CONTENT_TYPE": form.content_type,
        "CONTENT_LENGTH": str(form.length),
    }
    _, texts, files = parse_form_data(environ)
    assert list(files) == ["fileupload"]
    with contextlib.closing(files["fileupload"]) as file:
        return list(texts.items(multi=True)), file.filename, file.read(), file.content_type


def test_a_form_on_the_wire_is_this(path: Path) -> None:
    form = form_of(path)
    boundary = form.content_type.removeprefix("multipart/form-data; boundary=")
    assert len(boundary) == 32
    assert (
        sent(form)
        == (
            '--B\r\nContent-Disposition: form-data; name="fileVersion"\r\n\r\n1.0\r\n'
            '--B\r\nContent-Disposition: form-data; name="make"\r\n\r\nVerizon\r\n'
            '--B\r\nContent-Disposition: form-data; name="model"\r\n\r\nVZW1\r\n'
            '--B\r\nContent-Disposition: form-data; name="localTargetPath"\r\n\r\n/VZWFOTA/hello-world.txt\r\n'
            '--B\r\nContent-Disposition: form-data; name="fileupload"; filename="hello-world.txt"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        .replace("--B\r\n", f"--{boundary}\r\n")
        .encode()
        + CONTENT
        + f"\r\n--{boundary}--\r\n".encode()
    )


@pytest.mark.parametrize("size", [1, 7, 16384, 65536, 10**9, -1])
@pytest.mark.parametrize("content", [b"", b"\r\n", CONTENT, b"x" * 65536, os.urandom(200_000)])
def test_a_parser_finds_what_was_put_in(tmp_path: Path, content: bytes, size: int) -> None:
    if size == 1:
        content = content[:1000]
    path = tmp_path / "a file.bin"
    path.write_bytes(content)
    expected = (list(TEXTS.items()), "a file.bin", content, "application/octet-stream")
    assert parsed(form_of(path), size) == expected
    assert parsed(form_of(str(path)), size) == expected
    with path.open("rb") as file:
        assert parsed(form_of(file), size) == expected
    with path.open("rb", buffering=0) as raw:
        assert parsed(form_of(raw), size) == expected
    assert parsed(form_of(named(content, "a file.bin")), size) == expected


def test_another_parser_finds_the_same(path: Path) -> None:
    form = form_of(path)
    head = f"Content-Type: {form.content_type}\r\n\r\n".encode()
    message = email.message_from_bytes(head + sent(form), policy=email.policy.HTTP)
    assert not message.defects
    *texts, file = message.iter_parts()  # type: ignore[attr-defined] # the policy gives an EmailMessage
    assert [(part.get_param("name", header="Content-Disposition"), part.get_content()) for part in texts] == list(
        TEXTS.items()
    )
    assert file.get_filename() == "hello-world.txt"
    assert file.get_content_type() == "application/octet-stream"


def test_a_text_that_is_none_is_not_sent_and_an_empty_one_is(path: Path) -> None:
    form = form_of(path, {"fileVersion": None, "make": "", "model": "ä€😀"})
    assert parsed(form)[0] == [("make", ""), ("model", "ä€😀")]
    assert form.names() == ("make", "model", "fileupload")


@pytest.mark.parametrize(
    ("name", "on_the_wire"),
    [
        ('a"b.txt', 'filename="a%22b.txt"'),
        ("a\r\nX-Evil: 1\r\n\r\n.txt", 'filename="a%0D%0AX-Evil: 1%0D%0A%0D%0A.txt"'),
        ("a%22b.txt", 'filename="a%22b.txt"'),
        ("größe 😀.bin", 'filename="größe 😀.bin"'),
        ("a;b='c'.txt", "filename=\"a;b='c'.txt\""),
        ("/home/somebody/secret place/config.txt", 'filename="config.txt"'),
        ("C:\\Users\\somebody\\config.txt", 'filename="config.txt"'),
        ("\\\\server\\share\\config.txt", 'filename="config.txt"'),
        ("C:\\Users/somebody\\x/config.txt", 'filename="config.txt"'),
        (b"/folder/config.txt", 'filename="config.txt"'),
        (Path("folder/config.txt"), 'filename="config.txt"'),
        (PureWindowsPath("C:/Users/config.txt"), 'filename="config.txt"'),
    ],
)
def test_only_the_last_part_of_a_name_is_sent_and_it_stays_inside_of_its_quotes(name: Any, on_the_wire: str) -> None:
    body = sent(form_of(named(name=name)))
    assert f'name="fileupload"; {on_the_wire}\r\nContent-Type'.encode() in body
    assert b"somebody" not in body


@pytest.mark.skipif(sys.platform == "win32", reason="there a backslash divides folders")
def test_a_backslash_in_the_name_of_a_file_on_disk_divides_too(tmp_path: Path) -> None:
    path = tmp_path / "C:\\config.txt"
    path.write_bytes(CONTENT)
    assert parsed(form_of(path))[1] == "config.txt"


def test_each_form_has_a_boundary_of_its_own_and_each_attempt_the_same_bytes(path: Path) -> None:
    form, other = form_of(path), form_of(path)
    assert form.content_type != other.content_type
    assert sent(form) == sent(form, 3) == sent(form, -1)


def test_a_file_is_sent_from_where_it_stands_each_time_and_stands_there_afterwards() -> None:
    file = named(b"skipped" + CONTENT)
    file.seek(7)
    form = form_of(file)
    assert file.tell() == 7
    for _ in range(2):
        reader = form.open()
        reader.read(700)
        reader.close()
        assert file.tell() == 7
        assert parsed(form)[2] == CONTENT
    assert file.tell() == 7
    assert not file.closed


def test_a_closed_body_is_at_its_end_and_leaves_the_file_alone(path: Path) -> None:
    file = named()
    for form in (form_of(file), form_of(path)):
        reader = form.open()
        reader.close()
        file.seek(3)
        reader.close()
        assert reader.read() == reader.read(5) == b""
        assert file.tell() == 3
        file.seek(0)


def test_a_relative_path_is_the_same_file_in_each_attempt(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(path.parent)
    form = form_of(path.name)
    monkeypatch.chdir("/")
    assert parsed(form)[2] == CONTENT


def test_files_of_other_kinds_are_taken(tmp_path: Path) -> None:
    with tempfile.NamedTemporaryFile() as temporary:
        temporary.write(CONTENT)
        temporary.seek(0)
        assert parsed(form_of(temporary))[1:3] == (Path(temporary.name).name, CONTENT)
    with tempfile.SpooledTemporaryFile() as spooled:
        spooled.write(CONTENT)
        spooled.seek(0)
        assert findings_of(spooled)[0][1].startswith("must have a name")
    packed = tmp_path / "config.gz"
    packed.write_bytes(gzip.compress(CONTENT))
    with gzip.open(packed) as file:
        assert parsed(form_of(file))[2] == CONTENT
    with (tmp_path / "both.txt").open("w+b") as file:
        file.write(CONTENT)
        file.seek(0)
        assert parsed(form_of(file))[2] == CONTENT


def pipe() -> Any:
    read, write = os.pipe()
    os.close(write)
    return os.fdopen(read, "rb")


def closed() -> Any:
    file = named()
    file.close()
    return file


def at_its_end() -> Any:
    file = named()
    file.read()
    return file


def beyond_its_end() -> Any:
    file = named(b"")
    file.seek(5)
    return file


def of_a_socket() -> Any:
    with socket.socket() as sock:
        return sock.makefile("rb")


def write_only() -> Any:
    return Path(os.devnull).open("wb")


def memory_map() -> Any:
    return mmap.mmap(-1, 10)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: None, "^is required$"),
        (lambda: b"content", "got bytes"),
        (lambda: bytearray(b"content"), "got bytearray"),
        (lambda: 3, "got int"),
        (lambda: ["a"], "got list"),
        (lambda: "", "folder"),
        (lambda: "no/such/file", "FileNotFoundError"),
        (lambda: "nul\0nul", "null"),
        (lambda: "lone\ud800", "surrogates"),
        (lambda: "x" * 5000, "File name too long"),
        (lambda: os.curdir, "folder"),
        (lambda: os.devnull, "no regular file"),
        (lambda: io.StringIO("text"), "binary mode"),
        (lambda: codecs.getreader("utf-8")(io.BytesIO(b"text")), "binary mode"),
        (pipe, "seek"),
        (closed, "closed file"),
        (at_its_end, r"seek\(0\)"),
        (beyond_its_end, r"seek\(0\)"),
        (of_a_socket, "seek"),
        (write_only, "UnsupportedOperation: read"),
        (lambda: io.BytesIO(CONTENT), "must have a name"),
        (lambda: named(name=3), "must have a name"),
        (lambda: named(name=None), "must have a name"),
        (lambda: named(name=""), "must have a name"),
        (lambda: named(name="folder\\"), "must have a name"),
        (lambda: named(name="\udcff.txt"), "surrogates"),
        (memory_map, "must have a name"),
    ],
)
def test_what_is_no_file_that_can_be_sent_is_found(make: Callable[[], Any], message: str) -> None:
    file = make()
    try:
        [(place, found)] = findings_of(file)
    finally:
        if hasattr(file, "close"):
            file.close()
    assert place == "fileupload"
    assert re.search(message, found), found
    assert len(found) < 300


def test_a_text_file_is_found_also_where_its_encoding_would_fit(path: Path) -> None:
    with path.open(encoding="latin-1") as file:
        assert "binary mode" in findings_of(file)[0][1]
    with tempfile.NamedTemporaryFile("w+") as file:
        assert "binary mode" in findings_of(file)[0][1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are found on POSIX only")
def test_a_named_pipe_is_not_opened_which_would_take_forever(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "no regular file" in findings_of(tmp_path / "pipe")[0][1]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_found(path: Path) -> None:
    path.chmod(0)
    assert "PermissionError" in findings_of(path)[0][1]


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "\0", "\x7f", "\x85", "\ud800"])
def test_texts_that_no_form_should_hold_are_found(path: Path, text: str) -> None:
    what = "must not hold control characters or lone surrogates"
    assert findings_of(path, {"make": text, "model": "fine"}) == [("make", what)]


@pytest.mark.parametrize("value", [1, 0, False, b"x", [], {}])
def test_a_text_of_another_type_is_found(path: Path, value: object) -> None:
    assert findings_of(path, {"make": value}) == [("make", f"must be a str, got {type(value).__name__}")]


def test_all_is_found_at_once() -> None:
    places = [place for place, _ in findings_of(None, {"fileVersion": 1, "make": "\n", "model": None})]
    assert places == ["fileVersion", "make", "fileupload"]


def test_to_look_at_a_file_leaves_nothing_open_and_moves_nothing(path: Path) -> None:
    file = named()
    file.seek(2)
    form_of(path)
    form_of(file)
    findings_of(file, {"make": 1})
    assert file.tell() == 2
    path.unlink()  # which an open file would prevent on Windows


class Changing(io.BytesIO):
    """A file that does something at a certain read."""

    name = "config.bin"

    def __init__(self, content: bytes, at: int, act: Callable[[Changing], Any]) -> None:
        super().__init__(content)
        self.reads, self.at, self.act = 0, at, act

    def read(self, size: int | None = -1, /) -> bytes:
        if size == 0:
            return b""
        self.reads += 1
        if self.reads == self.at:
            result = self.act(self)
            if not isinstance(result, int):
                return result  # type: ignore[no-any-return] # what is wrong is the point
        return super().read(size)


def grow(file: Changing) -> int:
    position = file.tell()
    file.seek(0, os.SEEK_END)
    file.write(b"more")
    return file.seek(position)


def fail(error: Exception) -> Callable[[Changing], Any]:
    def act(file: Changing) -> Any:
        raise error

    return act


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda file: file.truncate(70_000), "130000 are missing"),
        (grow, "it has more now"),
        (lambda file: b"x" * 10**6, "no bytes, or too many"),
        (lambda file: None, "no bytes, or too many"),
        (lambda file: "text", "no bytes, or too many"),
        (fail(BrokenPipeError("pipe")), "BrokenPipeError: pipe"),
        (fail(TimeoutError("share")), "TimeoutError: share"),
        (fail(EOFError()), "EOFError"),
        (fail(ValueError("I/O operation on closed file")), "closed file"),
    ],
)
def test_a_file_that_changes_never_becomes_a_whole_form(act: Callable[[Changing], Any], why: str) -> None:
    form = form_of(Changing(b"x" * 200_000, 2, act))
    reader = form.open()
    pieces: list[bytes] = []
    with pytest.raises(UnreadableFileError, match=why) as caught:
        pieces += iter(lambda: reader.read(70_000), b"")
    reader.close()
    body = b"".join(pieces)
    assert len(body) < form.length
    assert not body.endswith(b"--\r\n")
    assert caught.value.errno is None  # some of which urllib3 takes for a response that may have come
    assert "'config.bin' no longer gives the 200000 bytes" in str(caught.value)


def test_a_file_that_changed_between_two_attempts_is_not_begun(path: Path) -> None:
    form = form_of(path)
    path.write_bytes(CONTENT + b"!")
    with pytest.raises(UnreadableFileError, match=f"no longer gives the {len(CONTENT)} bytes .*it has"):
        form.open()
    path.unlink()
    with pytest.raises(UnreadableFileError, match="FileNotFoundError"):
        form.open()
    path.write_bytes(CONTENT)
    assert parsed(form)[2] == CONTENT


def test_a_form_shows_names_and_sizes_and_no_content(path: Path) -> None:
    form = form_of(path)
    assert repr(form) == (
        f"<Multipart fileVersion, make, model, localTargetPath, fileupload ('hello-world.txt', {len(CONTENT)} bytes; "
        f"{form.length} in all)>"
    )
    assert len(repr(form_of(named(name="x" * 10_000 + "\n")))) < 200
    prepared = PreparedCall("POST", "https://example.com/" + "x" * 5000, form=form)
    assert repr(form) in repr(prepared)
    assert len(repr(prepared)) < 1000
