"""Going through the writes of a history, each with what its client knew before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Protocol, TypeVar

from contract_tests.records.history import Exchange, History
from contract_tests.records.rulebook import Rule


class Knowledge(Protocol):
    """What a client has read and written so far."""

    def read(self, exchange: Exchange) -> None:
        """Take in what an answer showed."""

    def write(self, exchange: Exchange) -> None:
        """Take in what was written, and how it was answered."""


K = TypeVar("K", bound=Knowledge)


def with_knowledge(
    history: History, rule: Rule, knowledge: K, written_number: Callable[[Exchange], object]
) -> Iterator[tuple[Exchange, K]]:
    """Go through what a rule speaks of, each with what the client knew before it.

    Shapes: ``written_number`` gives what a write is about, nothing where it is none of this family.
    """
    if next(iter(history.operations_of(rule)), None) is None:
        return
    for exchange in history.exchanges:
        if history.covers(rule, exchange):
            yield exchange, knowledge
        if exchange.method == "GET":
            knowledge.read(exchange)
        elif written_number(exchange):
            knowledge.write(exchange)
