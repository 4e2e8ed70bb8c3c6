"""A failure: the smallest scenario in which something went wrong, and its story in words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from contract_tests.records.scenario import Moment, Scenario


@dataclass(frozen=True, slots=True)
class Failure:
    """One smallest failing scenario.

    Shapes: ``rules`` are the ids it breaks, the one it was shrunk for first; ``seen`` is what was seen of
    that one; ``folder`` holds its artefacts (scenario.json, test_scenario.py, traffic.har, requests.sh,
    timeline.md), None when nothing was written; ``repeat`` is the shell line that plays it again.
    """

    scenario: Scenario
    rules: tuple[str, ...]
    seen: str
    timeline: tuple[Moment, ...] = ()
    folder: Path | None = None
    repeat: str = ""
