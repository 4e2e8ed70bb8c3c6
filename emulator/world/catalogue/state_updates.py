"""What batches do to products: put away, brought back, unlocked, deleted, delivered otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.world.batches.model import Batch, Failure, Failures
from emulator.world.catalogue.listings import put_content, variant_by_barcode
from emulator.world.catalogue.model import Delivery, Variant
from emulator.world.catalogue.moderation import Case, State, move_product, state_of
from emulator.world.catalogue.unapproved_products import product_by_barcode
from emulator.world.core.plan import DAY_MS

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Where a seller brings a variant, None where it stands already; or why it stays.
Destination = Callable[["World", Variant, Mapping[str, Any]], "State | Failure | None"]
# No page says how many days; the panel of sellers offers up to ten, I.
MOST_DAYS = 10
# Until when an order leaves the same day. Source: hours as they are printed in the international sample, I.
CUTOFF_HOURS = {"SAME_DAY_SHIPPING": "15:00", "FAST_DELIVERY": "17:00"}


def apply_archive_states(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Put products away or bring them back."""
    return [_move(world, batch, item, _archive) for item in items]


def apply_unlocks(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Take locks off."""
    return [_move(world, batch, item, _unlock) for item in items]


def apply_deletions(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Delete products for good."""
    return [_delete_item(world, batch, item) for item in items]


def apply_deliveries(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Change how fast products leave."""
    return [_apply_delivery(world, batch, item) for item in items]


def _delete_item(world: World, batch: Batch, item: Mapping[str, Any]) -> Failures:
    """What is not approved goes at any time. Source: docs/ürün-silme-1, D."""
    if product_by_barcode(world, batch.listing, item["barcode"]) is None:
        return _move(world, batch, item, _delete)
    move_product(world, Case(batch.listing, item["barcode"]), "deleted", "seller")
    return ()


def _move(world: World, batch: Batch, item: Mapping[str, Any], destination: Destination) -> Failures:
    """Bring a listed product where its seller wants it, by the table of its life."""
    match = variant_by_barcode(world, batch.listing, item["barcode"])
    if match is None:
        return (Failure("barcode-unknown", {"barcode": item["barcode"]}),)
    state = destination(world, match[1], item)
    if isinstance(state, Failure):
        return (state,)
    if state is not None:
        move_product(world, Case(batch.listing, item["barcode"]), state, "seller")
    return ()


def _apply_delivery(world: World, batch: Batch, item: Mapping[str, Any]) -> Failures:
    match = variant_by_barcode(world, batch.listing, item["barcode"])
    if match is None:
        return (Failure("barcode-unknown", {"barcode": item["barcode"]}),)
    content, variant = match
    new_variant = _deliver(world, variant, item)
    if isinstance(new_variant, Failure):
        return (new_variant,)
    if new_variant != variant:
        variants = tuple(new_variant if each.id == variant.id else each for each in content.variants)
        put_content(world, replace(content, variants=variants, modified_ms=world.clock.now_ms()))
    return ()


def _archive(world: World, variant: Variant, item: Mapping[str, Any]) -> State | None:
    if variant.archived == item["archived"]:
        return None
    return "archived" if item["archived"] else "approved"


def _unlock(world: World, variant: Variant, item: Mapping[str, Any]) -> State | Failure:
    """Source: docs/ürün-kilit-kaldırma-servisi-1, D: locks of prices and of what was not supplied."""
    if variant.lock_reason is None:
        return Failure("not-locked")
    if variant.lock_reason not in world.plan.lookups["words"]["lock_reasons"]:
        return Failure("lock-stays", {"reason": variant.lock_reason})
    state = state_of(variant)
    return "approved" if state == "locked" else state


def _delete(world: World, variant: Variant, item: Mapping[str, Any]) -> State | Failure:
    """Source: docs/ürün-silme-1, D: archived for more than a day, and not stopped by Trendyol."""
    if variant.locked or variant.blacklisted:
        return Failure("stopped-by-trendyol")
    if variant.archived_ms is None or world.clock.now_ms() - variant.archived_ms <= DAY_MS:
        return Failure("not-archived-long-enough")
    return "deleted"


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
