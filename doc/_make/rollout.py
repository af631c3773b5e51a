"""The page of what `fota_sdk.rollout` offers."""

from __future__ import annotations

from typing import Any

from _make import classes, docstrings
from _make.markdown import NOTE, ROLLOUT, join, link, linked, rollout_names
from fota_sdk.exceptions import FotaError
from fota_sdk.rollout import Rollout

_INTRODUCTION = """
All of it is imported from `fota_sdk.rollout`. How a roll-out is carried out shows {guide}; what the keys of a plan take
stands [there](rollout.md#the-plan-key-by-key), too. A plan may as well be written in Python:

```python
from fota_sdk.rollout import Doubt, Gate, RolloutPlan, Schedule, StopRule, Watch, Wave

plan = RolloutPlan(
    name="Spring",
    campaign={{
        "firmware_name": "SEQUANSCommunications_GM01Q_SR1.2.0.0-10512_SR1.2.0.0-10657",
        "firmware_from": "SR1.2.0.0-10512",
        "firmware_to": "SR1.2.0.0-10657",
    }},
    wave=(Wave(devices=20, name="pilot"), Wave(share="10%"), Wave(share="100%", approval="manual")),
    gate=Gate(success="95%", soak="48h"),
    stop=(StopRule("failed", share="5%"), StopRule("rejected", share="20%", per="account")),
    schedule=Schedule(per_day=5000),
    watch=Watch(every="4h"),
    doubt=Doubt(settle="36h"),
)
plan.validate()
```
""".strip()


def pages() -> dict[str, str]:
    """Return the page by path."""
    return {ROLLOUT: _page()}


def _page() -> str:
    offered = rollout_names()
    others = [thing for thing in offered.values() if isinstance(thing, type) and thing is not Rollout]
    errors = [thing for thing in others if issubclass(thing, FotaError)]
    functions = {name: thing for name, thing in offered.items() if not isinstance(thing, type)}
    return join(
        [
            "# Roll-outs in Python",
            NOTE,
            _INTRODUCTION.format(guide=link(ROLLOUT, "rollout.md", "the guide")),
            *classes.class_parts(Rollout, ROLLOUT),
            *(part for thing in others if thing not in errors for part in classes.class_parts(thing, ROLLOUT)),
            *(
                part
                for name, each in functions.items()
                for part in (f"## {name}", *classes.member_parts(name, each, ROLLOUT))
            ),
            *(part for thing in sorted(errors, key=lambda each: len(each.__mro__)) for part in _error(thing)),
        ]
    )


def _error(thing: Any) -> list[str]:
    bases = " and ".join(linked(f"`{base.__name__}`", ROLLOUT) for base in thing.__bases__)
    return [f"## {thing.__name__}", linked(docstrings.read(thing).text, ROLLOUT), f"Base: {bases}."]
