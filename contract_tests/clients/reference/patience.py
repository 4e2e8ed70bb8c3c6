"""How fast a client asks, and how long it waits before it asks the same page again."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from contract_tests.clients.reference.trouble import TooManyRequests, Trouble


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds since the epoch and a way to let them pass; a test may hand in its own."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Patience:
    """How often one page is asked again, and the pauses in between.

    Units: seconds; a pause doubles from ``first_s`` up to ``longest_s``.
    """

    refusals: int = 9
    failures: int = 4
    first_s: float = 1.0
    longest_s: float = 30.0

    def pause(self, trouble: Trouble, times: int) -> float:
        """Seconds to wait after the ``times``-th trouble of this sort; a told Retry-After is kept.

        Errors: the trouble itself when patience is at its end.
        """
        refused = isinstance(trouble, TooManyRequests)
        if times > (self.refusals if refused else self.failures):
            raise trouble
        if isinstance(trouble, TooManyRequests) and trouble.retry_after_s is not None:
            return trouble.retry_after_s
        return min(self.first_s * 2.0 ** (times - 1), self.longest_s)


@dataclass(slots=True)
class Pace:
    """At most ``requests`` in any ``per_s`` seconds for one endpoint; ``sent`` remembers the instants.

    Source: v3.0/docs/2-authorization, D: 50 requests to the same endpoint in 10 seconds. Five are left
    unused, because requests arrive less evenly than they are sent.
    """

    requests: int = 45
    per_s: float = 10.0
    sent: defaultdict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))

    def take(self, endpoint: str, clock: Clock) -> None:
        """Wait until one more request to ``endpoint`` is allowed, and count it."""
        sent = self.sent[endpoint]
        while len(sent) >= self.requests:
            clock.sleep(max(0.0, sent[0] + self.per_s - clock.now()))
            sent.popleft()
        sent.append(clock.now())

    def recent(self, now: float) -> list[tuple[str, float]]:
        """The instants that still count, so that a run started right after this one keeps the pace too."""
        return [(name, at) for name, sent in self.sent.items() for at in sent if at > now - self.per_s]
