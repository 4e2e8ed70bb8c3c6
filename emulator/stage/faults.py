"""The planned faults of a stage: counts requests for each and says whose turn it is."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emulator.stage.fault import ANY_OPERATION, Fault

if TYPE_CHECKING:
    from emulator.world.core.world import World


@dataclass(slots=True)
class _Planned:
    """A fault, the world its stale answers come from, and how many requests it has seen."""

    fault: Fault
    frozen: World | None
    seen: int = 0

    def counts(self, operation: str, now_ms: int) -> bool:
        """Say whether a request is one of those the fault counts."""
        fault = self.fault
        return fault.operation in (operation, ANY_OPERATION) and now_ms >= (fault.from_ms or 0)

    def forget(self) -> None:
        """Let go of the frozen world."""
        if self.frozen is not None:
            self.frozen.close()


class Faults:
    """The planned trouble of one stage. Whoever changes or matches it holds the stage's lock."""

    __slots__ = ("_ids", "_planned")

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._planned: dict[int, _Planned] = {}

    def __bool__(self) -> bool:
        return bool(self._planned)

    def add(self, fault: Fault, frozen: World | None = None) -> Fault:
        """Plan a fault and give it back with its id; ``frozen`` is closed when the fault goes."""
        planned = replace(fault, id=next(self._ids))
        self._planned[planned.id] = _Planned(planned, frozen)
        return planned

    def remove(self, fault_id: int) -> bool:
        """Take one fault back; False when there is none of that id."""
        entry = self._planned.pop(fault_id, None)
        if entry is None:
            return False
        entry.forget()
        return True

    def clear(self) -> int:
        """Take every fault back and say how many there were."""
        entries = tuple(self._planned.values())
        self._planned.clear()
        for entry in entries:
            entry.forget()
        return len(entries)

    def planned(self) -> list[tuple[Fault, int]]:
        """List the faults in the order they were added, each with the number of requests it has seen."""
        return [(entry.fault, entry.seen) for entry in tuple(self._planned.values())]

    def frozen(self, fault_id: int) -> World | None:
        """Give the world that a fault's stale answers come from; None once it was taken back."""
        entry = self._planned.get(fault_id)
        return None if entry is None else entry.frozen

    def match(self, operation: str, now_ms: int) -> Fault | None:
        """Count a request for every fault that names its operation; the first one whose turn it is strikes.

        Called once a request. Units: ``now_ms`` is the world's time, epoch milliseconds.
        """
        matched_fault: Fault | None = None
        for entry in self._planned.values():
            if not entry.counts(operation, now_ms):
                continue
            entry.seen += 1
            fault = entry.fault
            if matched_fault is None and fault.at <= entry.seen < fault.at + fault.times:
                matched_fault = fault
        return matched_fault
