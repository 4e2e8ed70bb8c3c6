"""How fast a client asks, and how long it waits before it asks the same page again."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from contract_tests.clients.problems import Passing, TooManyRequests


def now() -> float:
    """Seconds since the epoch, as ``time`` tells them at this moment."""
    return time.time()


def sleep(seconds: float) -> None:
    """Let time pass, as ``time`` does it at this moment."""
    time.sleep(seconds)


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds since the epoch and a way to let them pass; a test may hand in its own."""

    now: Callable[[], float] = now
    sleep: Callable[[float], None] = sleep


@dataclass(frozen=True, slots=True)
class Patience:
    """How often one page is asked again, and the pauses in between.

    Units: seconds; a pause doubles from ``first_s`` up to ``longest_s``. Who is asked to wait longer than
    ``longest_retry_after_s`` gives the run up and comes again later.
    """

    refusals: int = 9
    failures: int = 4
    first_s: float = 1.0
    longest_s: float = 30.0
    longest_retry_after_s: float = 600.0

    def pause(self, problem: Passing, times: int) -> float:
        """Seconds to wait after the ``times``-th problem of this sort; a Retry-After is kept.

        Errors: the problem itself when patience is at its end.
        """
        most = self.refusals if isinstance(problem, TooManyRequests) else self.failures
        if times > most or (problem.retry_after_s or 0.0) > self.longest_retry_after_s:
            raise problem
        if problem.retry_after_s is not None:
            return problem.retry_after_s
        return min(self.first_s * 2.0 ** (times - 1), self.longest_s)


PATIENCE = Patience()
NO_PATIENCE = Patience(refusals=0, failures=0)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``requests`` in any ``per_s`` seconds for whatever bears ``name``."""

    name: str
    requests: int
    per_s: float


@dataclass(slots=True)
class Pace:
    """Keeps limits by remembering in ``sent`` when the last requests under each of their names went out."""

    request_times: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, limits: Iterable[Limit], clock: Clock) -> None:
        """Wait until every limit allows one more request, and count it."""
        for limit in limits:
            self._wait(limit, clock)
            self.request_times[limit.name].append(clock.now())

    def _wait(self, limit: Limit, clock: Clock) -> None:
        times = self.request_times[limit.name]
        while len(times) >= limit.requests:
            left_s = times[0] + limit.per_s - clock.now()
            # An instant of the future is from before the clock was set back: it says nothing.
            if 0.0 < left_s <= limit.per_s:
                clock.sleep(left_s)
            times.popleft()

    def instants(self) -> Iterator[tuple[str, float]]:
        """What is remembered, so that a run started right after this one keeps the pace too."""
        return ((name, at) for name, times in self.request_times.items() for at in times)


def endpoint(name: str) -> Limit:
    """What one endpoint bears.

    Source: docs/2-authorization, D: 50 requests to the same endpoint in 10 seconds. Five are left unused,
    because requests arrive less evenly than they are sent.
    """
    return Limit(name, requests=45, per_s=10.0)
