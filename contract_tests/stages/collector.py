"""Takes the journal of a stage along while a client runs, before the stage lets go of large bodies."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from contract_tests.stages.control_api import NoAnswer
from contract_tests.stages.stage import Stage

EVERY_S = 0.5


@dataclass(slots=True)
class JournalCopy:
    """The HAR entries taken so far, by journal id."""

    entries: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    whole_until: int = 0

    def take(self, stage: Stage) -> None:
        """Fetch what is new; an exchange that ends after a later one is fetched when it has ended."""
        for entry in stage.har_entries(self.whole_until):
            self.entries.setdefault(entry["_emulator"]["id"], entry)
        while self.whole_until + 1 in self.entries:
            self.whole_until += 1

    def skip(self, stage: Stage) -> None:
        """Pass over what came since: a verb other than sync may have asked for it."""
        self.whole_until = max(self.whole_until, stage.newest_request_id())


@contextmanager
def copy_journal(stage: Stage, journal: JournalCopy, *, meanwhile: bool = True) -> Iterator[None]:
    """Keep fetching ``meanwhile`` the block runs, and once more at its end."""
    if not meanwhile:
        yield
        journal.take(stage)
        return
    end = threading.Event()

    def fetch() -> None:
        # What fails here fails again at the end, where it is raised.
        with suppress(NoAnswer):
            while not end.wait(EVERY_S):
                journal.take(stage)

    worker = threading.Thread(target=fetch, daemon=True)
    worker.start()
    try:
        yield
    finally:
        end.set()
        worker.join()
    journal.take(stage)
