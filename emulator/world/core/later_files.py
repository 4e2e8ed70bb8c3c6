"""Seeded files led on to a later moment: where many worlds of one plan begin, what fell due is done once."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from emulator.world.core import seeded_files

MOST_FILES, MOST_PLANS = 8, 256
# A file that is further behind is made again: a world that began with it would have much to do.
OLD_MS = 900_000


@dataclass(slots=True)
class LaterFiles:
    """The files of one process; a plan has one once a second world of it is opened.

    Units: epoch milliseconds UTC.
    """

    files: dict[Hashable, tuple[int, Path]] = field(default_factory=dict)
    """The moment and the file of a plan, the last used at the end."""
    plans: dict[Hashable, Lock] = field(default_factory=dict)
    """The plans that were asked for, the last at the end, with what is taken while a file of one is made."""
    lock: Lock = field(default_factory=Lock)
    """Taken while these are looked at."""

    def private_copy(
        self, plan: Hashable, at_ms: int, source: Path, directory: Path, lead_on: Callable[[Path], None]
    ) -> Path:
        """Copy the ``source`` of a plan, or its later file, under a name that nobody else has.

        Shapes: ``plan`` is what tells plans apart; ``lead_on(place)`` leads a copy on to the moment. A plan
        whose file takes long to make keeps no other plan waiting.
        """
        is_known, making = self._note(plan)
        if not is_known:
            return seeded_files.private_copy(source, directory)
        with making:
            later = self._later_file(plan, at_ms)
            if later is None:
                later = seeded_files.private_copy(source, directory / "later")
                lead_on(later)
                self._keep(plan, at_ms, later)
            return seeded_files.private_copy(later if later.exists() else source, directory)

    def _note(self, plan: Hashable) -> tuple[bool, Lock]:
        with self.lock:
            making = self.plans.pop(plan, None)
            is_known = making is not None
            self.plans[plan] = making = making or Lock()
            if len(self.plans) > MOST_PLANS:
                del self.plans[next(iter(self.plans))]
            return is_known, making

    def _later_file(self, plan: Hashable, at_ms: int) -> Path | None:
        """Find the file of a plan, now the last used; one of another time is removed."""
        with self.lock:
            moment_ms, later = self.files.pop(plan, (at_ms, None))
            if not moment_ms <= at_ms <= moment_ms + OLD_MS:
                _remove(later)
                return None
            if later is not None:
                self.files[plan] = moment_ms, later
            return later

    def _keep(self, plan: Hashable, at_ms: int, later: Path) -> None:
        with self.lock:
            self.files[plan] = at_ms, later
            if len(self.files) > MOST_FILES:
                _remove(self.files.pop(next(iter(self.files)))[1])

    def close(self) -> None:
        """Remove every file."""
        with self.lock:
            while self.files:
                _remove(self.files.popitem()[1][1])


def _remove(place: Path | None) -> None:
    if place is not None:
        place.unlink(missing_ok=True)
