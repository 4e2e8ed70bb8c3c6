"""How far a check has come: bars on a terminal, a line a scenario elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from contract_tests.reports.language import say

EXAMPLES, FINDINGS = "{task.fields[examples]}", "{task.fields[findings]}"


@dataclass(slots=True)
class Counts:
    """What a profile has done beside its scenarios."""

    examples: int = 0
    findings: int = 0


@dataclass(frozen=True, slots=True)
class Advance:
    """What a check calls as it goes on, from any thread."""

    bars: Progress
    tasks: Mapping[str, TaskID]
    counts: Mapping[str, Counts]
    lock: threading.Lock = field(default_factory=threading.Lock)

    def advance(
        self, profile: str, scenarios: int = 1, *, examples: int = 0, findings: int = 0, line: str = ""
    ) -> None:
        """Add to what a profile has done: scenarios that ended, examples, findings.

        Shapes: ``line`` says it where there is no terminal.
        """
        with self.lock:
            if line and self.bars.disable:
                self.bars.console.print(f"{profile}  {line}", soft_wrap=True, highlight=False, markup=False)
            count = self.counts[profile]
            count.examples += examples
            count.findings += findings
            task = self.tasks[profile]
            self.bars.update(task, advance=scenarios, examples=count.examples, findings=count.findings)


def _columns() -> Iterator[ProgressColumn]:
    yield TextColumn("{task.description}")
    yield BarColumn(bar_width=24)
    yield MofNCompleteColumn()
    yield TextColumn(say("scenarios"))
    yield TextColumn(say("{count} examples", count=EXAMPLES), style="dim")
    yield TextColumn(say("{count} findings", count=FINDINGS), style="dim")
    yield TimeElapsedColumn()


@contextmanager
def progress(total_by_profile: Mapping[str, int], console: Console | None = None) -> Iterator[Advance]:
    """Show a bar for each profile while the block runs, on standard error unless a ``console`` is given.

    Shapes: ``total_by_profile`` gives the number of scenarios of each profile.
    """
    screen = console or Console(stderr=True)
    width = max(map(len, total_by_profile), default=0)
    with Progress(*_columns(), console=screen, transient=True, disable=not screen.is_terminal) as bars:
        tasks = {
            profile: bars.add_task(f"{profile:<{width}}", total=total, examples=0, findings=0)
            for profile, total in total_by_profile.items()
        }
        yield Advance(bars, tasks, {profile: Counts() for profile in total_by_profile})
