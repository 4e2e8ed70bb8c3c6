"""The oracle of level L1: what the plan should have delivered, against what the client was really sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.history import History
from contract_tests.law import Rule
from contract_tests.profiles import Kind

NAMED = 3
# What tells groups of rows apart, so that a lost type or a lost list is seen at a glance.
GROUPED_BY = "transactionType"

Truth = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Shortfall:
    """The rows of one kind that no answer held."""

    kind: str
    missing: Truth
    expected: int

    def __str__(self) -> str:
        """Tell how many are missing, of which group, and name the first few."""
        groups = Counter(str(row[GROUPED_BY]) for row in self.missing.values() if GROUPED_BY in row)
        told = ", ".join(f"{name} {count}" for name, count in groups.most_common())
        first = ", ".join(list(self.missing)[:NAMED])
        lost = f"{len(self.missing)} of {self.expected} {self.kind} were never sent to it"
        return f"{lost} ({told}): {first}" if told else f"{lost}: {first}"


def truth_of(rows: Iterable[Mapping[str, Any]], rule: Rule) -> Truth:
    """Put the rows of the truth under the key the rule names."""
    return {str(row[rule.facts["key"]]): row for row in rows}


def delivered(history: History, kind: Kind, rule: Rule) -> set[str]:
    """Gather the keys that stood in the answers of the operations that deliver a kind.

    Shapes: ``at`` of the rule is the path of the key in an answer, one for all operations or one for each.
    """
    at = rule.facts["at"]
    paths = {operation: at if isinstance(at, str) else at[operation] for operation in kind.operations}
    return {
        str(key)
        for exchange in history.exchanges
        if exchange.operation in paths and exchange.status == 200
        for key in values_at(exchange.body.json, paths[exchange.operation].split("."))
    }


def values_at(value: Any, steps: list[str]) -> Iterator[Any]:
    """Yield what stands at the end of a path of member names; lists are gone through."""
    if isinstance(value, list):
        for one in value:
            yield from values_at(one, steps)
    elif not steps:
        yield value
    elif isinstance(value, dict) and steps[0] in value:
        yield from values_at(value[steps[0]], steps[1:])


def shortfall(kind: str, truth: Truth, sent: set[str]) -> Shortfall:
    """Find what was expected and not sent."""
    missing = {key: row for key, row in truth.items() if key not in sent}
    return Shortfall(kind, missing, len(truth))
