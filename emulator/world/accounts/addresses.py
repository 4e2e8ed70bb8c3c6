"""Where a seller ships from, is billed and takes goods back: drawn from the seed whenever somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emulator.world.accounts.sellers import seller_by_id
from emulator.world.core.ids import chance
from emulator.world.core.listing import Listing
from emulator.world.core.places import Atlas, Place, address_lines, choose_place

if TYPE_CHECKING:
    from emulator.world.core.world import World

Purpose = Literal["shipment", "invoice", "returning"]
# The addresses of the printed sample: one of each kind, and a second one to return to, D.
PURPOSES: tuple[tuple[Purpose, bool], ...] = (
    ("shipment", True),
    ("invoice", True),
    ("returning", True),
    ("returning", False),
)
STRIDE, COUNTRIES = 10, 100


@dataclass(frozen=True, slots=True)
class SellerAddress:
    """One address of a seller on one storefront.

    Shapes: ``country`` is its name, ``line`` street and number, floor and door.
    """

    id: int
    purpose: Purpose
    is_default: bool
    country: str
    place: Place
    line: str


def addresses_of(world: World, listing: Listing) -> tuple[SellerAddress, ...]:
    """The addresses of a seller on a storefront; none where the seller does not sell."""
    seller = seller_by_id(world, listing.seller_id)
    atlas: Atlas = world.plan.lookups["places"].get(listing.storefront)
    if seller is None or listing.storefront not in seller.storefronts:
        return ()
    first_id = (listing.seller_id * COUNTRIES + atlas["country"]["id"]) * STRIDE + 1
    return tuple(
        _address(world, listing, atlas, number) for number in range(first_id, first_id + len(PURPOSES))
    )


def _address(world: World, listing: Listing, atlas: Atlas, number: int) -> SellerAddress:
    rng = chance(world.seed, "seller address", *listing, number)
    purpose, is_default = PURPOSES[number % STRIDE - 1]
    place = choose_place(atlas, rng)
    line = " ".join(text for text in address_lines(atlas, place, rng) if text)
    return SellerAddress(number, purpose, is_default, atlas["country"]["name"], place, line)
