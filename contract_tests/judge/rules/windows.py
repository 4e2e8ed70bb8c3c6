"""Stretches of time: not too long, and nothing between two of them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from contract_tests.judge.rules.values import idle, instant_ms
from contract_tests.records.findings import Evaluation
from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule

DAY_MS = 86_400_000


class Window(NamedTuple):
    """A stretch of time as it was asked for, both ends included. Units: epoch milliseconds."""

    from_ms: int
    to_ms: int
    exchange: Exchange

    def holds(self, other: Window) -> bool:
        """Tell whether another window lies within this one."""
        return self.from_ms <= other.from_ms and other.to_ms <= self.to_ms


def window(exchange: Exchange, rule: Rule) -> Window | None:
    """Read the window of a request from the parameters the rule names ``from`` and ``to``."""
    facts = rule.facts
    if "from" not in facts or idle(exchange, rule):
        return None
    start = instant_ms(exchange, facts["from"])
    end = None if start is None else instant_ms(exchange, facts["to"])
    return Window(start, end, exchange) if start is not None and end is not None else None


def windows_of(history: History, rule: Rule) -> list[Window | None]:
    """Read the window of each request that a rule speaks of; rules that name dates alike share them."""
    names = (rule.facts.get("from"), rule.facts.get("to"), tuple(rule.facts.get("unless", ())))
    key = ("windows", history.places_of(rule), *names)
    if key not in history.memory:
        history.memory[key] = [window(exchange, rule) for exchange in history.operations_of(rule)]
    windows: list[Window | None] = history.memory[key]
    return windows


def window_within(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A window is not longer than ``max_ms``."""
    longest = rule.facts["max_ms"]
    for one in filter(None, windows_of(history, rule)):
        span = one.to_ms - one.from_ms
        yield Evaluation((one.exchange,), _too_long(span, longest) if span > longest else None)


def _too_long(span: int, longest: int) -> str:
    return f"a window of {days(span)} was asked for, {days(longest)} are allowed"


def window_order(history: History, rule: Rule) -> Iterator[Evaluation]:
    """A window does not end before it begins."""
    violation = f"{rule.facts['to']} lies before {rule.facts['from']}"
    for one in filter(None, windows_of(history, rule)):
        yield Evaluation((one.exchange,), violation if one.to_ms < one.from_ms else None)


def windows_contiguous(history: History, rule: Rule) -> Iterator[Evaluation]:
    """Between neighbouring windows of one kind no instant is left out.

    Shapes: windows are of one kind when seller and the parameters of ``by`` are the same.
    Units: two windows further apart than ``gap_ms`` are no neighbours.
    """
    kinds: dict[tuple[str | None, ...], list[Window]] = {}
    names = rule.facts.get("by", ())
    for one in filter(None, windows_of(history, rule)):
        exchange = one.exchange
        key_values = [exchange.query_value(name) for name in names]
        kinds.setdefault((exchange.operation, exchange.seller, *key_values), []).append(one)
    for windows in kinds.values():
        yield from _gaps(windows, rule.facts.get("gap_ms", DAY_MS))


def _gaps(windows: list[Window], neighbours_ms: int) -> Iterator[Evaluation]:
    in_order = sorted(windows, key=lambda one: (one.from_ms, one.to_ms))
    covered_until_ms = in_order[0].to_ms
    for before, after in pairwise(in_order):
        gap = after.from_ms - covered_until_ms
        violation = None
        if 1 < gap <= neighbours_ms:
            violation = f"{gap - 1} ms between two windows are never asked for, after {covered_until_ms}"
        yield Evaluation((after.exchange, before.exchange), violation)
        covered_until_ms = max(covered_until_ms, after.to_ms)


def days(ms: int) -> str:
    """Write a span in days."""
    return f"{ms / DAY_MS:.6g} days"
