"""How far a check has come, on a terminal; nothing elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

COLUMNS = (
    TextColumn("{task.description}"),
    BarColumn(bar_width=24),
    MofNCompleteColumn(),
    TextColumn("scenarios"),
    TextColumn("{task.fields[examples]} examples", style="dim"),
    TextColumn("{task.fields[findings]} findings", style="dim"),
    TimeElapsedColumn(),
)


@dataclass(frozen=True, slots=True)
class Advance:
    """What a check calls as it goes on; any thread may.

    Shapes: ``counts`` holds examples and findings of each profile.
    """

    bars: Progress
    tasks: Mapping[str, TaskID]
    counts: Mapping[str, dict[str, int]]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def advance(self, profile: str, scenarios: int = 1, *, examples: int = 0, findings: int = 0) -> None:
        """Add to what a profile has done; ``findings`` more were found."""
        with self.lock:
            counts = self.counts[profile]
            counts["examples"] += examples
            counts["findings"] += findings
            self.bars.update(self.tasks[profile], advance=scenarios, **counts)


@contextmanager
def progress(total_by_profile: Mapping[str, int], console: Console | None = None) -> Iterator[Advance]:
    """Show a bar for each profile while the block runs, on standard error unless a ``console`` is given.

    Shapes: ``total_by_profile`` tells how many scenarios each profile is to run.
    """
    screen = console or Console(stderr=True)
    width = max(map(len, total_by_profile), default=0)
    counts = {profile: {"examples": 0, "findings": 0} for profile in total_by_profile}
    with Progress(*COLUMNS, console=screen, transient=True, disable=not screen.is_terminal) as bars:
        tasks = {
            profile: bars.add_task(f"{profile:<{width}}", total=total, **counts[profile])
            for profile, total in total_by_profile.items()
        }
        yield Advance(bars, tasks, counts)
