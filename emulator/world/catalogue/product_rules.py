"""What a listing's products are held to: the lookups, the seller's addresses, the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from emulator.world.accounts.addresses import addresses_of
from emulator.world.accounts.sellers import seller_by_id
from emulator.world.catalogue.brands import listed_brands
from emulator.world.catalogue.categories import CategoryTree, category_tree
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

# fastDeliveryType is taken and ignored since then; in the international edition three weeks later.
# Source: changelog/changelog, D: 17 August and 7 September 2026 in Istanbul.
NO_FAST_TYPE_MS: Mapping[str, int] = {"tr": 1_786_914_000_000, "int": 1_788_728_400_000}
# Deposits of Romania are demanded since 11 May 2026 in Istanbul. Source: changelog/changelog, D.
DEPOSIT_MS = 1_778_446_800_000
ROMANIA = "RO"


@dataclass(frozen=True, slots=True)
class ProductRules:
    """What the products of one listing have to keep.

    Units: ``now_ms`` epoch milliseconds UTC.
    """

    listing: Listing
    """Whose they are, and where they are sold."""
    edition: str
    """Which of the two APIs the seller uses."""
    now_ms: int
    """The world's time."""
    tree: CategoryTree
    """The categories, with what each asks."""
    brands: Mapping[int, str]
    """The name of each brand."""
    vat_rates: frozenset[int] | None
    """The VAT rates that are taken; None for any."""
    carriers: frozenset[str]
    """The carriers of the storefront."""
    address_ids: frozenset[int]
    """The seller's addresses there."""
    countries: frozenset[str]
    """The codes of all countries."""
    deposit_categories: frozenset[int]
    """The categories whose packaging has a deposit."""

    @property
    def takes_fast_type(self) -> bool:
        """Whether fastDeliveryType still means something."""
        return self.now_ms < NO_FAST_TYPE_MS[self.edition]

    @property
    def wants_deposit(self) -> bool:
        """Whether deposits are demanded."""
        return self.listing.storefront == ROMANIA and self.now_ms >= DEPOSIT_MS


def product_rules(world: World, listing: Listing) -> ProductRules:
    """Gather what the products of a listing have to keep now."""
    lookups = world.plan.lookups
    seller = seller_by_id(world, listing.seller_id)
    countries = lookups["countries"]
    code = countries["columns"].index("code")
    return ProductRules(
        listing=listing,
        edition="tr" if seller is None else seller.edition,
        now_ms=world.clock.now_ms(),
        tree=category_tree(world),
        brands={each.id: each.name for each in listed_brands(world)},
        vat_rates=_vat_rates(world, listing),
        carriers=frozenset(row[0] for row in lookups["carriers"]["rows"].get(listing.storefront, ())),
        address_ids=frozenset(each.id for each in addresses_of(world, listing)),
        countries=frozenset(row[code] for row in countries["rows"]),
        deposit_categories=frozenset(each["id"] for each in lookups["categories"] if each.get("deposit")),
    )


def _vat_rates(world: World, listing: Listing) -> frozenset[int] | None:
    table = world.plan.lookups["vat_rates"]
    rates = table["rates"].get(listing.storefront)
    if rates is None:
        return None
    seller = seller_by_id(world, listing.seller_id)
    if seller is not None and seller.storefronts[0] == ROMANIA:
        rates = [*rates, *table["from_romania"].get(listing.storefront, ())]
    return frozenset(rates)
