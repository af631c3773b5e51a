"""A local stand-in of the service, for first steps, for scripts in development and for tests.

Example::

    from fota_sdk.sandbox import Sandbox

    with Sandbox() as sandbox, sandbox.client() as client:
        client.campaigns_v3.schedule_campaign_firmware_upgrade(sandbox.account, ...)

Its routes are made of the operations in `controllers`. It imports what stands below the client, and the client, but
neither `rollout` nor `cli`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fota_sdk.sandbox.sandbox import Sandbox as Sandbox

__all__ = ["Sandbox"]


if not TYPE_CHECKING:  # type checkers are to find mistyped names by themselves

    def __getattr__(name: str) -> Any:
        # On first use, so that the command hears Ctrl-C before it begins to load.
        if name != "Sandbox":
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from fota_sdk.core.fork import late_imports

        with late_imports:
            from fota_sdk.sandbox.sandbox import Sandbox

        globals()[name] = Sandbox
        return Sandbox
