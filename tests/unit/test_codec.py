"""JSON in and out: what jsonpickle may do, and what it must never do."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

import jsonpickle
import jsonpickle.backend
import jsonpickle.handlers
import pytest
import responses

import fota_sdk
from fota_sdk import (
    Campaign,
    CampaignFirmwareUpgrade,
    FotaClient,
    FotaV3ResultException,
    V3AddOrRemoveDeviceRequest,
    V3TimeWindow,
    ValidationError,
)
from tests.conftest import ACCOUNT, CAMPAIGN_ID, IMEIS


def upgrade() -> CampaignFirmwareUpgrade:
    day = date(2030, 1, 2)
    window = V3TimeWindow(0, 24, additional_properties={"zone": "UTC"})
    return CampaignFirmwareUpgrade(
        campaign_name='Frühling "\u2028\U0001f600</script>',
        firmware_name="Package",
        firmware_from="1.0",
        firmware_to="1.1",
        start_date=day,
        end_date=day,
        campaign_time_window_list=[window, window],
        device_list=IMEIS,
        auto_add_devices_flag=False,
        additional_properties={"new": {"b": 1, "a": [None, 1.5, True, "é"]}},
    )


WIRE = {
    "campaignName": 'Frühling "\u2028\U0001f600</script>',
    "firmwareName": "Package",
    "firmwareFrom": "1.0",
    "firmwareTo": "1.1",
    "protocol": "LWM2M",
    "startDate": "2030-01-02",
    "endDate": "2030-01-02",
    "campaignTimeWindowList": [
        {"startTime": 0, "endTime": 24, "zone": "UTC"},
        {"startTime": 0, "endTime": 24, "zone": "UTC"},
    ],
    "deviceList": ["990013907884253", "990013907835578", "990013907833573"],
    "autoAddDevicesFlag": False,
    "new": {"b": 1, "a": [None, 1.5, True, "é"]},
}
TEXT = json.dumps(WIRE, separators=(",", ":"))

# The bytes of a body and of a model, printed by an interpreter of its own.
PRINT_BYTES = textwrap.dedent("""
    import sys, warnings
    warnings.simplefilter("error")
    from datetime import date
    from fota_sdk import FotaClient, V3ChangeCampaignDatesRequest, V3TimeWindow

    body = V3ChangeCampaignDatesRequest(
        date(2030, 1, 2), "2030-01-03", [V3TimeWindow(0, 24)], additional_properties={"b": "é/", "a": 1.5}
    )
    client = FotaClient(api_token="api-token", session_token="session-token")
    prepared = client.campaigns_v3.dry_run.update_campaign_dates("account", "id", body)
    assert prepared.body == body.to_json().encode()
    print(body.to_json())
