"""What pytest loads by the entry point ``fota``.

It names the plugin by its module, so that a project that does so too (``-p``, ``pytest_plugins``) means the same one.
"""

pytest_plugins = ["fota_sdk.pytest_plugin"]
