"""The operations of the service, typed from the facts pages and the reference, never from the package.

`FAMILY` are all 53, each with its example call. `OPERATIONS` are the ten campaign operations among them, in a form that
the tests use which vary account and campaign.
"""

from __future__ import annotations

import pytest

from tests.unit.operations.callbacks import CALLBACKS
from tests.unit.operations.campaigns import BASE_URL, OPERATIONS, OperationFacts, each_operation, operation_named
from tests.unit.operations.device_logging import DEVICE_LOGGING
from tests.unit.operations.devices import DEVICES
from tests.unit.operations.facts import LEFT_OUT, Facts
from tests.unit.operations.files import FILES
from tests.unit.operations.licenses import LICENSES
from tests.unit.operations.reports_v2 import REPORTS_V2
from tests.unit.operations.reports_v3 import REPORTS_V3
from tests.unit.operations.ten_campaigns import TEN_CAMPAIGNS

__all__ = [
    "BASE_URL",
    "FAMILY",
    "LEFT_OUT",
    "OPERATIONS",
    "PAGED",
    "WITHOUT_UPLOAD",
    "Facts",
    "OperationFacts",
    "each_of_family",
    "each_operation",
    "each_without_upload",
    "facts_of",
    "operation_named",
]

FAMILY = [*TEN_CAMPAIGNS, *REPORTS_V2, *REPORTS_V3, *LICENSES, *DEVICES, *CALLBACKS, *DEVICE_LOGGING, *FILES]
WITHOUT_UPLOAD = [facts for facts in FAMILY if not facts.is_form]
"""Those whose body is JSON, if there is one: the form is tested by itself."""
PAGED = [facts for facts in FAMILY if facts.cursor is not None]

each_of_family = pytest.mark.parametrize("facts", FAMILY, ids=str)
each_without_upload = pytest.mark.parametrize("facts", WITHOUT_UPLOAD, ids=str)


def facts_of(name: str) -> Facts:
    return next(facts for facts in FAMILY if facts.name == name)
