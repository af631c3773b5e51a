"""What a look before the start has found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """Something that speaks against starting a roll-out.

    Attributes:
        is_error: Whether it must be mended first; otherwise it is for a person to judge.
        account: The account that it is about; None where it is about all.
        text: What it is, with how many devices and one of them, and what to do.
        devices: The devices that it is about.
    """

    is_error: bool
    account: str | None
    text: str
    devices: tuple[str, ...] = ()

    def __str__(self) -> str:
        whom = "" if self.account is None else f"{self.account}: "
        return f"{'error' if self.is_error else 'warning'}: {whom}{self.text}"
