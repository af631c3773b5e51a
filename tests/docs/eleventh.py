"""An eleventh operation, as the three steps of CONTRIBUTING would bring it into a checkout."""

from __future__ import annotations

from pathlib import Path

NAME = "v3.get_account_subscription_status"
PAGE = "doc/controllers/campaigns-v3.md"
ROUTE = "/fota/v3/subscriptions/{acc}"
COMMAND = "get-account-subscription-status"

MODEL = '''
from __future__ import annotations

from dataclasses import dataclass

from fota_sdk.core.fields import Text, wire
from fota_sdk.core.model import Model


@dataclass(slots=True, eq=False, repr=False)
class FotaV3Subscription(Model):
    """What an account has subscribed to (V3)."""

    account_name: str | None = wire(
        "accountName", Text(), "Account of the subscription.", required=True, example="0000123456-00001"
    )
    purchase_type: str | None = wire(
        "purchaseType", Text(), "Kinds of subscription, joined by commas.", example="TS-HFOTA-EVNT,TS-HFOTA-MRC"
    )
'''

OPERATION = """\
GET_ACCOUNT_SUBSCRIPTION_STATUS = Operation(
    "v3.get_account_subscription_status",
    "GET",
    "/fota/v3/subscriptions/{acc}",
    answer=FotaV3Subscription,
    refusal=FotaV3ResultException,
    repeatable=True,
    harmless=True,
)


"""

METHOD = '''
    def get_account_subscription_status(self, acc: str) -> FotaV3Subscription:
        """Returns what an account has subscribed to.

        Args:
            acc: Billing account, usually ten digits, a hyphen and five digits, such as 0000123456-00001.

        Raises:
            ValidationError: Something is certainly wrong; nothing was sent.
            FotaV3ResultException: The service refused it (400).
            FotaError: Anything else that kept the answer away.

        Source: reference page of V3 subscriptions.
        """
        return self._call(GET_ACCOUNT_SUBSCRIPTION_STATUS, acc=acc)
'''

FACTS = """\
    OperationFacts(
        "v3.get_account_subscription_status",
        "get_account_subscription_status",
        ("acc",),
        "GET",
        "/fota/v3/subscriptions/{acc}",
        None,
        {"accountName": ACCOUNT, "purchaseType": "TS-HFOTA-EVNT"},
        "FotaV3Subscription",
        {"account_name": "accountName", "purchase_type": "purchaseType"},
        FotaV3ResultException,
    ),
"""

_INIT = "fota_sdk/__init__.py"
_CONTROLLER = "fota_sdk/controllers/campaigns_v3_controller.py"
_IMPORT = "from fota_sdk.models.fota_v3_subscription import FotaV3Subscription"
_LINE = "    get_account_subscription_status = {view}(CampaignsV3Controller.get_account_subscription_status)\n"

# Each: the file, what comes in, and before which text.
STEPS = [
    # 1. the models
    (_INIT, f"    {_IMPORT} as FotaV3Subscription\n", "    from fota_sdk.models.fota_v3_success_result import"),
    (_INIT, '    "FotaV3Subscription": "models.fota_v3_subscription",\n', '    "FotaV3SuccessResult": '),
    (_INIT, '    "FotaV3Subscription",\n', '    "FotaV3SuccessResult",\n'),
    # 2. the operation
    (_CONTROLLER, f"{_IMPORT}\n", "from fota_sdk.models.fota_v3_success_result import"),
    (_CONTROLLER, OPERATION, "class CampaignsV3Controller("),
    # 3. the method, and its line in each view
    (_CONTROLLER, METHOD, "\n\nclass CampaignsV3WithRawResponse("),
    *((_CONTROLLER, _LINE.format(view=view), f"    cancel_campaign = {view}(") for view in ("raw", "dry")),
]


def add_to(checkout: Path) -> None:
    """Take the three steps in a checkout."""
    (checkout / "fota_sdk/models/fota_v3_subscription.py").write_text(MODEL.lstrip())
    for file, text, place in STEPS:
        _put(checkout / file, text, place)


def add_facts_to(checkout: Path) -> None:
    """Take the step that the tests then ask for."""
    _put(checkout / "tests/unit/operations.py", FACTS, "]\n\neach_operation")


def _put(path: Path, text: str, place: str) -> None:
    old = path.read_text()
    assert old.count(place) == 1, f"{path.name} has {old.count(place)} times: {place}"
    path.write_text(old.replace(place, text + place))
