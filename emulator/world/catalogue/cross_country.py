"""Listings that follow a seller's listing in another country: products, and as switched prices and stock."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from emulator.world.batches.model import Batch, Failure, Failures
from emulator.world.catalogue import price_updates
from emulator.world.catalogue.listings import (
    content_by_id,
    contents_of,
    facts_with,
    put_content,
    take_out,
)
from emulator.world.catalogue.model import Content, Variant, content_from
from emulator.world.core.listing import Listing
from emulator.world.core.move import Move

if TYPE_CHECKING:
    from emulator.world.core.world import World

COLUMNS = "seller_id, source, target, follows_products, follows_price, follows_stock"
PRICES, STOCK = ("salePrice", "listPrice"), ("quantity",)
NOTHING = Failure("nothing-to-update")
SWITCHES: Mapping[str, tuple[str, bool]] = {
    "products_off": ("follows_products", False),
    "products_on": ("follows_products", True),
    "price_off": ("follows_price", False),
    "price_on": ("follows_price", True),
    "stock_off": ("follows_stock", False),
    "stock_on": ("follows_stock", True),
}


@dataclass(frozen=True, slots=True)
class Sync:
    """A listing that follows another of the same seller.

    Source: changelog/changelog, 2026-02-10, D: from RO to GR and BG; what follows is not changed by updates
    of its own, a price that does not follow is null until it is sent, without products nothing is listed.
    """

    seller_id: int
    """Who sells in both."""
    source: str
    """The storefront that leads."""
    target: str
    """The storefront that follows."""
    follows_products: bool = True
    """Whether what is listed there is listed here."""
    follows_price: bool = True
    """Whether its prices are those there, in the currency here."""
    follows_stock: bool = True
    """Whether its stock is that there."""

    @property
    def leader(self) -> Listing:
        """The listing that leads."""
        return Listing(self.seller_id, self.source)

    @property
    def follower(self) -> Listing:
        """The listing that follows."""
        return Listing(self.seller_id, self.target)


def seed_syncs(world: World) -> None:
    """Put the listings that follow others, as the recipe says, with what is listed there already."""
    for facts in world.plan.recipe.get("cross_country", ()):
        sync = Sync(
            facts["seller"],
            facts["source"],
            facts["target"],
            follows_price=facts.get("price", True),
            follows_stock=facts.get("stock", True),
        )
        _put_sync(world, sync)
        for content in list(contents_of(world, sync.leader)):
            _follow(world, sync, content)


def apply_prices_and_stock(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Set prices and stock; what follows another listing is left out without a word, and others follow."""
    names, own_items = _followed_names(world, batch.listing), items
    if names:
        own_items = [{name: value for name, value in item.items() if name not in names} for item in items]
    outcomes = price_updates.apply_prices_and_stock(world, batch, own_items)
    follow_offers(world, batch.listing, {item["barcode"] for item in items})
    if not names:
        return outcomes
    return [
        () if failures == (NOTHING,) and names & item.keys() else failures
        for item, failures in zip(items, outcomes, strict=True)
    ]


def follow_content(world: World, content: Content) -> None:
    """List a content wherever its listing is followed."""
    for sync in _syncs(world):
        if sync.leader == content.listing and sync.follows_products:
            _follow(world, sync, content)


def follow_offers(world: World, listing: Listing, barcodes: Collection[str]) -> None:
    """Give the prices and the stock of some barcodes to the listings that follow."""
    syncs = [each for each in _syncs(world) if each.leader == listing and each.follows_products]
    if not syncs:
        return
    for facts in facts_with(world, listing, list(barcodes)).values():
        for sync in syncs:
            _follow(world, sync, content_from(facts))


def switch_sync(world: World, move: Move) -> str:
    """What a listing follows is switched, by ``type``; without products it is closed."""
    word = move.type or ""
    if word not in SWITCHES:
        raise ValueError(f"a sync is switched by one of {', '.join(SWITCHES)}")
    column, is_on = SWITCHES[word]
    change: dict[str, Any] = {column: is_on}
    followers = [each for each in _syncs(world) if each.follower == move.listing]
    sync = move.choose(followers, "listing that follows")
    sync = replace(sync, **change)
    _put_sync(world, sync)
    contents = list(contents_of(world, sync.leader))
    if sync.follows_products:
        for content in contents:
            _follow(world, sync, content)
    else:
        for content in contents:
            take_out(world, sync.follower, content.id)
    return f"{sync.target} follows {sync.source} now: {column} {'on' if is_on else 'off'}"


def _syncs(world: World) -> list[Sync]:
    if "cross_country" not in world.plan.recipe:
        return []
    rows = world.store.rows(f"SELECT {COLUMNS} FROM cross_country ORDER BY seller_id, source, target")
    return [
        Sync(seller_id, source, target, bool(products), bool(price), bool(stock))
        for seller_id, source, target, products, price, stock in rows
    ]


def _put_sync(world: World, sync: Sync) -> None:
    key = (sync.seller_id, sync.source, sync.target)
    world.store.execute("DELETE FROM cross_country WHERE seller_id = ? AND source = ? AND target = ?", key)
    flags = (sync.follows_products, sync.follows_price, sync.follows_stock)
    world.store.execute(
        f"INSERT INTO cross_country ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)", (*key, *map(int, flags))
    )


def _followed_names(world: World, listing: Listing) -> set[str]:
    """The fields of an update that a listing takes from the one it follows."""
    names: set[str] = set()
    for sync in _syncs(world):
        if sync.follower == listing and sync.follows_products:
            names.update(PRICES if sync.follows_price else (), STOCK if sync.follows_stock else ())
    return names


def _follow(world: World, sync: Sync, content: Content) -> None:
    """List a content of the leader with the follower; what does not follow stays as it was there."""
    old = content_by_id(world, sync.follower, content.id)
    old_variants = {} if old is None else {each.barcode: each for each in old.variants}
    convert = _converter(world, sync)
    variants = tuple(
        _following_variant(sync, each, old_variants.get(each.barcode), convert) for each in content.variants
    )
    put_content(world, replace(content, storefront=sync.target, variants=variants))


def _following_variant(
    sync: Sync, leader: Variant, old: Variant | None, convert: Callable[[int], int]
) -> Variant:
    """A price of 0 is one that was never sent."""
    prices = (convert(leader.sale_price), convert(leader.list_price))
    if not sync.follows_price:
        prices = (0, 0) if old is None else (old.sale_price, old.list_price)
    quantity = leader.quantity
    if not sync.follows_stock:
        quantity = 0 if old is None else old.quantity
    return replace(leader, sale_price=prices[0], list_price=prices[1], quantity=quantity)


def _converter(world: World, sync: Sync) -> Callable[[int], int]:
    markets = world.plan.lookups["storefronts"]
    source, target = (markets[name]["eur_in_hundredths"] for name in (sync.source, sync.target))
    return lambda price: max(round(price * target / source), 1)
