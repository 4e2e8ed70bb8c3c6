"""Requests that wait for one another, by name: so two workers of a client meet in a chosen order."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock


@dataclass(frozen=True, slots=True, eq=False)
class Hold:
    """One request that waits under a name; ``request`` is its id in the journal, ``fault`` what holds it."""

    name: str
    request: int
    fault: int
    release: Future[None] = field(default_factory=Future)


class Holds:
    """Everything that waits on one stage."""

    __slots__ = ("_lock", "_waiting")

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: list[Hold] = []

    def hold(self, name: str, request: int, fault: int) -> Hold:
        """Have a request wait under a name."""
        entry = Hold(name, request, fault)
        with self._lock:
            self._waiting.append(entry)
        return entry

    def release(self, *, name: str | None = None, fault: int | None = None) -> int:
        """Let go what waits under a name, or because of a fault, or all; say how many there were."""
        with self._lock:
            free = [
                entry
                for entry in self._waiting
                if name in (None, entry.name) and fault in (None, entry.fault)
            ]
            self._waiting = [entry for entry in self._waiting if entry not in free]
        for entry in free:
            if entry.release.set_running_or_notify_cancel():
                entry.release.set_result(None)
        return len(free)

    def leave(self, entry: Hold) -> bool:
        """End a wait whose time is over; False when it was released before."""
        with self._lock:
            if entry not in self._waiting:
                return False
            self._waiting.remove(entry)
            return True

    def waiting(self) -> dict[str, list[int]]:
        """Tell which requests wait, by name, in the order they came."""
        by_name: dict[str, list[int]] = {}
        with self._lock:
            for entry in self._waiting:
                by_name.setdefault(entry.name, []).append(entry.request)
        return by_name
