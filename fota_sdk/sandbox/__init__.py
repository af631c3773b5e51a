"""A local stand-in of the service, for first steps, for scripts in development and for tests.

Example::

    from fota_sdk.sandbox import Sandbox

    with Sandbox() as sandbox, sandbox.client() as client:
        client.campaigns_v3.schedule_campaign_firmware_upgrade(sandbox.account, ...)
"""

from fota_sdk.sandbox.sandbox import Sandbox

__all__ = ["Sandbox"]
