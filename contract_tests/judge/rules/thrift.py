"""More requests than the same data needs."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from contract_tests.records.findings import Occasion
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule


def asked_together(history: History, rule: Rule) -> Iterator[Occasion]:
    """A list ``parameter`` takes many values: at most ``requests`` ask for one each within ``per_ms``."""
    name, allowed, per_ms = rule.facts["parameter"], rule.facts["requests"], rule.facts["per_ms"]
    recent: deque[tuple[str, Exchange]] = deque()
    for exchange in history.operations_of(rule):
        values = [item for key, value in exchange.query if key == name for item in value.split(",") if item]
        if len(values) == 1:
            recent.append((values[0], exchange))
        while recent and recent[0][1].at_ms <= exchange.at_ms - per_ms:
            recent.popleft()
        singles = len({value for value, _ in recent})
        breach = f"{singles} requests within {per_ms / 1000:g} s asked for one {name} each"
        yield Occasion((exchange,), breach if singles > allowed else None)