""")
PRINTED = (
    '{"startDate":"2030-01-02","endDate":"2030-01-03","campaignTimeWindowList":[{"startTime":0,"endTime":24}],'
    '"b":"\\u00e9/","a":1.5}'
)


def run(program: str, folder: Path) -> str:
    """Run a program with a folder before everything else on its path, and return what it prints."""
    first = f"import sys; sys.path.insert(0, {str(folder)!r})\n"
    done = subprocess.run(
        [sys.executable, "-c", first + program], capture_output=True, text=True, cwd=folder, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# Bytes


def test_a_model_is_written_as_json_dumps_writes_its_dictionary() -> None:
    assert upgrade().to_json() == TEXT
    assert upgrade().to_json().isascii()


def test_a_body_is_sent_as_json_dumps_writes_its_dictionary(client: FotaClient) -> None:
    dry_run = client.campaigns_v3.dry_run

    assert dry_run.schedule_campaign_firmware_upgrade(ACCOUNT, upgrade()).body == TEXT.encode("ascii")
    assert dry_run.schedule_campaign_firmware_upgrade(ACCOUNT, WIRE).body == TEXT.encode("ascii")


def test_equal_objects_in_one_body_are_all_written_in_full() -> None:
    window, day = V3TimeWindow(1, 2), date(2030, 1, 2)
    deep: dict[str, Any] = {"a": [1]}
    request = CampaignFirmwareUpgrade(
        start_date=day,
        end_date=day,
        campaign_time_window_list=[window] * 3,
        additional_properties={"x": deep, "y": deep, "z": [deep, deep]},
    )

    assert json.loads(request.to_json()) == request.to_dictionary()
    assert "null" not in request.to_json()
    assert "py/" not in request.to_json()


@pytest.mark.parametrize("size", [0, 1, 1_000, 100_000])
def test_any_number_of_devices_is_written_as_json_dumps_writes_them(size: int) -> None:
    devices = [f"{place:015}" for place in range(size)]

    assert V3AddOrRemoveDeviceRequest("append", devices).to_json() == json.dumps(
        {"Type": "append", "deviceList": devices}, separators=(",", ":")
    )


def test_many_threads_write_the_same_bytes() -> None:
    with ThreadPoolExecutor(40) as threads:
        texts = list(threads.map(lambda _: upgrade().to_json(), range(2_000)))

    assert set(texts) == {TEXT}


# Foreign settings


class Saboteur(jsonpickle.handlers.BaseHandler):  # type: ignore[misc] # jsonpickle declares no types
    def flatten(self, obj: Any, data: dict[str, Any]) -> dict[str, Any]:
        return {"sabotaged": True}


@pytest.fixture
def jsonpickle_settings() -> Iterator[None]:
    """Whatever a test does to the settings of jsonpickle is undone."""
    for model in (upgrade(), Campaign(), V3TimeWindow()):
        model.to_json()
    backend, registry = jsonpickle.backend.json, jsonpickle.handlers.registry
    stores = (backend.__dict__, backend._encoder_options, registry._handlers, registry._base_handlers)
    kept = [(store, dict(store)) for store in stores]
    names = list(backend._backend_names)
    yield
    for store, content in kept:
        store.clear()
        store.update(content)
    backend._backend_names[:] = names


@pytest.fixture
def foreign_settings(jsonpickle_settings: None) -> None:
    jsonpickle.set_encoder_options("json", indent=4, sort_keys=True, ensure_ascii=False)
    jsonpickle.load_backend("marshal", "dumps", "loads", ValueError)
    jsonpickle.set_preferred_backend("marshal")
    jsonpickle.handlers.register(object, Saboteur, base=True)
    jsonpickle.handlers.register(dict, Saboteur, base=True)


@pytest.mark.usefixtures("foreign_settings")
def test_settings_of_other_libraries_do_not_change_the_bytes(client: FotaClient) -> None:
    assert jsonpickle.encode(object(), unpicklable=False, keys=True) != "{}", "the settings are not in force"

    assert upgrade().to_json() == TEXT
    prepared = client.campaigns_v3.dry_run.schedule_campaign_firmware_upgrade(ACCOUNT, upgrade())
    assert prepared.body == TEXT.encode("ascii")


@pytest.mark.usefixtures("foreign_settings")
def test_settings_of_other_libraries_do_not_change_what_is_refused() -> None:
    with pytest.raises(ValidationError):
        Campaign(additional_properties={"new": float("nan")}).to_json()
    with pytest.raises(ValidationError):
        Campaign.from_json('{"new": NaN}')


@pytest.mark.usefixtures("jsonpickle_settings")
def test_a_users_own_handler_of_a_model_does_not_change_the_bytes(client: FotaClient) -> None:
    for model in (CampaignFirmwareUpgrade, V3TimeWindow):
        jsonpickle.handlers.register(model, Saboteur, base=True)

    assert upgrade().to_json() == TEXT
    prepared = client.campaigns_v3.dry_run.schedule_campaign_firmware_upgrade(ACCOUNT, upgrade())
    assert prepared.body == TEXT.encode("ascii")


def test_our_settings_do_not_change_those_of_others() -> None:
    backend, registry = jsonpickle.backend.json, jsonpickle.handlers.registry
    before = (list(backend._backend_names), dict(backend._encoder_options), dict(registry._handlers))
    upgrade().to_json()

    assert (list(backend._backend_names), dict(backend._encoder_options), dict(registry._handlers)) == before
    assert jsonpickle.encode({"a": [1.5, float("inf")]}, keys=True) == '{"a": [1.5, Infinity]}'


def test_other_json_packages_do_not_change_the_bytes(tmp_path: Path) -> None:
    hostile = "def dumps(*a, **k): raise RuntimeError('sabotaged')\ndump = loads = load = safe_load = dumps\n"
    hostile += "class YAMLError(Exception): pass\nclass JSONDecodeError(ValueError): pass\n"
    for name in ("simplejson", "ujson", "yaml", "orjson", "demjson"):
        (tmp_path / f"{name}.py").write_text(hostile)
    plain = tmp_path / "plain"
    plain.mkdir()

    assert run(PRINT_BYTES, plain) == PRINTED
    assert run(PRINT_BYTES, tmp_path) == PRINTED
    assert run("import simplejson, ujson, yaml\n" + PRINT_BYTES, tmp_path) == PRINTED


BROKEN = {
    "no package but a ruin": "raise AttributeError('ruin')",
    "an extension for another Python": "raise SystemError('bad magic')",
    "a warning that is an error": "import warnings; warnings.warn('old', DeprecationWarning)",
    "lacks what it should have": "",
    "no Python at all": "this is no Python",
}


@pytest.mark.parametrize("package", ["simplejson", "ujson", "yaml"])
@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_package_does_not_keep_a_body_from_being_sent(tmp_path: Path, package: str, source: str) -> None:
    (tmp_path / f"{package}.py").write_text(source)

    assert run(PRINT_BYTES, tmp_path) == PRINTED


def test_an_interrupt_while_such_a_package_is_imported_leaves_the_next_call_as_it_should_be(tmp_path: Path) -> None:
    # yaml as it is: the parts that were imported stay, and its second import finds them without their parent
    package = tmp_path / "yaml"
    package.mkdir()
    (package / "__init__.py").write_text("import yaml.parts\nfrom yaml.rest import *\nyaml.parts.x\n")
    (package / "parts.py").write_text("x = 1\n")
    (package / "rest.py").write_text("def dump(*a): pass\nsafe_load = dump\nclass YAMLError(Exception): pass\n")
    interrupted = textwrap.dedent("""
        import sys

        class CtrlC:
            done = False

            def find_spec(self, name, path=None, target=None):
                if name == "yaml.rest" and not self.done:
                    CtrlC.done = True
                    raise KeyboardInterrupt

        sys.meta_path.insert(0, CtrlC())
        from fota_sdk import V3TimeWindow

        try:
            V3TimeWindow(1, 2).to_json()
        except KeyboardInterrupt:
            print("interrupted")
    """)

    assert run(interrupted + PRINT_BYTES, tmp_path).splitlines() == ["interrupted", PRINTED]


# Tags


def tags(marker: Path) -> list[Any]:
    """Data that `jsonpickle.decode` takes for orders."""
    touch = f"touch {marker}"
    return [
        {"py/reduce": [{"py/type": "os.system"}, {"py/tuple": [touch]}]},
        {"py/reduce": [{"py/function": "os.system"}, {"py/tuple": [touch]}, None, None, None]},
        {"py/object": "subprocess.Popen", "py/newargs": {"py/tuple": [["touch", str(marker)]]}},
        {"py/object": "this.Class", "attribute": 1},
        {"py/object": "fota_sdk.models.v3_time_window.V3TimeWindow", "start_time": 1, "end_time": 2},
        {"py/repr": f"os/os.system('{touch}')"},
        {"py/type": "this.Class"},
        {"py/mod": "this"},
        {"py/tuple": [1, 2]},
        {"py/set": [1, 2]},
        {"py/b64": "aGFsbG8="},
        {"py/iterator": [1]},
        {"py/id": 1},
        [{"a": 1}, {"py/id": 2}],
        {"py/ref": "/"},
        {"py/state": {"a": 1}, "py/object": "collections.Counter"},
    ]


@pytest.fixture
def marker(tmp_path: Path) -> Iterator[Path]:
    marker = tmp_path / "marker"
    loaded = set(sys.modules)
    yield marker
    assert not marker.exists()
    assert "this" not in set(sys.modules) - loaded


def spellings(data: Any) -> list[str]:
    text = json.dumps(data)
    return [text, text.replace('"py/', r'"\u0070y/'), text.replace("py/", r"p\u0079\u002f")]


@pytest.mark.parametrize("place", range(16))
def test_tags_of_jsonpickle_are_plain_data_in_a_text(marker: Path, place: int) -> None:
    Campaign.from_json("{}")
    loaded = set(sys.modules)
    tag = tags(marker)[place]

    for text in spellings({"id": CAMPAIGN_ID, "new": tag}):
        campaign = Campaign.from_json(text)
        assert campaign.additional_properties == {"new": tag}
        assert json.loads(campaign.to_json()) == {"id": CAMPAIGN_ID, "new": tag}
    if isinstance(tag, dict):
        for text in spellings(tag):
            assert Campaign.from_json(text).additional_properties == tag
            assert Campaign.from_json(text).to_dictionary() == tag
    for text in spellings({"campaignTimeWindowList": [{"startTime": 1, "new": tag}]}):
        windows = Campaign.from_json(text).campaign_time_window_list
        assert windows == [V3TimeWindow(1, additional_properties={"new": tag})]
    assert set(sys.modules) == loaded


@pytest.mark.parametrize("place", range(16))
def test_tags_of_jsonpickle_in_a_declared_field_are_a_wrong_type(marker: Path, place: int) -> None:
    for text in spellings({"id": tags(marker)[place], "startDate": tags(marker)[place]}):
        with pytest.raises(ValidationError) as caught:
            Campaign.from_json(text)
        assert [path for path, _ in caught.value.findings] == ["id", "startDate"]


@pytest.mark.parametrize("place", range(16))
def test_tags_of_jsonpickle_are_plain_data_in_a_response(client: FotaClient, marker: Path, place: int) -> None:
    url = f"https://thingspace.verizon.com/api/fota/v3/campaigns/{ACCOUNT}/{CAMPAIGN_ID}"
    tag = tags(marker)[place]

    for text in spellings({"id": CAMPAIGN_ID, "errorCode": "CODE", "new": tag}):
        with responses.RequestsMock() as http:
            http.add("GET", url, body=text)
            http.add("GET", url, body=text, status=400)
            campaign = client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)
            with pytest.raises(FotaV3ResultException) as caught:
                client.campaigns_v3.get_campaign_information(ACCOUNT, CAMPAIGN_ID)

        assert campaign.additional_properties == {"errorCode": "CODE", "new": tag}
        assert caught.value.error_code == "CODE"
        assert caught.value.response is not None
        assert caught.value.response.body == {"id": CAMPAIGN_ID, "errorCode": "CODE", "new": tag}


def test_the_tags_are_orders_to_jsonpickle_itself(tmp_path: Path) -> None:
    jsonpickle.decode(json.dumps(tags(tmp_path / "marker")[0]), keys=True)

    assert (tmp_path / "marker").exists(), "the tests above would pass with any decoder"


# What the package never does

ALLOWED_OF_JSONPICKLE = {"jsonpickle.backend.JSONBackend"}
DANGEROUS_MODULES = {
    "pickle",
    "_pickle",
    "cPickle",
    "dill",
    "cloudpickle",
    "marshal",
    "shelve",
    "code",
    "codeop",
    "yaml",
}
DANGEROUS_CALLS = {"eval", "exec", "compile", "__import__"}
DANGEROUS_NAMES = {"Unpickler", "unpickler"}


def dangers(source: str) -> list[str]:
    """Everything in a module that could turn data into code."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names if _is_dangerous(alias.name)]
        elif isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found += [name for name in names if _is_dangerous(name)]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in DANGEROUS_CALLS:
            found.append(node.func.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "import_module":
            found += [ast.unparse(arg) for arg in node.args if isinstance(arg, ast.Constant)]
        elif isinstance(node, ast.Attribute) and node.attr in DANGEROUS_NAMES:
            found.append(ast.unparse(node))
        elif isinstance(node, ast.Name) and node.id in DANGEROUS_NAMES | {"builtins"}:
            found.append(node.id)
    return found


def _is_dangerous(name: str) -> bool:
    top = name.partition(".")[0]
    return top in DANGEROUS_MODULES | {"builtins"} or (top == "jsonpickle" and name not in ALLOWED_OF_JSONPICKLE)


@pytest.mark.parametrize(
    "source",
    [
        "import jsonpickle\njsonpickle.decode(text)",
        "import jsonpickle as j\nj.loads(text)",
        "from jsonpickle import decode\ndecode(text)",
        "from jsonpickle import *",
        "from jsonpickle.unpickler import Unpickler",
        "from jsonpickle import handlers\nhandlers.util.unpickler",
        "def f():\n    import pickle",
        "from pickle import loads",
        "from marshal import loads",
        "eval(text)",
        "exec(text)",
        "__import__(text)",
        "import builtins\nbuiltins.eval(text)",
        "import_module('jsonpickle')",
    ],
)
def test_the_walk_over_the_sources_sees_what_it_looks_for(source: str) -> None:
    assert dangers(source)


def test_nothing_in_the_package_turns_data_into_code() -> None:
    sources = sorted(Path(fota_sdk.__file__).parent.rglob("*.py"))

    assert len(sources) > 30
    found = {path.name: found for path in sources if (found := dangers(path.read_text("utf-8")))}
    # What it writes out is made of declared keys alone, see test_decoder.py.
    assert found == {"decoder.py": ["exec", "compile"]}


def test_one_module_alone_touches_jsonpickle() -> None:
    package = Path(fota_sdk.__file__).parent
    touching = []
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == "jsonpickle" for name in names):
                touching.append(path.relative_to(package).as_posix())

    assert set(touching) == {"core/codec.py"}


