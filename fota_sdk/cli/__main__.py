"""``python -m fota_sdk.cli``: the same as ``fota``."""

import sys

from fota_sdk.cli import main

sys.exit(main())
