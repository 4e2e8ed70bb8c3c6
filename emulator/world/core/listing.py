"""What a seller sells on one storefront, named by the pair that tells it from every other."""

from __future__ import annotations

from typing import NamedTuple


class Listing(NamedTuple):
    """A seller's storefront."""

    seller_id: int
    storefront: str

    def __str__(self) -> str:
        return f"{self.storefront} of {self.seller_id}"
