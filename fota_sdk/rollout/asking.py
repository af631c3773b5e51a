"""How a step asks the service: no faster than agreed, through any executor, and nothing more where an account fails."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from queue import Empty, SimpleQueue
from typing import Any, Protocol, TypeVar

from fota_sdk.core.fork import late_imports
from fota_sdk.exceptions import ApiError, AuthenticationError, ConfigurationError, FotaError, RateLimitError, clip
from fota_sdk.rollout.errors import RolloutError
from fota_sdk.rollout.journal import Journal
from fota_sdk.rollout.service import Clients
from fota_sdk.times import span


class Counted(Protocol):
    """What a read has found, and how many calls that took."""

    @property
    def calls(self) -> int:
        """How many calls it took."""
        ...


Read = TypeVar("Read", bound=Counted)

_SHORTEST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)
_LONGEST_ASKED_FOR = timedelta(days=1)
"""How long an account is put off at most, whatever the service asks for: nothing of it is cancelled meanwhile."""
_THREADS = 8
_UNDER_WAY = 64
"""How many reads are handed to an executor at a time."""
_PATIENCE = 600.0
"""After how many seconds without a result the reads that an executor was given count as lost."""


@dataclass
class Pace:
    """Sees to it that calls do not leave faster than so many a second.

    Args:
        calls_per_second: How many.
        sleep: Waits for a number of seconds.
    """

    calls_per_second: float
    sleep: Callable[[float], object]
    calls: int = 0
    _free_at: float = field(default=0.0, init=False)

    def wait(self) -> None:
        """Wait until a call may leave."""
        now = time.monotonic()
        if self._free_at > now:
            self.sleep(self._free_at - now)

    def take(self, calls: int) -> None:
        """Wait until a number of calls may leave, and count them."""
        self.wait()
        self.calls += calls
        self._free_at = max(time.monotonic(), self._free_at) + calls / self.calls_per_second

    def correct(self, calls: int) -> None:
        """Count so many calls more, or less, than were taken: what follows waits for them."""
        self.calls += calls
        self._free_at += calls / self.calls_per_second


@dataclass
class Asking:
    """Asks the service for a step.

    Args:
        journal: Where is written down which accounts are put off.
        clients: Gives the client of an account.
        now: The time of the step.
        executor: Carries out reads; None for threads of its own.
        deadline: After how many seconds nothing new is begun; None for no limit.
        sleep: Waits for a number of seconds.
    """

    journal: Journal
    clients: Clients
    now: datetime
    executor: Executor | None
    deadline: float | None
    sleep: Callable[[float], object]

    def __post_init__(self) -> None:
        self._ends_at = None if self.deadline is None else time.monotonic() + self.deadline
        self.pace = Pace(self.journal.plan.watch.calls_per_second, self.sleep)
        self.actions: list[str] = []
        self._silent = self.journal.put_off(self.now)
        self._answering: set[str] = set()

    @property
    def is_late(self) -> bool:
        """Whether nothing new is to be begun."""
        return self._ends_at is not None and time.monotonic() >= self._ends_at

    def may_ask(self, account: str) -> bool:
        """Return whether anything may be sent for an account."""
        return account not in self._silent and not self.is_late

    @contextmanager
    def about(self, account: str) -> Iterator[None]:
        """Ask about an account; a failure puts the account off.

        Raises:
            AuthenticationError: The service refuses the credentials.
            ConfigurationError: The client cannot be built.
        """
        try:
            yield
        except FotaError as error:
            self.failed(account, error)
        else:
            self._answering.add(account)

    def failed(self, account: str, error: Exception) -> None:
        """Send nothing more for an account in this step, nor for a while after it.

        Raises:
            AuthenticationError: The service refuses the credentials: no account is asked for any more.
            ConfigurationError: The client cannot be built.
        """
        if ends_all(error):
            raise error
        if account in self._silent:
            return
        self._silent.add(account)
        pause = min(_SHORTEST_PAUSE * 2 ** min(self.journal.failures(account), 10), _LONGEST_PAUSE)
        asked_for = error.retry_after if isinstance(error, RateLimitError) else None
        if asked_for is not None:
            pause = min(max(_SHORTEST_PAUSE, timedelta(seconds=asked_for)), _LONGEST_ASKED_FOR)
        text = f"nothing is sent for {account} for {span(pause)}: {clip(f'{type(error).__name__}: {error}', 300)}"
        self.journal.wait_for_account(account, self.now + pause, text, self.now)
        self.actions.append(text)

    def close(self) -> None:
        """Record which accounts the service answers for."""
        self.journal.account_answers(self._answering - self._silent)

    def _expect_picklable(self, error: Exception) -> None:
        """Refuse clients that an executor cannot take along; a step would never get anything read.

        Raises:
            RolloutError: The clients cannot be pickled, and that is what went wrong.
        """
        if self.executor is None or isinstance(self.executor, ThreadPoolExecutor) or isinstance(error, FotaError):
            return
        with late_imports:
            from multiprocessing.reduction import ForkingPickler  # what executors of processes pickle with

        try:
            ForkingPickler.dumps(self.clients)
        except Exception as reason:  # noqa: BLE001 - whatever an object raises that cannot be pickled
            if isinstance(self.executor, ProcessPoolExecutor) or str(reason) in str(error):
                raise RolloutError(
                    f"the clients cannot be sent to the processes of the executor: {clip(str(reason), 200)}; nothing "
                    "was read there, and nothing more was sent in this step",
                    "Give threads (executor=None), or clients that can be pickled, such as "
                    "EnvironmentClients(rollout.plan), or an object of a class of a module that builds a client in "
                    "each process. Then step again.",
                ) from error

    def read_all(self, tasks: Iterable[tuple[str, int, Callable[..., Read], tuple[Any, ...]]]) -> Iterator[Read]:
        """Give what reads have found, as they end; some are under way at a time.

        Args:
            tasks: Each an account, how many calls it usually takes, the function, and its arguments after the clients
                and the version of the API.
        """
        executor = ThreadPoolExecutor(_THREADS) if self.executor is None else self.executor
        running: dict[Future[Read], tuple[str, int]] = {}
        ended: SimpleQueue[Future[Read]] = SimpleQueue()  # `wait` is not told of what the shutdown of a pool cancels
        try:
            for account, calls, read, arguments in tasks:
                if self.may_ask(account):
                    self.pace.take(calls)
                    try:
                        future = executor.submit(read, self.clients, self.journal.plan.api, *arguments)
                    except Exception as error:  # noqa: BLE001 - its workers have died, or it was shut down
                        self._expect_picklable(error)
                        self.failed(account, error)
                    else:
                        running[future] = account, calls
                        future.add_done_callback(ended.put)
                # Until one was authenticated, they go one by one: refused logins in a row lock a user.
                while len(running) >= (_UNDER_WAY if self._answering else 1):
                    yield from self._finished(running, ended)
            while running:
                yield from self._finished(running, ended)
        finally:
            for future in running:
                future.cancel()
            if self.executor is None:
                executor.shutdown()

    def _finished(
        self, running: dict[Future[Read], tuple[str, int]], ended: SimpleQueue[Future[Read]]
    ) -> Iterator[Read]:
        """Give what the next read has found that ends; where none does, give all of them up."""
        try:
            future = ended.get(timeout=None if self.executor is None else _PATIENCE)
        except Empty:
            silence = TimeoutError(f"the executor has given no result for {timedelta(seconds=_PATIENCE)}")
            while running:
                future, (its_account, _) = running.popitem()
                future.cancel()
                self.failed(its_account, silence)
            return
        if future not in running:  # it was given up before
            return
        account, calls = running.pop(future)
        try:
            found = future.result()
        except Exception as error:  # noqa: BLE001 - whatever an executor tells of a worker that died
            self._expect_picklable(error)
            self.failed(account, error)
        else:
            self._answering.add(account)
            self.pace.correct(found.calls - calls)
            yield found


def ends_all(error: Exception) -> bool:
    """Return whether nothing more may be asked of the service: it refuses the tokens, or a client cannot be built."""
    return isinstance(error, (AuthenticationError, ConfigurationError)) or is_about_session(error)


def is_about_session(error: Exception) -> bool:
    """Return whether the service refused the session token, which it does with a 400."""
    code = error.error_code if isinstance(error, ApiError) else None
    return code is not None and ".SessionToken." in code


def is_refusal(error: FotaError) -> bool:
    """Return whether the service was there, took the tokens, and said no: no rate limit, and nothing about tokens."""
    if error.outcome_unknown or not isinstance(error, ApiError) or is_about_session(error):
        return False
    if isinstance(error, (AuthenticationError, RateLimitError)):
        return False
    return error.status_code is not None and 400 <= error.status_code < 500
