"""The text of a response's body: in which charset it is written, and what of it can be read."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping

from fota_sdk.core.fork import late_imports

_NAMED = re.compile(r""";\s*charset\s*=\s*["']?([\w.:+-]{1,40})""", re.ASCII | re.IGNORECASE)
# Text encodings to Python that are no charset of a response: slow ones, escapes, what each machine has another of, and
# the two that need a byte order mark, which the first bytes would have shown.
_NO_CHARSETS = frozenset(
    {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-16", "utf-32"}
)


def read_text(content: bytes, headers: Mapping[str, str], *, is_cut: bool = False) -> tuple[str, bool]:
    """Return the text of a body, and whether it is text from end to end; what is not appears as U+FFFD.

    Args:
        content: The body. Its first bytes tell UTF-8, UTF-16 and UTF-32 apart, as a JSON parser does it.
        headers: What came with it; the charset of their Content-Type is used where the body is none of the three.
        is_cut: Whether the body went on, so that half a character at its end is no fault.
    """
    charset: str = json.detect_encoding(content)
    try:
        return _decode(content, charset, "strict", is_cut), True
    except UnicodeDecodeError:
        named = _named_charset(headers.get("Content-Type", ""))
    if named is not None:
        charset = named
        try:
            return _decode(content, charset, "strict", is_cut), True
        except UnicodeDecodeError:
            pass
    return _decode(content, charset, "replace", is_cut), False


def _decode(content: bytes, charset: str, errors: str, is_cut: bool) -> str:
    if is_cut:
        return codecs.getincrementaldecoder(charset)(errors).decode(content)
    return content.decode(charset, errors)


def _named_charset(content_type: str) -> str | None:
    """Return the charset that a Content-Type names; None where it names none that Python has."""
    match = _NAMED.search(content_type)
    if match is None:
        return None
    try:
        with late_imports:  # Python's codecs are modules
            charset = codecs.lookup(match[1]).name
            b"?".decode(charset, "replace")  # a LookupError where it makes no text of bytes, such as "hex"
    except (LookupError, UnicodeError):
        return None
    return None if charset in _NO_CHARSETS else charset
