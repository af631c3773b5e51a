"""Exit codes of the command; scripts rely on them."""

from __future__ import annotations

DONE = 0
REFUSED = 1
WRONG_USAGE = 2
NO_SERVICE = 3
OUTCOME_UNKNOWN = 4
TIME_OVER = 5
ENDED_OTHERWISE = 6
NEEDS_PERSON = 7
BUSY = 8
INTERRUPTED = 130
OUTPUT_GONE = 141
OWN_FAULT = 70
