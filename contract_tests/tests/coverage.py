"""What a run of the tests covered, in real counts, added up over all its processes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from hypothesis.statistics import collector, describe_statistics

ATTACK = ("requests", "answers_5xx", "off_spec", "hangs", "kills", "lost", "doubled")
EXAMPLES = re.compile(r"(\d+) passing, (\d+) failing")


@dataclass(slots=True)
class Coverage:
    """What was covered.

    Shapes: ``items`` by kind, each item once; ``totals`` how many items of a kind there are; ``examples``
    those that Hypothesis drew, whether they passed or failed; ``attack`` sums figures of the attack by name.
    """

    items: dict[str, set[str]] = field(default_factory=dict)
    totals: dict[str, int] = field(default_factory=dict)
    examples: int = 0
    attack: dict[str, float] = field(default_factory=dict)

    def add_attack(self, **counts: float) -> None:
        """Add to the figures of the attack: requests, answers 5xx, hangs, kills and so on."""
        for name, count in counts.items():
            self.attack[name] = self.attack.get(name, 0) + count

    def attack_line(self) -> str:
        """The attack's figures in one line, empty where none ran."""
        number = {name: f"{self.attack.get(name, 0):,.0f}" for name in ATTACK}
        growth = self.attack.get("rss_percent")
        rss = "" if growth is None else f"; RSS {growth:+.1f} %"
        return (
            f"attack: {number['requests']} requests, {number['answers_5xx']} answers 5xx,"
            f" {number['off_spec']} off spec, {number['hangs']} hangs;"
            f" kills {number['kills']}, lost {number['lost']}, doubled {number['doubled']}{rss}"
            if self.attack
            else ""
        )

    def add(self, kind: str, *names: str, of: int) -> None:
        """Note one item of a kind that has so many items."""
        self.items.setdefault(kind, set()).add(" / ".join(names))
        self.totals[kind] = of

    def add_statistics(self, text: str) -> None:
        """Note the examples that Hypothesis tells of."""
        self.examples += sum(int(number) for pair in EXAMPLES.findall(text) for number in pair)

    def merge(self, row: dict[str, Any]) -> None:
        """Add what another process covered."""
        for kind, names in row["items"].items():
            self.items.setdefault(kind, set()).update(names)
        self.totals |= row["totals"]
        self.examples += row["examples"]
        self.add_attack(**row["attack"])

    def row(self) -> dict[str, Any]:
        """Write it for another process."""
        items = {kind: sorted(names) for kind, names in self.items.items()}
        return {"items": items, "totals": self.totals, "examples": self.examples, "attack": self.attack}

    def line(self) -> str:
        """All of it in one line, empty where nothing was noted."""
        counts = [
            f"{len(names):,} of {self.totals[kind]:,} {kind}" for kind, names in sorted(self.items.items())
        ]
        drawn = [f"{self.examples:,} drawn examples"] if self.examples else []
        return f"covered: {'; '.join([*counts, *drawn])}" if counts or drawn else ""


@contextmanager
def noting_examples(coverage: Coverage) -> Iterator[None]:
    """Count the examples of searches that a plain test begins; Hypothesis counts those of its own tests."""

    def listen(statistics: Any) -> None:
        coverage.add_statistics(describe_statistics(statistics))

    current: Any = collector
    with current.with_value(listen):
        yield
