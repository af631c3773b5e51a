from __future__ import annotations

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.fota_v3_subscription import FotaV3Subscription

GET_ACCOUNT_SUBSCRIPTION_STATUS = Operation(
    "v3.get_account_subscription_status",
    "GET",
    "/fota/v3/subscriptions/{acc}",
    FotaV3Subscription,
    Effect.READS,
)


class SoftwareManagementSubscriptionsV3Controller(Controller):
    """What an account pays for (V3).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV3ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Software
    Management Subscriptions V3.
    """

    @view
    def with_raw_response(self) -> SoftwareManagementSubscriptionsV3WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return SoftwareManagementSubscriptionsV3WithRawResponse(self)

    @view
    def dry_run(self) -> SoftwareManagementSubscriptionsV3DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return SoftwareManagementSubscriptionsV3DryRun(self)

    def get_account_subscription_status(self, acc: str) -> FotaV3Subscription:
        """Returns what the account pays for: licenses by month, upgrades one by one, or both.

        Args:
            acc: Billing account, such as 0000123456-00001.

        Raises:
            FotaV3ResultException: The service refused it (400).
        """
        return self._call(GET_ACCOUNT_SUBSCRIPTION_STATUS, acc=acc)


class SoftwareManagementSubscriptionsV3WithRawResponse(RawView):
    """The methods of `SoftwareManagementSubscriptionsV3Controller`, returning the HTTP response."""

    get_account_subscription_status = raw(SoftwareManagementSubscriptionsV3Controller.get_account_subscription_status)


class SoftwareManagementSubscriptionsV3DryRun(DryView):
    """The methods of `SoftwareManagementSubscriptionsV3Controller`, sending nothing."""

    get_account_subscription_status = dry(SoftwareManagementSubscriptionsV3Controller.get_account_subscription_status)
