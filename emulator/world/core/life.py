"""Life tables: from which status which ways lead on, who may go them, and what follows.

A table is a literal, so that a life is read on one screen:

    LIFE: Life[Status, Order] = {
        "created": (Way("picking", by="seller"), Way("cancelled", by="customer", then=(put_back,))),
        "cancelled": (),
    }
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from emulator.world.core.world import World

S = TypeVar("S", bound=str)
T = TypeVar("T")


class NoWay(ValueError):
    """No way of a life leads from one status to another for whoever wants to go it."""


@dataclass(frozen=True, slots=True)
class Way(Generic[S, T]):
    """One way on: the status it leads to, who goes it, and what is done to the world behind it, in order."""

    to: S
    by: str
    then: tuple[Callable[[World, T], None], ...] = ()


Life = Mapping[S, tuple[Way[S, T], ...]]


def step(table: Life[S, T], at: S, to: S, by: str | None = None) -> Way[S, T]:
    """The way from one status to another; ``by`` None is whoever goes the first one that leads there.

    Errors: NoWay.
    """
    for way in table[at]:
        if way.to == to and by in (None, way.by):
            return way
    raise NoWay(f"from {at} no way leads to {to}" + (f" for the {by}" if by else ""))
