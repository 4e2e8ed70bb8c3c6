"""Prices and stock that a seller sends: each item is held to the rules, then written down with all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emulator.world.accounts.api_clients import has_account
from emulator.world.batches.model import Batch, Failure, Failures
from emulator.world.batches.rows import note_effects
from emulator.world.catalogue import account_product_rows
from emulator.world.catalogue.listings import Restock, facts_with, restock
from emulator.world.catalogue.seed_variants import to_seconds

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Source: docs/stok-ve-fiyat-güncelleme-updatepriceandinventory-1, D; that an item beyond them fails is D of
# the price changes and I of the stock.
MOST_STOCK = 20_000
MOST_PRICE_CHANGES, MINUTE_MS = 30, 60_000
NO_FAILURES: Failures = ()
# The stock and both prices that a variant had.
Before = tuple[int, int, int]


@dataclass(slots=True)
class Update:
    """The variants that a batch names, and what of them it has changed.

    Units: ``sent_ms`` and ``at_ms`` epoch milliseconds UTC.
    """

    variants: Mapping[str, dict[str, Any]]
    """The plain data of each variant by its barcode."""
    decisions: Mapping[str, str]
    """The side chosen wherever sources contradict each other."""
    sent_ms: int
    """When the seller sent it."""
    at_ms: int
    """When it is done."""
    stock_barcodes: set[str] = field(default_factory=set)
    """The barcodes with stock in the batch."""
    price_barcodes: set[str] = field(default_factory=set)
    """The barcodes with a new price."""
    effects: list[Before | None] = field(default_factory=list)
    """What the variant of each item had before it, None of an item that failed."""


def apply_prices_and_stock(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Set what each item names; one that fails hinders nothing else, the last for a barcode stands."""
    contents = facts_with(world, batch.listing, list({item["barcode"] for item in items}))
    variants = {each["barcode"]: each for facts in contents.values() for each in facts["variants"]}
    update = Update(variants, world.decisions, batch.created_ms, world.clock.now_ms())
    outcomes = [_apply(update, item) for item in items]
    restocks = [each for row_id, facts in contents.items() for each in _restocks(update, row_id, facts)]
    restock(world, restocks)
    if has_account(world, batch.listing):
        quantities = [pair for each in restocks for pair in each.quantities]
        account_product_rows.set_stock(world, batch.listing, quantities, update.at_ms)
        prices = [(variants[each]["id"], variants[each]["sale_price"]) for each in update.price_barcodes]
        account_product_rows.set_prices(world, batch.listing, prices, update.at_ms)
    note_effects(world, batch, update.effects)
    return outcomes


def _apply(update: Update, item: Mapping[str, Any]) -> Failures:
    variant = update.variants.get(item["barcode"])
    failure = _failure(update, variant, item)
    if failure is not None:
        update.effects.append(None)
        return (failure,)
    assert variant is not None
    update.effects.append((variant["quantity"], variant["sale_price"], variant["list_price"]))
    if "salePrice" in item:
        _reprice(update, variant, hundredths(item["salePrice"]), hundredths(item["listPrice"]))
    if "quantity" in item:
        variant["quantity"], variant["stock_modified_ms"] = item["quantity"], update.at_ms
        update.stock_barcodes.add(variant["barcode"])
    return NO_FAILURES


def _failure(update: Update, variant: Mapping[str, Any] | None, item: Mapping[str, Any]) -> Failure | None:
    if variant is None:
        return Failure("barcode-unknown", {"barcode": item["barcode"]})
    has_price = "salePrice" in item or "listPrice" in item
    if not has_price and "quantity" not in item:
        return Failure("nothing-to-update")
    return (
        _state_failure(update, variant, has_price=has_price)
        or _stock_failure(item)
        or (_price_failure(update, variant, item) if has_price else None)
    )


def _state_failure(update: Update, variant: Mapping[str, Any], *, has_price: bool) -> Failure | None:
    """A product that Trendyol keeps from being sold, or the seller put away, is not updated."""
    if variant.get("blacklisted"):
        return Failure("product-blacklisted")
    if variant.get("archived_ms") is not None and update.decisions["archived-update"] == "fail":
        return Failure("product-archived")
    is_locked = variant.get("lock_reason") is not None
    if is_locked and has_price and update.decisions["locked-update"] == "fail":
        return Failure("product-locked", {"reason": variant["lock_reason"]})
    return None


def _stock_failure(item: Mapping[str, Any]) -> Failure | None:
    quantity = item.get("quantity", 0)
    if quantity < 0:
        return Failure("quantity-negative", {"quantity": str(quantity)})
    if quantity > MOST_STOCK:
        return Failure("quantity-too-large", {"maximum": str(MOST_STOCK), "quantity": str(quantity)})
    return None


def _price_failure(update: Update, variant: Mapping[str, Any], item: Mapping[str, Any]) -> Failure | None:
    if "salePrice" not in item or "listPrice" not in item:
        return Failure("price-alone")
    sale_price, list_price = hundredths(item["salePrice"]), hundredths(item["listPrice"])
    if sale_price <= 0:
        return Failure("price-not-positive", {"price": str(item["salePrice"])})
    if sale_price > list_price:
        return Failure("price-relation")
    if _is_other(variant, sale_price, list_price) and _used_up(update, variant):
        return Failure("price-changes-too-many", {"maximum": str(MOST_PRICE_CHANGES)})
    return None


def _reprice(update: Update, variant: dict[str, Any], sale_price: int, list_price: int) -> None:
    if not _is_other(variant, sale_price, list_price):
        return
    if update.sent_ms >= variant.get("price_minute_ms", 0) + MINUTE_MS:
        variant["price_minute_ms"], variant["price_minute_changes"] = update.sent_ms, 0
    variant["price_minute_changes"] += 1
    variant["sale_price"], variant["list_price"] = sale_price, list_price
    variant["modified_ms"] = to_seconds(update.at_ms)
    update.price_barcodes.add(variant["barcode"])


def _is_other(variant: Mapping[str, Any], sale_price: int, list_price: int) -> bool:
    return (variant["sale_price"], variant["list_price"]) != (sale_price, list_price)


def _used_up(update: Update, variant: Mapping[str, Any]) -> bool:
    """Whether the price has changed as often as it may in the minute in which the batch was sent."""
    start_ms: int = variant.get("price_minute_ms", 0)
    change_count: int = variant.get("price_minute_changes", 0)
    return update.sent_ms < start_ms + MINUTE_MS and change_count >= MOST_PRICE_CHANGES


def _restocks(update: Update, row_id: int, facts: dict[str, Any]) -> list[Restock]:
    """What is to be written down of a content; nothing where the batch has changed none of its variants."""
    changed_variants = [
        each
        for each in facts["variants"]
        if each["barcode"] in update.stock_barcodes or each["barcode"] in update.price_barcodes
    ]
    if not changed_variants:
        return []
    modified_ms = {
        each["id"]: each["modified_ms"]
        for each in changed_variants
        if each["barcode"] in update.price_barcodes
    }
    if modified_ms:
        facts["modified_ms"] = update.at_ms
    return [
        Restock(row_id, facts, [(each["id"], each["quantity"]) for each in changed_variants], modified_ms)
    ]


def hundredths(amount: float) -> int:
    """An amount of JSON in hundredths, halves upwards."""
    return int(amount * 100 + 0.5000001)
