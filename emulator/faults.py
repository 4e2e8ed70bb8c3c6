"""Injected trouble: which request of which operation is to go wrong, and how. The pipeline does it."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace

ANY_OPERATION = "*"


@dataclass(frozen=True, slots=True)
class Fault:
    """Trouble for the requests number ``at`` to ``at + times - 1`` that match ``operation``.

    Shapes: without a ``status`` the request is only delayed and then goes on; with one it is answered by
    ``body`` or, when there is none, by the catalogue's entry for that status in the document's envelope.
    ``after`` lets the request do its work first: then its answer is lost and this one stands in its place,
    or, without a ``status``, its answer goes out with ``headers`` in the place of its own.
    Units: ``delay_ms`` milliseconds of real time, ``retry_after`` seconds.
    """

    operation: str = ANY_OPERATION
    at: int = 1
    times: int = 1
    status: int | None = None
    retry_after: int | None = None
    delay_ms: int = 0
    body: str | None = None
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()
    after: bool = False
    id: int = 0


class Faults:
    """The planned trouble of one stage, and how many requests each fault has seen since it was added."""

    __slots__ = ("_ids", "_planned", "_seen")

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._planned: dict[int, Fault] = {}
        self._seen: dict[int, int] = {}

    def add(self, fault: Fault) -> Fault:
        """Plan a fault and give it back with its id."""
        planned = replace(fault, id=next(self._ids))
        self._seen[planned.id] = 0
        self._planned[planned.id] = planned
        return planned

    def remove(self, fault_id: int) -> bool:
        """Take one fault back; False when there is none of that id."""
        self._seen.pop(fault_id, None)
        return self._planned.pop(fault_id, None) is not None

    def clear(self) -> int:
        """Take every fault back and say how many there were."""
        count = len(self._planned)
        self._planned.clear()
        self._seen.clear()
        return count

    def planned(self) -> list[tuple[Fault, int]]:
        """List the faults in the order they were added, each with the number of requests it has seen."""
        return [(fault, self._seen[fault.id]) for fault in self._planned.values()]

    def match(self, operation: str) -> Fault | None:
        """Count a request for every fault that names its operation; the first one whose turn it is strikes.

        Called once a request, under the stage's lock.
        """
        if not self._planned:
            return None
        struck: Fault | None = None
        for fault in tuple(self._planned.values()):
            if fault.operation not in (operation, ANY_OPERATION):
                continue
            self._seen[fault.id] += 1
            if struck is None and fault.at <= self._seen[fault.id] < fault.at + fault.times:
                struck = fault
        return struck
