"""Configuration files: what is known of them is kept, their content is not."""

from __future__ import annotations

import re
import threading
from email import policy
from email.message import Message
from email.parser import HeaderParser
from typing import TYPE_CHECKING

from fota_sdk.sandbox.accounts import PerAccount
from fota_sdk.sandbox.messages import Json, Request, refuse

if TYPE_CHECKING:
    from fota_sdk.sandbox.clock import Clock
    from fota_sdk.sandbox.messages import Handler

MOST_FILES = 100
"""The service's description lists no more."""

_MOST_OF_ALL = 10_000
_MOST_PARTS = 20
_LONGEST_HEAD = 4096
_LONGEST_TEXT = 256
_TEXTS = ("fileVersion", "make", "model", "localTargetPath")
_FOLDER_END = re.compile(r"[/\\]")
_NOT_LISTED = ("launchDate",)


class Files:
    """The configuration files of all accounts, for any number of threads.

    Args:
        clock: Which day it is.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._files: PerAccount[dict[str, Json]] = PerAccount(dict)
        self._kept = 0
        self._lock = threading.Lock()

    def upload(self, account: str, request: Request) -> Json:
        """Keep a file, in the place of one of the same make, model and name."""
        uploaded_name, texts = _read_form(request)
        names = [texts[key] for key in ("make", "model") if texts.get(key, "") != ""]
        file_name = "configfile-" + "_".join([*names, uploaded_name])
        file = {
            "fileName": file_name,
            "launchDate": self._clock.now().date().isoformat(),
            "releaseNote": "",
            "distributionType": "HTTP",
            "devicePlatformId": "IoT",
            **texts,
        }
        with self._lock:
            files = self._files.change(account)
            if file_name not in files:
                if len(files) >= MOST_FILES or self._kept >= _MOST_OF_ALL:
                    raise refuse(f"The sandbox keeps {MOST_FILES} files of an account at most, {_MOST_OF_ALL} in all.")
                self._kept += 1
            files[file_name] = file
        return file

    def read(self, account: str, distribution_type: str | None) -> Json:
        """Return the files for one kind of delivery; all that are uploaded are for HTTP."""
        if distribution_type in (None, ""):
            raise refuse("distributionType is required.")
        with self._lock:
            files = list(self._files.read(account).values())
        listed = [{key: value for key, value in file.items() if key not in _NOT_LISTED} for file in files]
        return {"AvailableFilesResponse": [file for file in listed if file["distributionType"] == distribution_type]}

    def has_any(self, account: str) -> bool:
        """Return whether an account has files."""
        with self._lock:
            return self._files.read(account) != {}

    def find(self, account: str, file_name: str) -> Json | None:
        """Return a file; None where it was not uploaded."""
        with self._lock:
            return self._files.read(account).get(file_name)


def _read_form(request: Request) -> tuple[str, dict[str, str]]:
    """Return the name of the uploaded file, and the texts beside it."""
    header = _headers(f"Content-Type: {request.headers.get('content-type', '')}")
    boundary = header.get_boundary("")
    if header.get_content_type() != "multipart/form-data" or boundary == "":
        raise refuse("The body must be multipart/form-data.")
    name: str | None = None
    texts: dict[str, str] = {}
    for head, content in _parts(request.body, boundary.encode()):
        disposition = _headers(head.decode("utf-8", "replace"))
        key = disposition.get_param("name", header="content-disposition")
        if key == "fileupload":
            # The vendor's SDK sends the whole path.
            name = _FOLDER_END.split(disposition.get_filename(""))[-1]
        elif key in _TEXTS:
            texts[str(key)] = _text(str(key), content)
    if name is None or name in ("", ".", "..") or len(name) > _LONGEST_TEXT:
        raise refuse(f"fileupload is required: a file with a name of at most {_LONGEST_TEXT} characters.")
    return name, texts


def _parts(body: bytes, boundary: bytes) -> list[tuple[bytes, bytes]]:
    """Return headers and content of each part; a parser of whole messages would split a large file into lines."""
    delimiter = b"\r\n--" + boundary
    pieces = (b"\r\n" + body).split(delimiter, _MOST_PARTS + 2)
    if len(pieces) > _MOST_PARTS + 2:
        raise refuse(f"The form has more than {_MOST_PARTS} parts.")
    if len(pieces) < 3 or not pieces[-1].startswith(b"--"):
        raise refuse("The form does not end with its boundary.")
    parts = []
    for piece in pieces[1:-1]:
        head, blank_line, content = piece.partition(b"\r\n\r\n")
        if blank_line == b"":
            raise refuse("A part of the form has no headers.")
        parts.append((head.lstrip(), content))
    return parts


def _text(key: str, content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise refuse(f"{key} is not UTF-8.") from None
    if len(text) > _LONGEST_TEXT:
        raise refuse(f"{key} has more than {_LONGEST_TEXT} characters.")
    return text


def _headers(text: str) -> Message:
    if len(text) > _LONGEST_HEAD:  # the parser takes its time for long ones
        raise refuse(f"The headers of a form have {_LONGEST_HEAD} characters at most.")
    # The newer policies parse recursively, and keep no backslash that is not doubled: browsers and urllib3 double none.
    return HeaderParser(policy=policy.compat32).parsestr(text)


def handlers(files: Files) -> dict[str, Handler]:
    """Return the handlers of the operations on configuration files, by their names."""
    return {
        "v2.upload_config_file": lambda call: files.upload(call.account, call.request),
        "v2.get_list_of_files": lambda call: files.read(call.account, call.query.get("distributionType")),
    }
