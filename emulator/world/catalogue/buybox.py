"""Who else sells a product, and for how much: drawn by barcode, compared with what it costs now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.catalogue.listings import facts_with
from emulator.world.core.ids import below, between, chance
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

MOST_RIVALS = 4


class Buybox(NamedTuple):
    """The offers of one product, cheapest first, and the place of the seller's own among them.

    Units: ``prices`` in hundredths; ``order`` counts from 1.
    """

    barcode: str
    order: int
    prices: Sequence[int]


def buyboxes(world: World, listing: Listing, barcodes: Sequence[str]) -> list[Buybox]:
    """The buyboxes of those products that the seller has, in the order of the barcodes.

    Shapes: rivals sell for the same power of two or up to twice of it, so that a seller who changes a price
    a little meets the same ones. Source: what a buybox is decided by is not published, I.
    """
    contents = facts_with(world, listing, list(barcodes))
    prices = {
        each["barcode"]: int(each["sale_price"]) for facts in contents.values() for each in facts["variants"]
    }
    return [_buybox(world, listing, each, prices[each]) for each in barcodes if each in prices]


def _buybox(world: World, listing: Listing, barcode: str, own_price: int) -> Buybox:
    rng = chance(world.seed, "buybox", *listing, barcode)
    floor = 1 << max(own_price.bit_length() - 1, 0)
    rivals = [between(rng, floor, 2 * floor - 1) for _ in range(below(rng, MOST_RIVALS))]
    order = 1 + sum(price < own_price for price in rivals)
    return Buybox(barcode, order, sorted((own_price, *rivals)))
