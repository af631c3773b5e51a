"""A child that is forked while something is imported on first use finds that import finished."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import fota_sdk
from fota_sdk.core.annotations import LazyModule

PACKAGE = Path(fota_sdk.__file__).parent

# Programs and fixtures have a process of their own, which does not fork while it loads its parts.
SOURCES = [
    path
    for path in sorted(PACKAGE.rglob("*.py"))
    if path.parent.name != "cli" and path.name not in ("__main__.py", "pytest_plugin.py")
]


def unguarded(tree: ast.AST, *, late: bool = False, guarded: bool = False) -> Iterator[str]:
    """Return the imports inside of functions that do not hold the lock; that of the lock itself cannot."""
    for node in ast.iter_child_nodes(tree):
        is_function = isinstance(node, (ast.FunctionDef, ast.Lambda))
        holds = isinstance(node, ast.With) and ast.unparse(node.items[0].context_expr) == "late_imports"
        if late and not guarded:
            if isinstance(node, (ast.Import, ast.ImportFrom)) and ast.unparse(node) != (
                "from fota_sdk.core.fork import late_imports"
            ):
                yield f"{node.lineno}: {ast.unparse(node)}"
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in (
                "import_module",
                "__import__",
            ):
                yield f"{node.lineno}: {ast.unparse(node)}"
        yield from unguarded(node, late=late or is_function, guarded=guarded or holds)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import json", 0),
        ("def f():\n    import json", 1),
        ("def f():\n    with late_imports:\n        from json import loads", 0),
        ("def f():\n    with lock:\n        from json import loads", 1),
        ("class A:\n    def f(self):\n        try:\n            import json\n        finally:\n            pass", 1),
        ("def f():\n    return importlib.import_module('json')", 1),
        ("def f():\n    with late_imports:\n        return import_module('json')", 0),
        ("f = lambda: import_module('json')", 1),
    ],
)
def test_the_walk_over_the_sources_sees_what_it_looks_for(source: str, found: int) -> None:
    assert len(list(unguarded(ast.parse(source)))) == found


def test_every_late_import_holds_the_lock() -> None:
    assert len(SOURCES) > 50
    found = {path.name: list(unguarded(ast.parse(path.read_text("utf-8")))) for path in SOURCES}
    assert {name: imports for name, imports in found.items() if imports} == {}


# The import of one module is slow in the parent, and a child is forked in the middle of it.
SCRIPT = """
import os, sys, threading, time

slow, use = sys.argv[1:]
parent, begun = os.getpid(), threading.Event()


class Slow:
    def find_spec(self, name, path=None, target=None):
        if name == slow and os.getpid() == parent:
            begun.set()
            time.sleep(0.3)


import fota_sdk
import fota_sdk.core.fork

sys.meta_path.insert(0, Slow())
thread = threading.Thread(target=exec, args=(use, {}))
thread.start()
if not begun.wait(10):
    sys.exit("it was not imported")
child = os.fork()
if child == 0:
    exec(use, {})
    os._exit(0)
thread.join()
for _ in range(500):
    done, status = os.waitpid(child, os.WNOHANG)
    if done:
        sys.exit(os.waitstatus_to_exitcode(status))
    time.sleep(0.01)
os.kill(child, 9)
sys.exit("the child hangs")
"""
CLIENT = "import fota_sdk; client = fota_sdk.FotaClient(api_token='a', session_token='s'); "
DATES = "import fota_sdk; fota_sdk.V3ChangeCampaignDatesRequest('2030-01-02', '2030-01-02').validate()"
MOMENT = "from fota_sdk.core.retry import parse_retry_after; parse_retry_after('Wed, 21 Oct 2030 07:28:00 GMT')"
FIRST_USES = {
    # a public name, and what it brings
    "fota_sdk.models.v3_time_window": "import fota_sdk; fota_sdk.V3TimeWindow",
    "fota_sdk.core.model": "import fota_sdk; fota_sdk.Campaign",
    "fota_sdk.exceptions": "from fota_sdk import FotaError",
    "fota_sdk.devices": "from fota_sdk import read_devices",
    "fota_sdk.core.auth": "from fota_sdk import SessionLogin",
    "fota_sdk.client": CLIENT,
    "fota_sdk.core.transport": CLIENT,
    # a group, by the client, by its class, and by an annotation
    "fota_sdk.controllers.campaigns_v2_controller": CLIENT + "client.campaigns_v2",
    "fota_sdk.controllers.campaigns_v3_controller": "from fota_sdk import FotaClient; FotaClient.campaigns_v3",
    "fota_sdk.models.campaign": "import typing, fota_sdk; typing.get_type_hints(fota_sdk.FotaClient)",
    # what a call needs
    "requests": CLIENT + "client._attempts.transport.load()",
    "fota_sdk.core.exchange": CLIENT + "client._attempts.transport.load()",
    "urllib3.connectionpool": CLIENT + "client._attempts.transport.load()",
    "jsonpickle": "import fota_sdk; fota_sdk.V3TimeWindow(0, 4).to_json()",
    "jsonpickle.backend": "import fota_sdk; fota_sdk.V3TimeWindow(0, 4).to_json()",
    "dateutil": DATES,
    "dateutil.parser": DATES,
    "email.utils": MOMENT,
    # settings
    "requests.utils": "import os; os.environ['https_proxy'] = 'http://127.0.0.1:9'; " + CLIENT,
    "requests.sessions": "import typing, fota_sdk; typing.get_type_hints(fota_sdk.FotaClient.__init__)",
    # what helps where something is mistyped
    "difflib": "import fota_sdk; hasattr(fota_sdk.V3TimeWindow(), 'strat_time')",
    # the sandbox
    "fota_sdk.sandbox.sandbox": "import fota_sdk.sandbox; fota_sdk.sandbox.Sandbox",
    "fota_sdk.sandbox.rules": "import fota_sdk.sandbox; fota_sdk.sandbox.Sandbox",
    "waitress": "import fota_sdk.sandbox; sandbox = fota_sdk.sandbox.Sandbox(); sandbox.url; sandbox.close()",
    "responses": "import fota_sdk.sandbox; sandbox = fota_sdk.sandbox.Sandbox()\nwith sandbox.mocked(): pass",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize(("slow", "use"), FIRST_USES.items(), ids=FIRST_USES)
def test_a_child_that_is_forked_during_a_first_use_goes_on(slow: str, use: str) -> None:
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT, slow, use]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (run.returncode, run.stderr) == (0, "")


def test_what_looks_for_hooks_in_a_module_that_is_not_loaded_does_not_load_it() -> None:
    module = LazyModule("there_is_no_such_module")
    assert not hasattr(module, "__wrapped__")
    with pytest.raises(ModuleNotFoundError):
        assert module.anything
