"""One move of the marketplace as a value, and the choosing that every kind of move does alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Literal, TypeVar

from emulator.world.core.listing import Listing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Move:
    """What is to happen to a seller's listing or account.

    Shapes: what is None is left to the kind of move.
    Units: ``now_ms`` epoch milliseconds UTC, ``ago_ms`` milliseconds, ``sale_price`` hundredths.
    """

    what: str
    """The kind of move."""
    seller_id: int
    """Whose listing or account moves."""
    storefront: str
    """Where."""
    number: int
    """How many moves the world has seen, this one included."""
    rng: Random
    """Chance of its own."""
    now_ms: int
    """The time of the world."""
    pick: int = 0
    """Which candidate, in the order of their ids, modulo how many there are."""
    place: Literal["first", "last"] = "last"
    """Before all others or behind them."""
    sale_price: int | None = None
    """What it is to cost, in hundredths."""
    quantity: int | None = None
    """How many there are to be."""
    ago_ms: int = 0
    """How long before now it is dated."""
    type: str | None = None
    """The type of a booking."""
    status: str | None = None
    """The status of an order."""

    @property
    def listing(self) -> Listing:
        """Whose listing or account it is, and where."""
        return Listing(self.seller_id, self.storefront)

    @property
    def at_ms(self) -> int:
        """The moment that the move writes down."""
        return self.now_ms - self.ago_ms

    @property
    def where(self) -> str:
        """The listing in words."""
        return str(self.listing)

    def choose(self, candidates: Sequence[T], noun: str) -> T:
        """Choose one of the candidates.

        Errors: ValueError when there is none.
        """
        if not candidates:
            raise ValueError(f"there is no {noun} on {self.where} to choose")
        return candidates[self.pick % len(candidates)]


def price(hundredths: int) -> str:
    """An amount in words."""
    return f"{hundredths // 100}.{hundredths % 100:02d}"


def moment(at_ms: int) -> str:
    """A moment in words."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
