"""What the judges said of a journal, kept as long as somebody may ask for it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the judges said of a journal."""

    position: tuple[int, int] = (0, 0)
    """The journal's position when they did."""
    findings: Sequence[Mapping[str, Any]] = ()
    """The findings as JSON rows."""
    counts: Mapping[tuple[str, ...], int] = field(default_factory=dict)
    """How many there are, by rule and level."""

    @property
    def request_count(self) -> int:
        """How many requests were judged."""
        return self.position[1]


def judgement_of(position: tuple[int, int], findings: Sequence[Mapping[str, Any]]) -> Judgement:
    """Keep findings with the position of their journal."""
    counts: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        counts[finding["rule"], finding["level"]] += finding["count"]
    return Judgement(position, findings, counts)
