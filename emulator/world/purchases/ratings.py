"""How customers rated a product: chance of its own for each barcode, so the same in every run of a seed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from emulator.world.core.ids import between, chance, happens

SHARE_WITHOUT_RATING = 0.15
MOST = 400
# Out of a hundred customers, how many give each rate.
HABITS = {5: 58, 4: 20, 3: 10, 2: 4, 1: 8}


@dataclass(frozen=True, slots=True)
class Rating:
    """The ratings of one product.

    Shapes: ``counts`` has each rate from 5 to 1 and how many gave it.
    """

    counts: Mapping[int, int]
    comments: int

    @property
    def total(self) -> int:
        """How many rated."""
        return sum(self.counts.values())

    @property
    def average(self) -> float:
        """The mean to two decimals, 0 where nobody rated."""
        points = sum(rate * count for rate, count in self.counts.items())
        return round(points / self.total, 2) if self.total else 0.0


def rating_of(seed: int, barcode: str) -> Rating:
    """The rating of a barcode."""
    rng = chance(seed, "rating", barcode)
    if happens(rng, SHARE_WITHOUT_RATING):
        return Rating(dict.fromkeys(HABITS, 0), 0)
    size = between(rng, 1, MOST)
    counts = {rate: between(rng, 0, 2 * size * habit // 100) for rate, habit in HABITS.items()}
    return Rating(counts, between(rng, 0, sum(counts.values())))
