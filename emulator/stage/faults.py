"""The planned faults of a stage: counts requests for each and says whose turn it is."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from emulator.stage.fault import ANY_OPERATION, WEBHOOK_CALL, Fault

if TYPE_CHECKING:
    from emulator.world.core.world import World


@dataclass(slots=True)
class PlannedFault:
    """A fault, the world its stale answers come from, and how many requests it has seen."""

    fault: Fault
    frozen_world: World | None
    count: int = 0

    def counts(self, operation: str, now_ms: int) -> bool:
        """Say whether a request is one of those the fault counts."""
        fault, is_request = self.fault, operation != WEBHOOK_CALL
        is_meant = fault.operation == operation or (is_request and fault.operation == ANY_OPERATION)
        return is_meant and now_ms >= (fault.from_ms or 0)

    def forget(self) -> None:
        """Let go of the frozen world."""
        if self.frozen_world is not None:
            self.frozen_world.close()


class Faults:
    """The planned faults of one stage. Whoever changes or matches it holds the stage's lock."""

    __slots__ = ("_entries", "_ids")

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._entries: dict[int, PlannedFault] = {}

    def __bool__(self) -> bool:
        return bool(self._entries)

    def add(self, fault: Fault, frozen_world: World | None = None) -> Fault:
        """Plan a fault and give it back with its id; ``frozen`` is closed when the fault goes."""
        planned_fault = replace(fault, id=next(self._ids))
        self._entries[planned_fault.id] = PlannedFault(planned_fault, frozen_world)
        return planned_fault

    def remove(self, fault_id: int) -> bool:
        """Take one fault back; False when there is none of that id."""
        entry = self._entries.pop(fault_id, None)
        if entry is None:
            return False
        entry.forget()
        return True

    def clear(self) -> int:
        """Take every fault back and say how many there were."""
        entries = tuple(self._entries.values())
        self._entries.clear()
        for entry in entries:
            entry.forget()
        return len(entries)

    def with_counts(self) -> list[tuple[Fault, int]]:
        """List the faults in the order they were added, each with the number of requests it has seen."""
        return [(entry.fault, entry.count) for entry in tuple(self._entries.values())]

    def frozen_world(self, fault_id: int) -> World | None:
        """Give the world that a fault's stale answers come from; None once it was taken back."""
        entry = self._entries.get(fault_id)
        return None if entry is None else entry.frozen_world

    def match_call(self, now_ms: int) -> Fault | None:
        """Count a call to a subscriber; the first fault whose turn it is acts."""
        return self.match(WEBHOOK_CALL, now_ms)

    def match(self, operation: str, now_ms: int) -> Fault | None:
        """Count a request for every fault that names its operation; the first one whose turn it is acts.

        Called once a request. Units: ``now_ms`` is the world's time, epoch milliseconds.
        """
        matched_fault: Fault | None = None
        for entry in self._entries.values():
            if not entry.counts(operation, now_ms):
                continue
            entry.count += 1
            fault = entry.fault
            if matched_fault is None and fault.at <= entry.count < fault.at + fault.times:
                matched_fault = fault
        return matched_fault
