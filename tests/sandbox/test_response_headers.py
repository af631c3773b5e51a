"""Headers of a response that `fail_next` gives, over HTTP and behind a mock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fota_sdk import FotaClient, RateLimitError
from fota_sdk.exceptions import ApiError, RedirectError
from fota_sdk.sandbox import Sandbox
from tests.conftest import ACCOUNT, CAMPAIGN_ID


@pytest.fixture(params=["http", "mocked"])
def client(request: pytest.FixtureRequest, sandbox: Sandbox) -> Iterator[FotaClient]:
    if request.param == "http":
        with sandbox.client(max_attempts=1) as client:
            yield client
    else:
        with sandbox.mocked(), sandbox.client(max_attempts=1) as client:
            yield client


def failing(client: FotaClient) -> ApiError:
    with pytest.raises(ApiError) as caught:
        client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
    return caught.value


def test_it_says_when_to_come_back(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.fail_next(429, headers={"Retry-After": "7"})
    error = failing(client)
    assert isinstance(error, RateLimitError)
    assert error.retry_after == 7


def test_it_says_where_to_go(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.fail_next(302, headers={"Location": "https://example.com/"})
    error = failing(client)
    assert isinstance(error, RedirectError)
    assert error.location == "https://example.com/"


def test_it_has_them_in_place_of_its_own(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.fail_next(500, "<html>", headers={"content-type": "text/html", "x-request-id": "5"})
    error = failing(client)
    assert error.headers is not None
    assert (error.headers["Content-Type"], error.request_id) == ("text/html", "5")


def test_each_of_several_responses_has_them_and_the_next_one_has_not(sandbox: Sandbox, client: FotaClient) -> None:
    sandbox.fail_next(429, times=2, headers={"Retry-After": "1"})
    assert [failing(client).retry_after for _ in range(3)] == [1, 1, None]
