from __future__ import annotations

from fota_sdk.core.controller import Controller, DryView, RawView, dry, raw, view
from fota_sdk.core.operation import Effect, Operation
from fota_sdk.models.fota_v2_subscription import FotaV2Subscription

GET_ACCOUNT_SUBSCRIPTION_STATUS = Operation(
    "v2.get_account_subscription_status",
    "GET",
    "/fota/v2/subscriptions/{account}",
    FotaV2Subscription,
    Effect.READS,
)


class SoftwareManagementSubscriptionsV2Controller(Controller):
    """What an account pays for (V2).

    Every method raises `ValidationError` where something is certainly wrong, and nothing was sent;
    `FotaV2ResultException` where the service refuses (400); and another `FotaError` for anything else, whose
    `outcome_unknown` says whether the call may have been carried out. Source: the service's description of Software
    Management Subscriptions V2.
    """

    @view
    def with_raw_response(self) -> SoftwareManagementSubscriptionsV2WithRawResponse:
        """The same methods, each returning an `ApiResponse` with status, headers, text and body."""
        return SoftwareManagementSubscriptionsV2WithRawResponse(self)

    @view
    def dry_run(self) -> SoftwareManagementSubscriptionsV2DryRun:
        """The same methods, each validating and returning the `PreparedCall` that would be sent; nothing is sent."""
        return SoftwareManagementSubscriptionsV2DryRun(self)

    def get_account_subscription_status(self, account: str) -> FotaV2Subscription:
        """Returns what the account pays for: licenses by month, upgrades one by one, or both.

        Args:
            account: Billing account, such as 0000123456-00001.

        Raises:
            FotaV2ResultException: The service refused it (400).
        """
        return self._call(GET_ACCOUNT_SUBSCRIPTION_STATUS, account=account)


class SoftwareManagementSubscriptionsV2WithRawResponse(RawView):
    """The methods of `SoftwareManagementSubscriptionsV2Controller`, returning the HTTP response."""

    get_account_subscription_status = raw(SoftwareManagementSubscriptionsV2Controller.get_account_subscription_status)


class SoftwareManagementSubscriptionsV2DryRun(DryView):
    """The methods of `SoftwareManagementSubscriptionsV2Controller`, sending nothing."""

    get_account_subscription_status = dry(SoftwareManagementSubscriptionsV2Controller.get_account_subscription_status)
