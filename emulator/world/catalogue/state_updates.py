"""What batches do to products: put away, brought back, unlocked, deleted, delivered otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.world.batches.model import Batch, Failure, Failures
from emulator.world.catalogue.listings import put_content, take_out, variant_by_barcode
from emulator.world.catalogue.model import Content, Delivery, Variant
from emulator.world.catalogue.moderation import Case, move_product
from emulator.world.catalogue.unapproved_products import product_by_barcode
from emulator.world.core.plan import DAY_MS

if TYPE_CHECKING:
    from emulator.world.core.world import World

# A variant as it is to be from now on, None where it is deleted; or why it stays as it is.
Change = Callable[["World", Variant, Mapping[str, Any]], "Variant | Failure | None"]
# No page says how many days; the panel of sellers offers up to ten, I.
MOST_DAYS = 10
# Until when an order leaves the same day. Source: hours as they are printed in the international sample, I.
CUTOFF_HOURS = {"SAME_DAY_SHIPPING": "15:00", "FAST_DELIVERY": "17:00"}


def apply_archive_states(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Put products away or bring them back."""
    return [_apply(world, batch, item, _archive) for item in items]


def apply_unlocks(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Take locks off."""
    return [_apply(world, batch, item, _unlock) for item in items]


def apply_deletions(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Delete products for good."""
    return [_delete_item(world, batch, item) for item in items]


def apply_deliveries(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Change how fast products leave."""
    return [_apply(world, batch, item, _deliver) for item in items]


def _delete_item(world: World, batch: Batch, item: Mapping[str, Any]) -> Failures:
    """What is not approved goes at any time. Source: docs/ürün-silme-1, D."""
    if product_by_barcode(world, batch.listing, item["barcode"]) is None:
        return _apply(world, batch, item, _delete)
    move_product(world, Case(batch.listing, item["barcode"]), "deleted", "seller")
    return ()


def _apply(world: World, batch: Batch, item: Mapping[str, Any], change: Change) -> Failures:
    match = variant_by_barcode(world, batch.listing, item["barcode"])
    if match is None:
        return (Failure("barcode-unknown", {"barcode": item["barcode"]}),)
    content, variant = match
    new_variant = change(world, variant, item)
    if isinstance(new_variant, Failure):
        return (new_variant,)
    if new_variant != variant:
        _put(world, content, variant, new_variant)
    return ()


def _put(world: World, content: Content, variant: Variant, new_variant: Variant | None) -> None:
    """Put a content with another variant in the place of one, or with one less; it goes with its last one."""
    places = [new_variant if each.id == variant.id else each for each in content.variants]
    variants = tuple(each for each in places if each is not None)
    if variants:
        put_content(world, replace(content, variants=variants, modified_ms=world.clock.now_ms()))
    else:
        take_out(world, content.listing, content.id)


def _archive(world: World, variant: Variant, item: Mapping[str, Any]) -> Variant | Failure:
    if variant.archived == item["archived"]:
        return variant
    return replace(variant, archived_ms=world.clock.now_ms() if item["archived"] else None)


def _unlock(world: World, variant: Variant, item: Mapping[str, Any]) -> Variant | Failure:
    """Source: docs/ürün-kilit-kaldırma-servisi-1, D: locks of prices and of what was not supplied."""
    if variant.lock_reason is None:
        return Failure("not-locked")
    if variant.lock_reason not in world.plan.lookups["words"]["lock_reasons"]:
        return Failure("lock-stays", {"reason": variant.lock_reason})
    return replace(variant, lock_reason=None, locked_ms=None)


def _delete(world: World, variant: Variant, item: Mapping[str, Any]) -> Failure | None:
    """Source: docs/ürün-silme-1, D: archived for more than a day, and not stopped by Trendyol."""
    if variant.locked or variant.blacklisted:
        return Failure("stopped-by-trendyol")
    if variant.archived_ms is None or world.clock.now_ms() - variant.archived_ms <= DAY_MS:
        return Failure("not-archived-long-enough")
    return None


def _deliver(world: World, variant: Variant, item: Mapping[str, Any]) -> Variant | Failure:
    """Source: v2.0/reference/updatedeliveryinfobulk and its guide, D: a fast type needs a duration of 1."""
    options = item.get("deliveryOptions", {})
    days, fast_type = options.get("deliveryDuration"), options.get("fastDeliveryType")
    if days is None:
        return Failure("delivery-missing")
    if not 0 <= days <= MOST_DAYS:
        return Failure("delivery-duration-invalid", {"days": str(days)})
    if fast_type is not None and days != 1:
        return Failure("fast-delivery-invalid")
    fast = () if fast_type is None else ((fast_type, CUTOFF_HOURS[fast_type]),)
    return replace(variant, delivery=Delivery(days, rush=days <= 1, fast=fast))
