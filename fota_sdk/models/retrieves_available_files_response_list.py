from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model
from fota_sdk.models.retrieves_available_files_response import RetrievesAvailableFilesResponse


@dataclass(slots=True, eq=False, repr=False)
class RetrievesAvailableFilesResponseList(Model):
    """The files that a campaign can send (V2). It is read from a bare array too."""

    _array_key: ClassVar[str | None] = "AvailableFilesResponse"

    available_files_response: list[RetrievesAvailableFilesResponse] | None = wire("AvailableFilesResponse")
    """The files."""
