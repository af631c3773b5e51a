"""What the sandbox keeps for each account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from fota_sdk.sandbox.messages import refuse
from fota_sdk.sandbox.rules import check_account

MOST_ACCOUNTS = 1000

State = TypeVar("State")


class PerAccount(Generic[State]):
    """One state for each account; not safe for threads by itself.

    Args:
        empty: Builds the state of an account that has none yet.
    """

    def __init__(self, empty: Callable[[], State]) -> None:
        self._empty = empty
        self._states: dict[str, State] = {}

    def read(self, account: str) -> State:
        """Return the state of an account, an empty one that is not kept where it has none.

        Raises:
            Refused: The account is malformed.
        """
        check_account(account)
        state = self._states.get(account)
        return self._empty() if state is None else state

    def change(self, account: str) -> State:
        """Return the state of an account to change it.

        Raises:
            Refused: The account is malformed, or one more than the sandbox keeps.
        """
        check_account(account)
        if account not in self._states:
            if len(self._states) >= MOST_ACCOUNTS:
                raise refuse(f"The sandbox keeps this for {MOST_ACCOUNTS} accounts at most.")
            self._states[account] = self._empty()
        return self._states[account]
