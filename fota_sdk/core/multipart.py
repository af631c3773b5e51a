"""A multipart/form-data body (RFC 7578) that is read from its file while it is sent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, Any, NamedTuple

from fota_sdk.core.codec import HALF_A_CHARACTER, UNPRINTABLE, UNSENDABLE, is_unicode
from fota_sdk.core.fields import Findings
from fota_sdk.exceptions import clip

FileSource = str | os.PathLike[str] | IO[bytes]

_PIECE = 65536
_LONGEST_SHOWN = 100
_QUOTED = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})  # as browsers do; servers agree on nothing else
_FILE = "must be the path of a file, or a file that is open in binary mode and can seek"


class UnreadableFileError(OSError):
    """A file does not give what it promised when the call was made; the message says why."""


class _File(NamedTuple):
    """A file as it was when the call was made: its path or the caller's open file, and what is sent of it."""

    source: Path | IO[bytes]
    name: str
    start: int
    size: int

    def unreadable(self, why: str) -> UnreadableFileError:
        name = clip(repr(self.name), _LONGEST_SHOWN)
        return UnreadableFileError(f"the file {name} no longer gives the {self.size} bytes it had before ({why})")


class Multipart:
    """A form of texts and one file, which begins anew for each attempt and never stands in memory as a whole.

    Attributes:
        content_type: The ``Content-Type`` header.
        length: The ``Content-Length`` header: how many bytes each attempt sends.
    """

    def __init__(self, texts: Mapping[str, str], key: str, file: _File) -> None:
        boundary = os.urandom(16).hex()
        head = f"--{boundary}\r\nContent-Disposition: form-data; name="
        parts = [f'{head}"{_quote(name)}"\r\n\r\n{text}\r\n' for name, text in texts.items()]
        parts.append(f'{head}"{_quote(key)}"; filename="{_quote(file.name)}"\r\n')
        parts.append("Content-Type: application/octet-stream\r\n\r\n")
        self._names = (*texts, key)
        self._begin, self._file, self._end = "".join(parts).encode(), file, f"\r\n--{boundary}--\r\n".encode()
        self.content_type = f"multipart/form-data; boundary={boundary}"
        self.length = len(self._begin) + file.size + len(self._end)

    @classmethod
    def of(cls, texts: Mapping[str, object], key: str, file: object, findings: Findings) -> Multipart | None:
        """Return a form; None where something is certainly wrong with it.

        Args:
            texts: Texts by their keys in the form; None is not sent.
            key: Key of the file.
            file: Path of a file, which is opened for each attempt and closed after it; or a seekable binary file, of
                which all from its present position on is sent. That stays open, and is put back to that position
                after each attempt, so that the same call can be made again. It serves one call at a time.
            findings: Takes what is wrong.
        """
        known = len(findings)
        given: dict[str, Any] = {name: text for name, text in texts.items() if text is not None}
        for name, text in given.items():
            if not isinstance(text, str):
                findings.append((name, f"must be a str, got {type(text).__name__}"))
            elif UNPRINTABLE.search(text):
                findings.append((name, UNSENDABLE))
        checked = _check(file)
        if isinstance(checked, str):
            findings.append((key, checked))
        return cls(given, key, checked) if isinstance(checked, _File) and len(findings) == known else None

    def __repr__(self) -> str:
        names, file = clip(", ".join(self._names), 60), clip(repr(self._file.name), 60)
        return f"<Multipart {names} ({file}, {self._file.size} bytes; {self.length} in all)>"

    def names(self) -> tuple[str, ...]:
        """Return the keys of the parts, in the order in which they are sent."""
        return self._names

    def open(self) -> FormReader:
        """Return the body from its beginning; it is to be closed.

        Raises:
            UnreadableFileError: The file is gone, or has another size.
        """
        return FormReader(self._begin, self._file, self._end)


