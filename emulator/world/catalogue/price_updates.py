"""Prices and stock that a seller sends: each item is held to the rules, then written down with all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from emulator.world.accounts.api_clients import has_account
from emulator.world.batches.model import Batch, Failure, Failures
from emulator.world.batches.rows import note_effects
from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue.listings import Restock, offers_with, restock
from emulator.world.catalogue.seed_variants import to_seconds
from emulator.world.catalogue.stored_contents import Offers

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Source: docs/stok-ve-fiyat-güncelleme-updatepriceandinventory-1, D; that an item beyond them fails is D of
# the price changes and I of the stock.
MOST_STOCK = 20_000
MOST_PRICE_CHANGES, MINUTE_MS = 30, 60_000
NO_FAILURES: Failures = ()
# The stock and both prices that a variant had.
Before = tuple[int, int, int]


class Place(NamedTuple):
    """What is offered of a variant as plain data, and the row of its content."""

    row_id: int
    variant: dict[str, Any]


@dataclass(slots=True)
class Update:
    """The variants that a batch names, and what of them it has changed.

    Units: ``sent_ms`` and ``at_ms`` epoch milliseconds UTC.
    """

    places: Mapping[str, Place]
    """The variants by their barcodes."""
    decisions: Mapping[str, str]
    """The side chosen wherever sources contradict each other."""
    sent_ms: int
    """When the seller sent it."""
    at_ms: int
    """When it is done."""
    changes: dict[int, dict[int, dict[str, Any]]] = field(default_factory=dict)
    """By row of a content the variants that have changed, by their ids."""
    prices: dict[int, int] = field(default_factory=dict)
    """By the id of a variant its new price."""
    effects: list[Before | None] = field(default_factory=list)
    """What the variant of each item had before it, None of an item that failed."""


def apply_prices_and_stock(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Set what each item names; one that fails hinders nothing else, the last for a barcode stands."""
    contents = offers_with(world, batch.listing, list(dict.fromkeys(item["barcode"] for item in items)))
    update = _update_of(world, batch, contents)
    outcomes = [_apply(update, item) for item in items]
    restocks = [_restock(update, row_id, contents[row_id]) for row_id in update.changes]
    restock(world, restocks)
    if has_account(world, batch.listing):
        quantities = [pair for each in restocks for pair in each.quantities]
        account_product_rows.set_stock(world, batch.listing, quantities, update.at_ms)
        account_product_rows.set_prices(world, batch.listing, update.prices.items(), update.at_ms)
    note_effects(world, batch, update.effects)
    return outcomes


def _update_of(world: World, batch: Batch, contents: Mapping[int, Offers]) -> Update:
    places = {
        each["barcode"]: Place(row_id, each)
        for row_id, offers in contents.items()
        for each in offers.variants
    }
    return Update(places, world.decisions, batch.created_ms, world.clock.now_ms())


def _apply(update: Update, item: Mapping[str, Any]) -> Failures:
    place = update.places.get(item["barcode"])
    if place is None:
        update.effects.append(None)
        return (Failure("barcode-unknown", {"barcode": item["barcode"]}),)
    row_id, variant = place
    prices = _prices(item)
    failure = _failure(update, variant, item, prices)
    if failure is not None:
        update.effects.append(None)
        return (failure,)
    update.effects.append((variant["quantity"], variant["sale_price"], variant["list_price"]))
    if prices is not None and (variant["sale_price"], variant["list_price"]) != prices:
        _reprice(update, variant, prices)
    if "quantity" in item:
        variant["quantity"], variant["stock_modified_ms"] = item["quantity"], update.at_ms
    update.changes.setdefault(row_id, {})[variant["id"]] = variant
    return NO_FAILURES


def _prices(item: Mapping[str, Any]) -> tuple[int, int] | None:
    """Both prices of an item in hundredths; None where it does not have both."""
    if "salePrice" not in item or "listPrice" not in item:
        return None
    return hundredths(item["salePrice"]), hundredths(item["listPrice"])


def _failure(
    update: Update, variant: Mapping[str, Any], item: Mapping[str, Any], prices: tuple[int, int] | None
) -> Failure | None:
    has_price = prices is not None or "salePrice" in item or "listPrice" in item
    failure = _state_failure(update, variant, has_price=has_price)
    if failure is not None:
        return failure
    quantity = item.get("quantity", 0)
    if not 0 <= quantity <= MOST_STOCK:
        return _stock_failure(quantity)
    if has_price:
        return _price_failure(update, variant, item, prices)
    return None if "quantity" in item else Failure("nothing-to-update")


def _state_failure(update: Update, variant: Mapping[str, Any], *, has_price: bool) -> Failure | None:
    """A product that Trendyol keeps from being sold, or the seller put away, is not updated."""
    if variant["blacklisted"]:
        return Failure("product-blacklisted")
    if variant["archived_ms"] is not None and update.decisions["archived-update"] == "fail":
        return Failure("product-archived")
    if variant["lock_reason"] is not None and has_price and update.decisions["locked-update"] == "fail":
        return Failure("product-locked", {"reason": variant["lock_reason"]})
    return None


def _stock_failure(quantity: int) -> Failure:
    if quantity < 0:
        return Failure("quantity-negative", {"quantity": str(quantity)})
    return Failure("quantity-too-large", {"maximum": str(MOST_STOCK), "quantity": str(quantity)})


def _price_failure(
    update: Update, variant: Mapping[str, Any], item: Mapping[str, Any], prices: tuple[int, int] | None
) -> Failure | None:
    if prices is None:
        return Failure("price-alone")
    sale_price, list_price = prices
    if sale_price <= 0:
        return Failure("price-not-positive", {"price": str(item["salePrice"])})
    if sale_price > list_price:
        return Failure("price-relation")
    if variant["price_minute_changes"] < MOST_PRICE_CHANGES:
        return None
    is_other = (variant["sale_price"], variant["list_price"]) != prices
    if is_other and update.sent_ms < variant["price_minute_ms"] + MINUTE_MS:
        return Failure("price-changes-too-many", {"maximum": str(MOST_PRICE_CHANGES)})
    return None


def _reprice(update: Update, variant: dict[str, Any], prices: tuple[int, int]) -> None:
    """Give a variant another price, and count the change in its minute."""
    if update.sent_ms >= variant["price_minute_ms"] + MINUTE_MS:
        variant["price_minute_ms"], variant["price_minute_changes"] = update.sent_ms, 0
    variant["price_minute_changes"] += 1
    variant["sale_price"], variant["list_price"] = prices
    variant["modified_ms"] = to_seconds(update.at_ms)
    update.prices[variant["id"]] = prices[0]


def _restock(update: Update, row_id: int, offers: Offers) -> Restock:
    """What is to be written down of a content."""
    variants = update.changes[row_id]
    modified_ms = {
        number: variant["modified_ms"] for number, variant in variants.items() if number in update.prices
    }
    if modified_ms:
        offers.modified_ms = update.at_ms
    quantities = [(number, variant["quantity"]) for number, variant in variants.items()]
    return Restock(row_id, offers, quantities, modified_ms)


def hundredths(amount: float) -> int:
    """An amount of JSON in hundredths, halves upwards."""
    return int(amount * 100 + 0.5000001)
