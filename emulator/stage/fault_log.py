"""What faults have done, in order: one sentence for each effect, for the story of a failure."""

from __future__ import annotations

import itertools
from collections import deque
from dataclasses import dataclass

CAPACITY = 10_000


@dataclass(frozen=True, slots=True)
class FaultEvent:
    """One effect.

    Shapes: ``request`` is the journal's id of the request, ``fault`` the fault's id; both None for
    what somebody did by hand.
    Units: ``at_ms`` the world's time, epoch milliseconds.
    """

    id: int
    at_ms: int
    request: int | None
    fault: int | None
    effect: str


class FaultLog:
    """Keeps the last ``CAPACITY`` events of a stage. Ids rise for ever, also over ``clear``."""

    __slots__ = ("_events", "_ids")

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._events: deque[FaultEvent] = deque(maxlen=CAPACITY)

    def record(self, at_ms: int, what: str, *, request: int | None = None, fault: int | None = None) -> None:
        """Write an effect down."""
        self._events.append(FaultEvent(next(self._ids), at_ms, request, fault, what))

    @property
    def last_id(self) -> int:
        """The id of the last event, 0 while there is none."""
        return self._events[-1].id if self._events else 0

    def since(self, last_number: int) -> list[FaultEvent]:
        """List the events after that id."""
        return [entry for entry in tuple(self._events) if entry.id > last_number]

    def clear(self) -> None:
        """Forget everything."""
        self._events.clear()
