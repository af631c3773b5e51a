"""An eleventh operation, as the three steps of CONTRIBUTING would bring it into a checkout."""

from __future__ import annotations

from pathlib import Path

NAME = "v3.get_account_quota"
PAGE = "doc/controllers/campaigns-v3.md"
ROUTE = "/fota/v3/quotas/{acc}"
COMMAND = "get-account-quota"

MODEL = '''
from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FotaV3Quota(Model):
    """What an account may use (V3)."""

    account_name: str = wire("accountName", example="0000123456-00001")
    """Account of the quota."""
    plan: str | None = wire("plan", example="large,small")
    """Names of its plans, joined by commas."""
'''

OPERATION = """\
GET_ACCOUNT_QUOTA = Operation(
    "v3.get_account_quota",
    "GET",
    "/fota/v3/quotas/{acc}",
    answer=FotaV3Quota,
    refusal=FotaV3ResultException,
    repeatable=True,
    harmless=True,
)


"""

METHOD = '''
    def get_account_quota(self, acc: str) -> FotaV3Quota:
        """Returns what an account may use.

        Args:
            acc: Billing account, usually ten digits, a hyphen and five digits, such as 0000123456-00001.

        Raises:
            ValidationError: Something is certainly wrong; nothing was sent.
            FotaV3ResultException: The service refused it (400).
            FotaError: Anything else that kept the answer away.

        Source: reference page of V3 quotas.
        """
        return self._call(GET_ACCOUNT_QUOTA, acc=acc)
'''

FACTS = """\
    OperationFacts(
        "v3.get_account_quota",
        "get_account_quota",
        ("acc",),
        "GET",
        "/fota/v3/quotas/{acc}",
        None,
        {"accountName": ACCOUNT, "plan": "large"},
        "FotaV3Quota",
        {"account_name": "accountName", "plan": "plan"},
        FotaV3ResultException,
    ),
"""

_INIT = "fota_sdk/__init__.py"
_CONTROLLER = "fota_sdk/controllers/campaigns_v3_controller.py"
_IMPORT = "from fota_sdk.models.fota_v3_quota import FotaV3Quota"
_LINE = "    get_account_quota = {view}(CampaignsV3Controller.get_account_quota)\n"

# Each: the file, what comes in, and before which text.
STEPS = [
    # 1. the models
    (_INIT, f"    {_IMPORT} as FotaV3Quota\n", "    from fota_sdk.models.fota_v3_success_result import"),
    (_INIT, '    "FotaV3Quota": "models.fota_v3_quota",\n', '    "FotaV3SuccessResult": '),
    # 2. the operation
    (_CONTROLLER, f"{_IMPORT}\n", "from fota_sdk.models.fota_v3_success_result import"),
    (_CONTROLLER, OPERATION, "class CampaignsV3Controller("),
    # 3. the method, and its line in each view
    (_CONTROLLER, METHOD, "\n\nclass CampaignsV3WithRawResponse("),
    *((_CONTROLLER, _LINE.format(view=view), f"    cancel_campaign = {view}(") for view in ("raw", "dry")),
]


def add_to(checkout: Path) -> None:
    """Take the three steps in a checkout."""
    (checkout / "fota_sdk/models/fota_v3_quota.py").write_text(MODEL.lstrip())
    for file, text, place in STEPS:
        _put(checkout / file, text, place)


def add_facts_to(checkout: Path) -> None:
    """Take the step that the tests then ask for."""
    _put(checkout / "tests/unit/operations.py", FACTS, "]\n\neach_operation")


def _put(path: Path, text: str, place: str) -> None:
    old = path.read_text()
    assert old.count(place) == 1, f"{path.name} has {old.count(place)} times: {place}"
    path.write_text(old.replace(place, text + place))
