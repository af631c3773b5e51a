from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from fota_sdk import ConfigurationError, FotaClient
from tests.conftest import ACCOUNT, CAMPAIGN_ID
from tests.loopback import LoopbackServer, answer

pytestmark = pytest.mark.fuzz

VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
many = settings(derandomize=True, max_examples=200, deadline=None)


@many
@given(st.text(min_size=1), st.sampled_from(["\r\n", "\n", "\r", "\0", " ", "\t", "\x7f", "é", "\u2028"]), st.text())
def test_a_token_with_anything_but_visible_ascii_is_refused_unseen(before: str, inside: str, after: str) -> None:
    for name in ("api_token", "session_token"):
        with pytest.raises(ConfigurationError) as caught:
            FotaClient(**{"api_token": "a", "session_token": "b", name: f"canary{before}{inside}{after}"})
        assert "canary" not in str(caught.value)


def test_a_token_of_visible_ascii_is_one_header_and_adds_no_other() -> None:
    @many
    @given(st.text(VISIBLE, min_size=1), st.text(VISIBLE, min_size=1))
    def check(api_token: str, session_token: str) -> None:
        with FotaClient(base_url=server.url, api_token=api_token, session_token=session_token) as client:
            client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
        request = server.requests[-1]
        assert request.header("Authorization") == f"Bearer {api_token}"
        assert request.header("VZ-M2M-Token") == session_token
        names = sorted(name.lower() for name, _ in request.headers)
        assert names == ["accept", "accept-encoding", "authorization", "host", "user-agent", "vz-m2m-token"]

    with LoopbackServer(answer({"id": "x"})) as server:
        check()
