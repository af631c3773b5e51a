"""A record that is damaged, or that a full disk kept from being written, is never taken for none."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.docs.scheduling import DONE, FAILED, LOOK, NO_PROOF, RECORD, other_campaign, run, schedules

pytestmark = pytest.mark.pages


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"\xff\xfe", b"null", b"[]", b"{}", b"5", b'{"marker": "0a1b2c3d"}', b'{"campaign": null}'),
        *(
            b'{"marker": "", "campaign": null}',
            b'{"marker": " ", "campaign": null}',
            b'{"marker": "o", "campaign": null}',
        ),
        *(b'{"marker": null, "campaign": null}', b'{"marker": [], "campaign": null}'),
        *(b'{"marker": "0a1b2c3d", "campaign": ""}', b'{"marker": "0a1b2c3d", "campaign": 0}'),
        *(b'{"marker": "0a1b2c3d", "campaign": false}', b'{"marker": "0a1b2c3d", "campaign": {}}'),
        *(b'{"marker": "0a1b2c3d", "campaign": "no id"}', b'{"marker": "0a1b2c3d", "campaign": null'),
        f'{{"marker": "0a1b2c3d", "campaign": "{CAMPAIGN_ID}"}}'.encode(),
    ],
)
def test_a_record_that_cannot_be_used_is_never_taken_for_none(
    folder: Path, fota_sandbox: Sandbox, content: bytes
) -> None:
    with fota_sandbox.client() as client:  # what a careless look would take for the one
        client.campaigns_v3.schedule_campaign_firmware_upgrade(
            ACCOUNT, {**other_campaign(fota_sandbox.today), "campaignName": "o ther"}
        )
    RECORD.write_bytes(content)
    ended = run()
    assert ended.code == LOOK
    assert ended.err.endswith(f"{NO_PROOF}\n")
    assert RECORD.read_bytes() == content
    assert schedules(fota_sandbox) == 1


def test_a_record_that_must_not_be_read_is_never_taken_for_none(folder: Path, fota_sandbox: Sandbox) -> None:
    RECORD.mkdir()  # for anybody, root included
    assert run().code == LOOK
    assert schedules(fota_sandbox) == 0


@pytest.mark.parametrize(
    ("failing", "codes", "campaigns"),
    [
        ("the record", [FAILED, DONE, DONE], 1),
        ("its folder", [LOOK, LOOK, LOOK], 0),  # nothing was sent, but the record does not know
        ("the id", [LOOK, DONE, DONE], 1),
        ("the folder of the id", [LOOK, DONE, DONE], 1),
    ],
)
def test_a_full_disk_costs_no_second_campaign(
    folder: Path,
    fota_sandbox: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    failing: str,
    codes: list[int],
    campaigns: int,
) -> None:
    left = ["the record", "its folder", "the id", "the folder of the id"].index(failing)
    really = os.fsync

    def fsync(descriptor: int) -> None:
        nonlocal left
        left -= 1
        if left == -1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        really(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    first = run()
    assert "No space left" in first.err
    assert [first.code, run().code, run().code] == codes
    assert schedules(fota_sandbox) == campaigns
