"""What each of the 53 operations puts on the wire, and what it refuses before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

import fota_sdk
from fota_sdk import FotaClient, ValidationError
from tests.loopback import Connection, LoopbackServer, Request, answer
from tests.unit.operations import LEFT_OUT, WITHOUT_UPLOAD, Facts, each_without_upload, facts_of
from tests.unit.test_paths import REFUSED, SEGMENTS, Number, Protocol

WITH_BODY = [facts for facts in WITHOUT_UPLOAD if facts.body is not None]
each_with_body = pytest.mark.parametrize("facts", WITH_BODY, ids=str)
each_with_query = pytest.mark.parametrize("facts", [facts for facts in WITHOUT_UPLOAD if facts.in_query], ids=str)
PUT_WITHOUT_BODY = {"v2.enable_device_logging", "v3.report_device_firmware"}


class Service:
    """A server that answers each operation as the facts show it."""

    def __init__(self) -> None:
        self._given: Any = None
        self.server = LoopbackServer(self._answer)

    def _answer(self, request: Request, connection: Connection) -> None:
        answer(self._given)(request, connection)

    def expect(self, facts: Facts) -> None:
        self._given = facts.answer
        self.server.requests.clear()

    @property
    def requests(self) -> list[Request]:
        return self.server.requests


@pytest.fixture(scope="module")
def started() -> Iterator[Service]:
    service = Service()
    with service.server:
        yield service


@pytest.fixture
def service(started: Service, request: pytest.FixtureRequest) -> Service:
    started.expect(request.getfixturevalue("facts"))
    return started


@pytest.fixture
def local(started: Service) -> Iterator[FotaClient]:
    with FotaClient(api_token="api-token", session_token="session-token", base_url=started.server.url) as client:
        yield client


def sent(service: Service) -> Request:
    (request,) = service.requests
    service.requests.clear()
    return request


# what is sent


@each_without_upload
def test_the_example_call_sends_exactly_the_request_of_the_facts(
    local: FotaClient, service: Service, facts: Facts
) -> None:
    facts.call(local)
    request = sent(service)
    assert (request.method, request.target) == (facts.method, facts.target)
    assert request.header("Authorization") == "Bearer api-token"
    assert request.header("VZ-M2M-Token") == "session-token"
    assert request.header("Accept") == "application/json"
    if facts.body is None:
        assert request.body == b""
        assert request.header("Content-Type") is None
    else:
        assert json.loads(request.body) == facts.body
        assert request.header("Content-Type") == "application/json"


@pytest.mark.parametrize("facts", [facts_of(name) for name in sorted(PUT_WITHOUT_BODY)], ids=str)
def test_a_put_without_a_body_says_that_it_is_empty(local: FotaClient, service: Service, facts: Facts) -> None:
    facts.call(local)
    request = sent(service)
    assert (request.method, request.body) == ("PUT", b"")
    assert request.header("Content-Type") is None
    assert request.header("Content-Length") == "0"
    assert request.header("Transfer-Encoding") is None


@each_without_upload
def test_what_may_be_left_out_is_left_out_or_has_its_default(local: FotaClient, service: Service, facts: Facts) -> None:
    optional = [name for name in facts.defaults if name not in facts.required]
    facts.call(local, **dict.fromkeys(optional, LEFT_OUT))
    assert sent(service).target == (facts.least_target or facts.target)
    for name in optional:
        if facts.defaults[name] is None:  # to give None is to leave it out
            facts.call(local, **{**dict.fromkeys(optional, LEFT_OUT), name: None})
            assert sent(service).target == (facts.least_target or facts.target)


def test_the_filter_of_the_device_list_is_left_out_only_where_somebody_says_so(
    local: FotaClient, started: Service
) -> None:
    facts = facts_of("v3.get_account_device_information")
    started.expect(facts)
    facts.call(local, protocol=None)
    assert sent(started).target == "/api/fota/v3/devices/0000123456-00001?lastSeenDeviceId=0"


@each_with_body
def test_a_model_as_body_is_sent_as_its_mapping_is(local: FotaClient, service: Service, facts: Facts) -> None:
    model = getattr(fota_sdk, str(facts.body_type))
    for body in (model.from_dictionary(facts.body), model.from_json(json.dumps(facts.body))):
        facts.call(local, body=body)
        assert json.loads(sent(service).body) == facts.body


@each_without_upload
def test_a_dry_run_gives_the_very_request_and_sends_nothing(local: FotaClient, service: Service, facts: Facts) -> None:
    prepared = facts.call(local, view="dry_run")
    assert service.requests == []
    facts.call(local)
    request = sent(service)
    assert prepared.method == request.method
    assert urlsplit(prepared.url)._replace(scheme="", netloc="").geturl() == request.target
    assert (prepared.body or b"") == request.body
    assert (prepared.body is None) is (facts.body is None)


# the path


@each_without_upload
def test_a_value_stays_one_segment_of_the_path(local: FotaClient, service: Service, facts: Facts) -> None:
    for name in facts.in_path:
        for value, segment in SEGMENTS.items():
            prepared = facts.call(local, view="dry_run", **{name: value})
            path, _, query = facts.target.partition("?")
            encoded = facts.values[name].replace(" ", "%20")
            assert path.count(f"/{encoded}") == 1
            wanted = path.replace(f"/{encoded}", f"/{segment}") + (f"?{query}" if query else "")
            assert urlsplit(prepared.url)._replace(scheme="", netloc="").geturl() == wanted
    assert service.requests == []


@each_without_upload
def test_what_cannot_be_one_segment_is_refused_and_nothing_is_sent(
    local: FotaClient, service: Service, facts: Facts
) -> None:
    for name in facts.in_path:
        for value in REFUSED:
            refuse(local, facts, name, value)
    assert service.requests == []


def refuse(client: FotaClient, facts: Facts, name: str, value: Any) -> str:
    """The reason for which a value is refused, by the call and by each view of it."""
    reasons = set()
    for view in (None, "with_raw_response", "dry_run", *(["paginated"] if facts.cursor is not None else [])):
        with pytest.raises(ValidationError) as caught:
            facts.call(client, view=view, **{name: value})
        error = caught.value
        ((path, reason),) = error.findings
        assert path == name
        assert (error.operation, error.attempts, error.outcome_unknown) == (facts.name, 0, False)
        reasons.add(reason)
    (reason,) = reasons
    return reason


# the query

QUERIES = {
    "a&b=c": "a%26b%3Dc",
    "#": "%23",
    "?": "%3F",
    "+": "%2B",
    " ": "%20",
    "%2F": "%252F",
    "a,b": "a%2Cb",
    "..": "..",
    "0990013907884253": "0990013907884253",
    "é📦": "%C3%A9%F0%9F%93%A6",
    "x" * 1000: "x" * 1000,
    Protocol.HTTP: "HTTP",
    Number.ONE: "1",
    0: "0",
    990013907884253: "990013907884253",
    10**18: "1000000000000000000",
}
NO_QUERIES: list[tuple[Any, str]] = [
    ("", "must not be empty"),
    (True, "must be a str or an int, got bool"),
    (1.5, "must be a str or an int, got float"),
    (b"x", "must be a str or an int, got bytes"),
    ({"a": 1}, "must be a str or an int, got dict"),
    (object(), "must be a str or an int, got object"),
    ([], "must be one value; call once for each"),
    (["a", "b"], "must be one value; call once for each"),
    (("a",), "must be one value; call once for each"),
    ({"a"}, "must be one value; call once for each"),
    (frozenset("a"), "must be one value; call once for each"),
    ((text for text in "ab"), "must be one value; call once for each"),
    ({"a": 1}.keys(), "must be one value; call once for each"),
    ("a\x00", "must not hold control characters or lone surrogates"),
    ("a\r\nX: y", "must not hold control characters or lone surrogates"),
    ("\x85", "must not hold control characters or lone surrogates"),
    ("\ud800", "must not hold control characters or lone surrogates"),
    (10**18 + 1, "must be from -1000000000000000000 to 1000000000000000000"),
    (-(10**5000), "must be from -1000000000000000000 to 1000000000000000000"),
]


@each_with_query
def test_a_value_stays_one_value_of_the_query(local: FotaClient, service: Service, facts: Facts) -> None:
    for name in facts.in_query:
        for value, encoded in QUERIES.items():
            url = facts.call(local, view="dry_run", **{name: value}).url
            assert f"{key_of(name)}={encoded}" in url.partition("?")[2].split("&")
            assert url.count("?") == 1
            assert "#" not in url
    assert service.requests == []


def key_of(name: str) -> str:
    return {
        "campaign_status": "campaignStatus",
        "device_ids": "deviceIds",
        "distribution_type": "distributionType",
        "last_seen_campaign_id": "lastSeenCampaignId",
        "last_seen_device_id": "lastSeenDeviceId",
        "protocol": "protocol",
        "start_index": "startIndex",
    }[name]


@each_with_query
def test_what_is_no_value_of_a_query_is_refused_and_nothing_is_sent(
    local: FotaClient, service: Service, facts: Facts
) -> None:
    for name in facts.in_query:
        for value, reason in NO_QUERIES:
            assert refuse(local, facts, name, value) == reason
        if name in facts.required:
            assert refuse(local, facts, name, None) == "is required"
    assert service.requests == []


@pytest.mark.parametrize("device_ids", [None, "", [], ["990013907884253"], True, "\n"])
def test_logging_is_never_ended_without_the_one_device_that_is_meant(
    local: FotaClient, started: Service, device_ids: Any
) -> None:
    started.expect(facts_of("v2.disable_logging_for_devices"))
    with pytest.raises(ValidationError, match="device_ids"):
        local.client_logging.disable_logging_for_devices("0000123456-00001", device_ids)
    assert started.requests == []


@each_without_upload
def test_all_wrong_values_are_found_at_once(local: FotaClient, service: Service, facts: Facts) -> None:
    with pytest.raises(ValidationError) as caught:
        facts.call(local, **{key: [] for key in facts.arguments()})
    assert [path for path, _ in caught.value.findings] == [*facts.in_path, *facts_query(facts), *body_path(facts)]
    assert service.requests == []


def test_wrong_values_of_an_upload_are_found_under_the_names_of_its_arguments(local: FotaClient) -> None:
    with pytest.raises(ValidationError) as caught:
        local.configuration_files.upload_config_file(
            "0000123456-00001",
            "/no/such/file",
            file_version=1.0,  # type: ignore[arg-type] # as a number, which people do
            local_target_path="\n",
        )
    assert [path for path, _ in caught.value.findings] == ["file_version", "local_target_path", "fileupload"]


def facts_query(facts: Facts) -> list[str]:
    return [name for name in facts.in_query if name in facts.values]


def body_path(facts: Facts) -> list[str]:
    return [] if facts.body is None else ["body"]


# the body


NO_BODIES = [None, "{}", b"{}", [], [{}], 7, 1.5, True, object(), {1}]


@each_with_body
def test_what_is_no_body_is_refused_and_nothing_is_sent(local: FotaClient, service: Service, facts: Facts) -> None:
    for body in NO_BODIES:
        reason = refuse(local, facts, "body", body)
        assert str(facts.body_type) in reason
        if isinstance(body, (str, bytes)):
            assert f"{facts.body_type}.from_json reads a text" in reason
    others = {other.body_type: other for other in WITH_BODY if other.body_type != facts.body_type}
    for name, other in others.items():
        model = getattr(fota_sdk, str(name)).from_dictionary(other.body)
        assert refuse(local, facts, "body", model) == f"must be a {facts.body_type} or a mapping, got {name}"
    assert service.requests == []


TEXTS = [5, True, ["x"], {}, 1.5]
DAYS = [5, True, "soon", "2020-8-1", "20200821", "2020-02-30", "2020-08-21T00:00:00", " 2020-08-21", []]
DEVICES = ["990013907884253", 5, {}, [5], [None], [""], [True], [["x"]], [{"deviceId": "x"}], ["a\ud800"]]
WRONG: dict[str, list[Any]] = {  # by wire name: what no body may hold there
    "Type": TEXTS,
    "type": TEXTS,
    "campaignName": TEXTS,
    "campaignTimeWindowList": ["x", 5, {}, [5], [[]], [{"startTime": "x"}], [{"startTime": 9, "endTime": 8}], [{}]],
    "count": ["x", True, 1.5, -1, [], "٣"],
    "deviceIds": DEVICES,
    "deviceList": DEVICES,
    "distributionType": TEXTS,
    "downloadAfterDate": DAYS,
    "downloadTimeWindowList": ["x", 5, {}, [5], [[]], [{"startTime": []}], [{"startTime": "25", "endTime": "26"}]],
    "endDate": [*DAYS, "1999-01-01"],
    "fileName": TEXTS,
    "fileVersion": TEXTS,
    "firmwareFrom": TEXTS,
    "firmwareName": TEXTS,
    "firmwareTo": TEXTS,
    "installAfterDate": DAYS,
    "installTimeWindowList": ["x", 5, {}, [5], [[]], [{"endTime": []}], [{"startTime": "9", "endTime": "8"}]],
    "protocol": TEXTS,
    "softwareFrom": TEXTS,
    "softwareName": TEXTS,
    "softwareTo": TEXTS,
    "startDate": DAYS,
    "url": TEXTS,
}
MAY_BE_ABSENT = {
    "CampaignFirmwareUpgrade": {"campaignName", "campaignTimeWindowList"},
    "CampaignSoftwareUpgrade": {
        "campaignName",
        "downloadAfterDate",
        "downloadTimeWindowList",
        "installAfterDate",
        "installTimeWindowList",
    },
    "SchedulesSoftwareUpgradeRequest": {
        "campaignName",
        "downloadAfterDate",
        "downloadTimeWindowList",
        "installAfterDate",
        "installTimeWindowList",
    },
    "UploadAndScheduleFileRequest": {"campaignName", "downloadAfterDate"},
    "V2ChangeCampaignDatesRequest": {
        "downloadAfterDate",
        "downloadTimeWindowList",
        "installAfterDate",
        "installTimeWindowList",
    },
    "V2ListOfLicensesToRemoveRequest": {"type", "count"},
    "V3ChangeCampaignDatesRequest": {"campaignTimeWindowList"},
}


@each_with_body
def test_what_a_body_lacks_is_found_and_nothing_is_sent(local: FotaClient, service: Service, facts: Facts) -> None:
    assert facts.body is not None
    for name in facts.body:
        for body in (
            {wire: value for wire, value in facts.body.items() if wire != name},
            {**facts.body, name: None},
        ):
            if name in MAY_BE_ABSENT.get(str(facts.body_type), ()):
                facts.call(local, body=body)
                assert name not in json.loads(sent(service).body)
            else:
                assert found_in(local, facts, body) == [(name, "is required")]
    assert service.requests == []


@each_with_body
def test_what_is_wrong_in_a_body_is_found_and_nothing_is_sent(
    local: FotaClient, service: Service, facts: Facts
) -> None:
    assert facts.body is not None
    for name in facts.body:
        for value in WRONG[name]:
            findings = found_in(local, facts, {**facts.body, name: value})
            assert any(path.startswith(name) for path, _ in findings), (name, value, findings)
    assert service.requests == []


@each_with_body
def test_all_that_is_wrong_in_a_body_is_found_at_once(local: FotaClient, service: Service, facts: Facts) -> None:
    assert facts.body is not None
    findings = found_in(local, facts, dict.fromkeys(facts.body, 5j))
    assert {path for path, _ in findings} == set(facts.body)
    assert service.requests == []


WINDOWS = {
    "v2.schedule_sw_upgrade_http_devices": "downloadTimeWindowList",
    "v2.schedule_file_upgrade": "installTimeWindowList",
    "v2.schedule_campaign_firmware_upgrade": "downloadTimeWindowList",
    "v3.schedule_campaign_firmware_upgrade": "campaignTimeWindowList",
}


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("as_model", [False, True], ids=["mapping", "model"])
def test_a_name_in_python_is_no_key_at_any_depth(
    local: FotaClient, started: Service, name: str, as_model: bool
) -> None:
    facts, key = facts_of(name), WINDOWS[name]
    started.expect(facts)
    body: Any = {**(facts.body or {}), "device_list": [], key: [{"start_time": "20", "end_time": "21"}]}
    body.pop("deviceList", None)
    if as_model:
        body = getattr(fota_sdk, str(facts.body_type)).from_dictionary(body)
    with pytest.raises(ValidationError) as caught:
        facts.call(local, body=body)
    found = {path: message for path, message in caught.value.findings if "name in Python" in message}
    assert found == {
        "device_list": "is the name in Python; a mapping takes 'deviceList'",
        f"{key}[0].start_time": "is the name in Python; a mapping takes 'startTime'",
        f"{key}[0].end_time": "is the name in Python; a mapping takes 'endTime'",
    }
    assert started.requests == []


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("as_model", [False, True], ids=["mapping", "model"])
def test_a_key_that_is_a_misspelling_of_one_that_is_not_given_is_found_at_any_depth(
    local: FotaClient, started: Service, name: str, as_model: bool
) -> None:
    facts, key = facts_of(name), WINDOWS[name]
    started.expect(facts)
    window = {"starttime": 20, "endTime": 21}
    body: Any = {**(facts.body or {}), "devicelist": [], key.replace("Window", "Windows"): []}
    body.pop("deviceList", None)
    body.pop(key, None)
    other = {**(facts.body or {}), key: [window]}
    found = {}
    for each in (body, other):
        if as_model:
            each = getattr(fota_sdk, str(facts.body_type)).from_dictionary(each)
        with pytest.raises(ValidationError) as caught:
            facts.call(local, body=each)
        found |= {path: message for path, message in caught.value.findings if "did you mean" in message}
    assert found == {
        "devicelist": "is no known key; did you mean 'deviceList'?",
        key.replace("Window", "Windows"): f"is no known key; did you mean {key!r}?",
        f"{key}[0].starttime": "is no known key; did you mean 'startTime'?",
    }
    assert started.requests == []


def test_a_key_beside_the_known_one_that_it_is_close_to_is_one_of_its_own(local: FotaClient, started: Service) -> None:
    facts = facts_of("v3.schedule_campaign_firmware_upgrade")
    started.expect(facts)
    body = {**(facts.body or {}), "campaignNames": ["a new list"], "deviceLists": None}
    facts.call(local, body=body)
    assert json.loads(sent(started).body) == body


@each_with_body
def test_what_no_field_is_for_is_sent_as_it_is(local: FotaClient, service: Service, facts: Facts) -> None:
    body = {**(facts.body or {}), "new": [{"a": None, "b": 0, "c": False, "d": "", "e": []}]}
    facts.call(local, body=body)
    assert json.loads(sent(service).body) == body


def found_in(client: FotaClient, facts: Facts, body: Any) -> list[tuple[str, str]]:
    """What is found wrong with a body."""
    with pytest.raises(ValidationError) as caught:
        facts.call(client, body=body)
    with pytest.raises(ValidationError) as dry:
        facts.call(client, body=body, view="dry_run")
    assert dry.value.findings == caught.value.findings
    return [(path, message) for path, message in caught.value.findings]
