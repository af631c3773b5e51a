"""The programs whose start is measured, by contestant and by row.

All of them, and the one that does nothing, first put this checkout before what is installed: so it is this checkout
that is measured, and none pays more for it than another.
"""

from __future__ import annotations

from tests.benchmarks.payloads import (
    ACCOUNT,
    API_TOKEN,
    CAMPAIGN_ID,
    HEADERS,
    READ_PATH,
    SCHEDULE_PATH,
    SESSION_TOKEN,
    schedule_request,
)
from tests.benchmarks.processes import ROOT

IDLE = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\n"

_VENDOR_CLIENT = """
from tests.benchmarks.contestants.vendor import build_client
client = build_client(%(url)r)
"""

_PROGRAMS = {
    "import": {
        "ours": "import fota_sdk",
        "bare": "import requests",
        "urllib3": "import urllib3",
        "http_client": "import http.client, json",
        # the vendor's package loads nothing by itself, so there is nothing to compare
    },
    "client": {
        "ours": "from fota_sdk import FotaClient; FotaClient(api_token='a', session_token='b')",
        "bare": "import requests",
        "urllib3": "import urllib3",
        "http_client": "import http.client, json",
        "vendor": _VENDOR_CLIENT,
    },
    "first": {
        "ours": f"""
from fota_sdk import FotaClient
client = FotaClient(api_token={API_TOKEN!r}, session_token={SESSION_TOKEN!r}, base_url=%(url)r)
client.campaigns_v3.get_campaign_information({ACCOUNT!r}, {CAMPAIGN_ID!r})
""",
        "bare": f"""
import requests
session = requests.Session()
session.headers.update({HEADERS!r})
session.get(%(url)r + {READ_PATH!r}).json()
""",
        "urllib3": f"""
import json, urllib3
json.loads(urllib3.PoolManager(headers={HEADERS!r}).request("GET", %(url)r + {READ_PATH!r}).data)
""",
        "http_client": f"""
import http.client, json
from urllib.parse import urlsplit
parts = urlsplit(%(url)r)
connection = http.client.HTTPConnection(parts.netloc)
connection.request("GET", parts.path + {READ_PATH!r}, headers={HEADERS!r})
json.loads(connection.getresponse().read())
""",
        "vendor": f"{_VENDOR_CLIENT}client.campaigns_v3.get_campaign_information({ACCOUNT!r}, {CAMPAIGN_ID!r}).body",
    },
    "first_schedule": {
        "ours": f"""
from fota_sdk import FotaClient
client = FotaClient(api_token={API_TOKEN!r}, session_token={SESSION_TOKEN!r}, base_url=%(url)r)
client.campaigns_v3.schedule_campaign_firmware_upgrade({ACCOUNT!r}, {schedule_request(10)!r})
""",
        "bare": f"""
import requests
session = requests.Session()
session.headers.update({HEADERS!r})
session.post(%(url)r + {SCHEDULE_PATH!r}, json={schedule_request(10)!r}).json()
""",
    },
    "help": {
        "ours": """
sys.argv = ["fota", "--help"]
from fota_sdk.cli import main
sys.exit(main())
""",
        "bare": "import click",
    },
    "show": {
        "ours": f"""
import os
os.environ.update(FOTA_BASE_URL=%(url)r, FOTA_API_TOKEN={API_TOKEN!r}, FOTA_SESSION_TOKEN={SESSION_TOKEN!r})
sys.argv = ["fota", "v3", "show", "--account", {ACCOUNT!r}, {CAMPAIGN_ID!r}]
from fota_sdk.cli import main
sys.exit(main())
""",
        "bare": f"""
import requests
session = requests.Session()
session.headers.update({HEADERS!r})
for key, value in session.get(%(url)r + {READ_PATH!r}).json().items():
    print(key, value)
""",
    },
}


def programs(row: str, url: str) -> dict[str, str]:
    """Return what each contestant that can do the row runs."""
    return {name: IDLE + program.replace("%(url)r", repr(url)) for name, program in _PROGRAMS[row].items()}
