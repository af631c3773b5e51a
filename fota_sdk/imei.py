"""What an IMEI is, and what keeps a text from being one."""

from __future__ import annotations

import re

from fota_sdk.exceptions import number_of

DIGITS = 15
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E\+?\d+", re.IGNORECASE)
_ALMOST = re.compile(r"""\s*["']?(?:\d{14,16}|\d(?:[.,]\d+)?E\+?\d+)["']?\s*""", re.IGNORECASE)
# Every second digit counts twice, and the two digits of what becomes ten or more are added up.
_SINGLE = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLE = bytes.maketrans(b"0123456789", bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))
_IS_WRONG = bytes(total % 10 != 0 for total in range(256))


def fault_of(device: str) -> str:
    """Return what keeps a text from being an IMEI; nothing where it is one."""
    if len(device) == DIGITS and device.isascii() and device.isdigit():
        return ""
    if device != device.strip():
        return "has white space around it"
    if device.isascii() and device.isdigit():
        return f"has {number_of(len(device), 'digit')}; an IMEI has {DIGITS}"
    if _SCIENTIFIC.fullmatch(device):
        return "is a rounded number: a spreadsheet took it for one, and its digits are lost; format the column as text"
    return f"holds something that is no digit; an IMEI has {DIGITS} digits"


def could_be_meant(text: str) -> bool:
    """Return whether a text is an IMEI or close to one: in quotes, rounded, a digit short or over."""
    return _ALMOST.fullmatch(text) is not None


def wrong_check_digits(digits: bytes) -> bytes:
    """Return for each IMEI of a row of them 1 where its check digit (Luhn) is wrong, else 0.

    A column of digits is one large number with a byte for each IMEI. So all totals are added up at once; none is over
    15 x 9 = 135, so none runs over into its neighbour.
    """
    totals = 0
    for column in range(DIGITS):
        counted = digits[column::DIGITS].translate(_DOUBLE if column % 2 == 1 else _SINGLE)
        totals += int.from_bytes(counted, "little")
    return totals.to_bytes(len(digits) // DIGITS, "little").translate(_IS_WRONG)