# What is imported when


def test_jsonpickle_and_dateutil_are_not_imported_before_they_are_needed(tmp_path: Path) -> None:
    program = textwrap.dedent("""
        def loaded():
            return sorted({name.partition(".")[0] for name in sys.modules} & {"jsonpickle", "dateutil"})

        import fota_sdk
        print("import", loaded())
        for name in fota_sdk.__all__:
            getattr(fota_sdk, name)
        print("all names", loaded())

        import responses
        client = fota_sdk.FotaClient(api_token="api-token", session_token="session-token")
        answer = {"id": "1", "startDate": "2030-01-02", "campaignTimeWindowList": [{"startTime": 1}], "new": 1}
        with responses.RequestsMock() as http:
            http.add("GET", "https://thingspace.verizon.com/api/fota/v3/campaigns/a/b", json=answer)
            campaign = client.campaigns_v3.get_campaign_information("a", "b")
        assert campaign.to_dictionary() == answer
        assert fota_sdk.Campaign.from_json('{"startDate": "2030-01-02"}').start_date.year == 2030
        print("answer", loaded())

        fota_sdk.V3TimeWindow(1, 2).to_json()
        print("body", loaded())

        window = fota_sdk.V3ChangeCampaignDatesRequest("2030-01-02", "2030-01-03").validate()
        print("text for a day", loaded())
    """)

    assert run(program, tmp_path).splitlines() == [
        "import []",
        "all names []",
        "answer []",
        "body ['jsonpickle']",
        "text for a day ['dateutil', 'jsonpickle']",
    ]
