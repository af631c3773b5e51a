"""What the package offers, what importing it loads, and that its parts agree with each other."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import fota_sdk
from fota_sdk import FotaClient, controllers
from tests.unit.imports import imports_of

PUBLIC_NAMES = [
    "__version__",
    "FotaClient",
    "CampaignsV2Controller",
    "CampaignsV3Controller",
    # request models and their parts
    "CampaignSoftwareUpgrade",
    "V2AddOrRemoveDeviceRequest",
    "V2ChangeCampaignDatesRequest",
    "CampaignFirmwareUpgrade",
    "V3AddOrRemoveDeviceRequest",
    "V3ChangeCampaignDatesRequest",
    "V2TimeWindow",
    "V3TimeWindow",
    # answer models
    "CampaignSoftware",
    "V2AddOrRemoveDeviceResult",
    "FotaV2SuccessResult",
    "FirmwareCampaign",
    "Campaign",
    "V3AddOrRemoveDeviceResult",
    "V3DeviceListItem",
    "FotaV3SuccessResult",
    # the models of the rest of the family: requests and their part
    "DeviceIMEI",
    "FirmwareIMEI",
    "V2LicenseIMEI",
    "V2ListOfLicensesToRemoveRequest",
    "V3LicenseIMEI",
    "FotaV2CallbackRegistrationRequest",
    "FotaV3CallbackRegistrationRequest",
    "UploadAndScheduleFileRequest",
    "SchedulesSoftwareUpgradeRequest",
    "DownloadTimeWindow",
    "DeviceLoggingRequest",
    # responses and their parts
    "V2CampaignHistory",
    "V2CampaignMetaInfo",
    "V2CampaignDevice",
    "V2DeviceStatus",
    "DeviceSoftwareUpgrade",
    "SoftwarePackage",
    "V2AccountDeviceList",
    "V2AccountDevice",
    "V2SoftwareInfo",
    "V3CampaignHistory",
    "V3CampaignMetaInfo",
    "V3CampaignDevice",
    "V3DeviceStatus",
    "DeviceFirmwareUpgrade",
    "V3AccountDeviceList",
    "V3AccountDevice",
    "V3SoftwareInfo",
    "DeviceListResult",
    "V3Device",
    "FirmwarePackage",
    "DeviceFirmwareList",
    "DeviceFirmwareVersion",
    "DeviceFirmwareVersionUpdateResult",
    "V2LicenseSummary",
    "V2LicenseDevice",
    "V2LicensesAssignedRemovedResult",
    "V2ListOfLicensesToRemove",
    "V2ListOfLicensesToRemoveResult",
    "V3LicenseSummary",
    "V3LicenseDevice",
    "V3LicenseAssignedRemovedResult",
    "FotaV2Subscription",
    "FotaV3Subscription",
    "CallbackSummary",
    "FotaV2CallbackRegistrationResult",
    "FotaV3CallbackSummary",
    "FotaV3CallbackRegistrationResult",
    "UploadAndScheduleFileResponse",
    "DeviceLoggingStatus",
    "DeviceLog",
    "CheckInHistoryItem",
    "RetrievesAvailableFilesResponseList",
    "RetrievesAvailableFilesResponse",
    "UploadConfigurationFilesResponse",
    # constants, tokens and the rest
    "CampaignStatus",
    "DeviceListChange",
    "DeviceStatus",
    "parse_time",
    "OAuthClientCredentials",
    "SessionLogin",
    "TokenSource",
    "Timeout",
    "Environment",
    "ApiResponse",
    "PreparedCall",
    # the look over devices
    "DeviceFinding",
    "DeviceFindingKind",
    "DeviceReport",
    "inspect_devices",
    "read_devices",
    # the groups of the family, and what reads pages and reports
    "AccountDevicesController",
    "ClientLoggingController",
    "ConfigurationFilesController",
    "FirmwareV3Controller",
    "ServerLoggingController",
    "SoftwareManagementCallbacksV2Controller",
    "SoftwareManagementCallbacksV3Controller",
    "SoftwareManagementLicensesV2Controller",
    "SoftwareManagementLicensesV3Controller",
    "SoftwareManagementReportsV2Controller",
    "SoftwareManagementReportsV3Controller",
    "SoftwareManagementSubscriptionsV2Controller",
    "SoftwareManagementSubscriptionsV3Controller",
    "CampaignReport",
    "Pages",
    "campaign_report",
    "find_campaigns",
    # errors
    "FotaError",
    "ConfigurationError",
    "ValidationError",
    "RepeatRefusedError",
    "TransportError",
    "ConnectError",
    "RequestTimeoutError",
    "DecodeError",
    "WaitError",
    "ApiError",
    "FotaV2ResultException",
    "FotaV3ResultException",
    "AuthenticationError",
    "PermissionDeniedError",
    "NotFoundError",
    "ConflictError",
    "RateLimitError",
    "RedirectError",
    "ServerError",
]
PACKAGE = Path(fota_sdk.__file__).parent

MODULES = sorted(
    ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if path.name != "__main__.py"
)


# names


def test_these_names_are_public_and_no_others() -> None:
    assert sorted(fota_sdk.__all__) == sorted(PUBLIC_NAMES)
    assert len(set(fota_sdk.__all__)) == len(fota_sdk.__all__)


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_a_public_name_can_be_imported_and_is_described(name: str) -> None:
    value = getattr(fota_sdk, name)
    if name == "__version__":
        assert isinstance(value, str)
    else:
        assert value.__name__ == name
        doc = (vars(value).get("__doc__") if isinstance(value, type) else value.__doc__) or ""
        assert len(doc) > 10
        assert not doc.startswith(f"{name}(")  # what a dataclass writes where nobody did


def test_a_star_import_brings_them_all() -> None:
    names: dict[str, Any] = {}
    exec("from fota_sdk import *", names)
    assert set(PUBLIC_NAMES) <= set(names)


def test_dir_is_complete() -> None:
    assert set(PUBLIC_NAMES) <= set(dir(fota_sdk))


@pytest.mark.parametrize("name", ["FotaV3Client", "requests", "fotaclient", "_x", "WaitErorr"])
def test_an_unknown_name_is_an_AttributeError(name: str) -> None:  # noqa: N802
    with pytest.raises(AttributeError, match=name):
        getattr(fota_sdk, name)
    with pytest.raises(ImportError):
        exec(f"from fota_sdk import {name}")


def test_type_checkers_see_the_same_names() -> None:
    tree = ast.parse((PACKAGE / "__init__.py").read_text())
    blocks = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    seen = [(alias.asname, f"{node.module}.{alias.name}") for node in imports for alias in node.names]
    assert sorted(str(name) for name, _ in seen) == sorted(set(PUBLIC_NAMES) - {"__version__"})
    for name, path in seen:
        module, _, original = path.rpartition(".")
        assert original == name
        assert getattr(sys.modules[module], original) is getattr(fota_sdk, str(name))


def test_it_is_marked_as_typed() -> None:
    assert (PACKAGE / "py.typed").exists()


# imports


def loaded_after(statement: str) -> set[str]:
    """Return the modules that a new Python has loaded after a statement."""
    script = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=30)
    return set(run.stdout.split())


def test_the_package_alone_loads_next_to_nothing() -> None:
    loaded = loaded_after("import fota_sdk")
    assert not loaded & {"requests", "urllib3", "jsonpickle", "dateutil", "yaml", "json", "logging", "ssl"}
    assert {name for name in loaded if name.startswith("fota_sdk")} == {"fota_sdk"}


def test_the_client_loads_neither_jsonpickle_nor_dateutil() -> None:
    loaded = loaded_after("from fota_sdk import FotaClient")
    assert not loaded & {"jsonpickle", "dateutil", "yaml", "click", "waitress"}


def test_a_client_that_was_built_has_loaded_neither_requests_nor_a_model() -> None:
    loaded = loaded_after("from fota_sdk import FotaClient; FotaClient(api_token='a', session_token='s')")
    assert not loaded & {"requests", "urllib3", "jsonpickle", "dateutil", "yaml", "click", "waitress"}
    assert not [name for name in loaded if name.startswith(("fota_sdk.models", "fota_sdk.controllers."))]


def test_the_controller_of_one_version_loads_nothing_of_the_other() -> None:
    loaded = loaded_after("from fota_sdk import FotaClient; FotaClient(api_token='a', session_token='s').campaigns_v3")
    assert "fota_sdk.models.campaign" in loaded
    assert not [name for name in loaded if "_v2_" in name or ".v2_" in name]


def test_declarations_load_neither_requests_nor_jsonpickle() -> None:
    modules = [module for module in MODULES if module.startswith("fota_sdk.models.")]
    assert len(modules) > 70
    modules += ["fota_sdk.core.operation", "fota_sdk.core.model", "fota_sdk.core.fields", "fota_sdk.exceptions"]
    loaded = loaded_after("import " + ", ".join(modules))
    assert set(modules) <= loaded
    assert not loaded & {"requests", "urllib3", "jsonpickle", "dateutil", "yaml"}


@pytest.mark.parametrize("module", ["fota_sdk.client", "fota_sdk.core.controller", "fota_sdk.core.caller"])
def test_a_module_can_be_imported_first(module: str) -> None:
    assert module in loaded_after(f"import {module}")


def test_one_module_touches_jsonpickle_and_nobody_decodes_with_it() -> None:
    touching = {path.stem for path in PACKAGE.rglob("*.py") if any("jsonpickle" in name for name in imports_of(path))}
    assert touching == {"codec"}
    for path in PACKAGE.rglob("*.py"):
        assert not {name.split(".")[0] for name in imports_of(path)} & {"pickle", "marshal", "shelve", "yaml"}
        names = {node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)}
        assert names & {"eval", "exec", "Unpickler"} == ({"exec"} if path.stem == "decoder" else set())
    called = {
        ast.unparse(node.func)
        for node in ast.walk(ast.parse((PACKAGE / "core" / "codec.py").read_text()))
        if isinstance(node, ast.Call)
    }
    assert not [name for name in called if name.startswith("jsonpickle.") or "restore" in name]


# groups, operations, methods and views


def test_the_groups_are_listed_with_their_modules_classes_and_attributes(client: FotaClient) -> None:
    assert controllers.GROUPS == (
        "account_devices",
        "campaigns_v2",
        "campaigns_v3",
        "client_logging",
        "configuration_files",
        "firmware_v3",
        "server_logging",
        "software_management_callbacks_v2",
        "software_management_callbacks_v3",
        "software_management_licenses_v2",
        "software_management_licenses_v3",
        "software_management_reports_v2",
        "software_management_reports_v3",
        "software_management_subscriptions_v2",
        "software_management_subscriptions_v3",
    )
    assert {path.stem for path in (PACKAGE / "controllers").glob("*_controller.py")} == {
        f"{group}_controller" for group in controllers.GROUPS
    }
    assert type(client.campaigns_v2) is controllers.CampaignsV2Controller is fota_sdk.CampaignsV2Controller
    assert type(client.campaigns_v3) is controllers.CampaignsV3Controller is fota_sdk.CampaignsV3Controller
    with pytest.raises(AttributeError, match="CampaignsV4Controller"):
        controllers.CampaignsV4Controller  # type: ignore[attr-defined]  # noqa: B018 - reading it is the test


def test_type_checkers_and_freezers_see_the_controllers() -> None:
    names = set(imports_of(PACKAGE / "controllers" / "__init__.py"))
    assert {f"fota_sdk.controllers.{group}_controller" for group in controllers.GROUPS} <= names
