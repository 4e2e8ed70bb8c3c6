"""What a profile asks of an integration: declarations only, read by the engine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from contract_tests.profiles.directed import DirectedScenario
from contract_tests.records.scenario import Row

Select = Callable[[Iterable[Row]], Sequence[Row]]


def withdraw(rows: Sequence[Row], numbers: Collection[int]) -> list[Row]:
    """Desired rows, some of them no longer wanted: a quantity of 0 takes back what was reserved.

    Shapes: ``numbers`` count from 0; a number that is too large names none.
    """
    return [{**row, "quantity": 0} if number in numbers else row for number, row in enumerate(rows)]


@dataclass(frozen=True, slots=True)
class DesiredRows:
    """What the shop wants done: selected from the rows of a kind of truth, written to CLIENT_WANTED."""

    kind: str
    """The kind of truth to select from."""

    selections: Mapping[str, Select]
    """What may be selected, by the name a scenario calls it by; the usual one stands first."""

    withdraw: Callable[[Sequence[Row], Collection[int]], Sequence[Row]] = withdraw
    """Makes the desired rows of some numbers ones that the shop no longer wants, or wants otherwise."""

    def select(self, name: str, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Select the desired rows of a world, the usual ones without a name.

        Errors: KeyError for a name that this profile does not have.
        """
        return tuple(self.selections[name or next(iter(self.selections))](rows))


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """What the random search draws from, besides the transport faults that every profile meets."""

    sizes: Mapping[str, tuple[Any, ...]]
    """The values that each part of the world's recipe may have, the simplest first."""

    moves: tuple[Row, ...]
    """What the marketplace may do while the client runs or between its runs."""

    events: tuple[Row, ...] = ()
    """Faults of the profile's own, ready as they are."""

    pauses: tuple[int, ...] = (60_000,)
    """Milliseconds of the world's time that may pass before the last sync."""

    latest: int = 12
    """The number of the last request that a fault may be placed at."""

    withdrawals: int = 0
    """How many of the desired rows the shop may withdraw."""

    worlds: Mapping[str, str] = field(default_factory=dict)
    """Large worlds, by edition, that are drawn now and then."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One capability of an integration."""

    name: str
    """What it is called in commands, configurations and kept scenarios."""

    operations: frozenset[str]
    """The operations that deliver or do what it is about."""

    scenarios: tuple[DirectedScenario, ...]
    """What is played first; the first of them has no fault."""

    search_space: SearchSpace
    """What is searched after that."""

    spanned_kinds: frozenset[str] = frozenset()
    """Kinds of truth that are cut to the span of days that the client looks back."""

    span_days: int | None = None
    """How many days a client looks back; None where it reads everything."""

    edition: str = ""
    """The one edition that has the service; empty where both have."""

    desired_rows: DesiredRows | None = None
    """What the shop wants done; None where a client only reads."""

    search_may_fail: bool = False
    """Whether what is drawn may leave something that only people can mend."""

    listens: bool = False
    """Whether its client listens for calls while scenarios are played."""

    quick: tuple[str, ...] = ()
    """The names of the five scenarios whose troubles cost most; they are played when there is little time."""

    system: str = "trendyol"
    """The one of SYSTEMS that its clients reach beside the marketplace; its exports use the words of it."""

    def part(self, *names: str) -> Profile:
        """Give the profile with these directed scenarios alone."""
        by_name = {one.name: one for one in self.scenarios}
        return replace(self, scenarios=tuple(by_name[name] for name in names))