class FormReader:
    """The bytes of a form, to be read once."""

    def __init__(self, begin: bytes, file: _File, end: bytes) -> None:
        self._begin, self._file, self._end = BytesIO(begin), file, BytesIO(end)
        self._left = file.size
        self._stream: IO[bytes] | None = None
        try:
            self._stream = file.source.open("rb", buffering=0) if isinstance(file.source, Path) else file.source
            size = _end_of(self._stream, file.start) - file.start
            if size != file.size:
                raise ValueError(f"it has {size} now")
        except Exception as error:
            self.close()
            raise file.unreadable(_reason(error)) from error

    def read(self, size: int = -1) -> bytes:
        """Return up to so many bytes, all by default; none at the end.

        Raises:
            UnreadableFileError: The file became shorter or longer. What was read lacks the end of the form by then, so
                that nothing takes it for the whole.
        """
        if size < 0:
            return b"".join(iter(partial(self.read, _PIECE), b""))
        return self._begin.read(size) or self._read_file(min(size, self._left, _PIECE)) or self._end.read(size)

    def close(self) -> None:
        """Let the file go; nothing is left to be read."""
        self._begin = self._end = BytesIO()
        self._left = 0
        stream, self._stream = self._stream, None
        if stream is None:
            return
        if isinstance(self._file.source, Path):
            stream.close()
        else:
            with suppress(Exception):  # the caller has closed it
                stream.seek(self._file.start)

    def _read_file(self, wanted: int) -> bytes:
        if wanted == 0 or self._stream is None:
            return b""
        try:
            piece = self._stream.read(wanted)
            if piece == b"":
                raise ValueError(f"{self._left} are missing")
            if not isinstance(piece, bytes) or len(piece) > wanted:
                raise ValueError("read(size) gives no bytes, or too many")
            self._left -= len(piece)
            if self._left == 0 and self._stream.read(1) != b"":
                raise ValueError("it has more now")
        except Exception as error:  # a file of the caller's may raise anything
            raise self._file.unreadable(_reason(error)) from error
        return piece


def _check(file: Any) -> _File | str:
    """Return a file, or what is certainly wrong with it."""
    if file is None:
        return "is required"
    is_path = isinstance(file, (str, os.PathLike))
    if not is_path and not hasattr(file, "read"):
        return f"{_FILE}; got {type(file).__name__}"
    try:
        checked = _check_path(Path(file)) if is_path else _check_stream(file)
    except Exception as error:  # noqa: BLE001 - a file of the caller's may raise anything
        what = clip(repr(file), _LONGEST_SHOWN) if is_path else type(file).__name__
        return f"{_FILE}; got {what} ({_reason(error)})"
    if checked.name == "":
        return "must have a name, as a file has that was opened by its path; file.name = '...' gives it one"
    return checked if is_unicode(checked.name) else f"its name {HALF_A_CHARACTER}"


def _check_path(path: Path) -> _File:
    path = path.absolute()  # the program may go to another folder between two attempts
    if path.exists() and not path.is_file():
        raise ValueError("a folder" if path.is_dir() else "no regular file")  # opening a named pipe may take forever
    with path.open("rb", buffering=0) as stream:
        return _File(path, _base_name(path), 0, _end_of(stream, 0))


def _check_stream(stream: Any) -> _File:
    if not isinstance(stream.read(0), bytes):
        raise ValueError("not opened in binary mode, as by open(path, 'rb')")
    start = stream.tell()
    end = _end_of(stream, start)
    if 0 < start >= end:
        raise ValueError("at its end, so that nothing of it would be sent; seek(0) goes to its beginning")
    return _File(stream, _base_name(getattr(stream, "name", None)), start, end - start)


def _end_of(stream: IO[bytes], start: int) -> int:
    """Return the position of a file's end, and go to its start."""
    stream.seek(0, os.SEEK_END)
    end = stream.tell()  # not every file returns it from seek
    stream.seek(start)
    return end


def _base_name(name: Any) -> str:
    if not isinstance(name, (str, bytes, os.PathLike)):  # none, or the number of an open file
        return ""
    return Path(os.fsdecode(name)).name.rpartition("\\")[2]  # of a path of Windows, also elsewhere


def _quote(name: str) -> str:
    return name.translate(_QUOTED)


def _reason(error: Exception) -> str:
    text = (error.strerror if isinstance(error, OSError) else None) or str(error)
    own = type(error) is ValueError and text != ""
    return clip(text if own else f"{type(error).__name__}: {text}", _LONGEST_SHOWN)
