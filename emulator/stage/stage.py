"""A stage is one isolated world with what surrounds it: journal, faults, counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock

from emulator.stage.fault import Fault
from emulator.stage.fault_log import FaultLog
from emulator.stage.faults import Faults
from emulator.stage.holds import Holds
from emulator.stage.journal import Journal
from emulator.stage.judgement import Judgement
from emulator.stage.ports import Place
from emulator.world.core.snapshots import Snapshot
from emulator.world.core.world import World


@dataclass(slots=True)
class Stage:
    """One isolated world as clients meet it."""

    name: str
    """Its name, in the path of its worlds."""
    opened_from: str
    """The recipe it was opened from."""
    world: World
    """The marketplace."""
    journal: Journal
    """Requests and answers."""
    limits: str
    """Whether limits are counted."""
    lock: RLock
    """The world's lock: taken while a request moves it, not while one waits."""
    faults: Faults = field(default_factory=Faults)
    """The planned faults."""
    holds: Holds = field(default_factory=Holds)
    """Who waits for whom."""
    fault_log: FaultLog = field(default_factory=FaultLog)
    """What faults did."""
    counters: dict[tuple[str, ...], list[int]] = field(default_factory=dict)
    """Counts of requests by owner and bucket."""
    answers: dict[tuple[str, int], int] = field(default_factory=dict)
    """Counts of answers by operation and status."""
    place: Place | None = None
    """Where it answers at its root; None without a port of its own."""
    calls_paused: bool = False
    """Whether subscribers of webhooks are not called for now."""
    waiting_calls: int = 0
    """How many calls to them waited when somebody last looked."""
    due_work: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    """The work on its calendar by kind and state when somebody last looked."""
    judgement: Judgement = field(default_factory=Judgement)
    """What was found when its journal was last judged."""
    resets: int = 0
    """How often it went back to its seed."""
    is_closed: bool = False
    """Whether its world is gone."""

    @property
    def seed(self) -> int:
        """Give the seed its world was made from."""
        return self.world.seed

    def reset(self) -> None:
        """Go back to the seeded world: no faults, nothing held, no counts, an empty journal."""
        with self.lock:
            self.clear_faults()
            self.world.reset()
            self._forget_requests()

    def load_snapshot(self, name: str) -> Snapshot:
        """Go back to a saved state of the world; all else is as after a reset.

        Errors: UnknownSnapshot, OtherSnapshot.
        """
        with self.lock:
            snapshot = self.world.load_snapshot(name)
            self.clear_faults()
            self._forget_requests()
            return snapshot

    def _forget_requests(self) -> None:
        self.journal.clear()
        self.fault_log.clear()
        self.counters.clear()
        self.calls_paused, self.waiting_calls, self.judgement = False, 0, Judgement()
        self.resets += 1

    def plan(self, fault: Fault, directory: Path) -> Fault:
        """Plan a fault and give it back with its id; where its answers are stale, the world is copied now."""
        with self.lock:
            self.world.catch_up()
            frozen_world = self.world.frozen_copy(directory) if fault.stale else None
            return self.faults.add(fault, frozen_world)

    def remove_fault(self, fault_id: int) -> bool:
        """Take one fault back and let go what it holds; False when there is none of that id."""
        with self.lock:
            self.holds.release(fault=fault_id)
            return self.faults.remove(fault_id)

    def clear_faults(self) -> int:
        """Take every fault back, let go all that is held, and say how many faults there were."""
        with self.lock:
            self.holds.release()
            return self.faults.clear()
