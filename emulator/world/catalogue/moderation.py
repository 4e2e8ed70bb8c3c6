"""The life of a product from its creation on: who may bring it where, and what follows in the catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal

from emulator.world.catalogue.approval import list_product
from emulator.world.catalogue.listings import put_content, take_out, variant_by_barcode
from emulator.world.catalogue.model import Content, Variant
from emulator.world.catalogue.unapproved_products import (
    UnapprovedProduct,
    delete_product,
    product_by_barcode,
    products_by_barcode,
    put_products,
)
from emulator.world.core.ids import chance, happens, pick
from emulator.world.core.life import Life, NoWay, Way, step
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

State = Literal["pending", "rejected", "approved", "archived", "locked", "blacklisted", "deleted"]
MODERATION = "moderation"
# How long people look at a product, where a recipe does not say so. No page gives a time.
DELAY_MS = 600_000


@dataclass(frozen=True, slots=True)
class Case:
    """One barcode of a listing that is brought somewhere, and why."""

    listing: Listing
    barcode: str
    reasons: tuple[str, ...] = ()


def _approve(world: World, case: Case) -> None:
    list_product(world, _product(world, case))
    delete_product(world, case.listing, case.barcode)


def _reject(world: World, case: Case) -> None:
    product = replace(_product(world, case), state="rejected", reject_reasons=case.reasons)
    put_products(world, [product])


def _drop(world: World, case: Case) -> None:
    delete_product(world, case.listing, case.barcode)


def _lock(world: World, case: Case) -> None:
    _change(world, case, lock_reason=case.reasons[0], locked_ms=world.clock.now_ms())


def _unlock(world: World, case: Case) -> None:
    _change(world, case, lock_reason=None, locked_ms=None)


def _blacklist(world: World, case: Case) -> None:
    _change(world, case, blacklisted=True, has_violation=True)


def _clear(world: World, case: Case) -> None:
    _change(world, case, blacklisted=False, has_violation=False)


def _archive(world: World, case: Case) -> None:
    _change(world, case, archived_ms=world.clock.now_ms())


def _bring_back(world: World, case: Case) -> None:
    _change(world, case, archived_ms=None)


def _delete(world: World, case: Case) -> None:
    content, variant = _match(world, case)
    rest = tuple(each for each in content.variants if each.id != variant.id)
    if rest:
        put_content(world, replace(content, variants=rest, modified_ms=world.clock.now_ms()))
    else:
        take_out(world, case.listing, content.id)


# Source: docs/ürün-yaratma-v2 and docs/ürün-filtreleme-onaysız-ürün-v2, D: a product waits, is approved or
# rejected, and waits again once it was changed; docs/ürün-silme-1, D: what is approved is put away first.
# What is blacklisted stays so, and what is put away, too, whatever its seller does beside; I.
LIFE: Life[State, Case] = {
    "pending": (
        Way("approved", by="platform", then=(_approve,)),
        Way("rejected", by="platform", then=(_reject,)),
        Way("pending", by="seller"),
        Way("deleted", by="seller", then=(_drop,)),
    ),
    "rejected": (
        Way("pending", by="seller"),
        Way("deleted", by="seller", then=(_drop,)),
    ),
    "approved": (
        Way("archived", by="seller", then=(_archive,)),
        Way("locked", by="platform", then=(_lock,)),
        Way("blacklisted", by="platform", then=(_blacklist,)),
    ),
    "archived": (
        Way("approved", by="seller", then=(_bring_back,)),
        Way("archived", by="seller", then=(_unlock,)),
        Way("deleted", by="seller", then=(_delete,)),
        Way("blacklisted", by="platform", then=(_blacklist,)),
    ),
    "locked": (
        Way("approved", by="seller", then=(_unlock,)),
        Way("approved", by="platform", then=(_unlock,)),
        Way("archived", by="seller", then=(_archive,)),
        Way("blacklisted", by="platform", then=(_blacklist,)),
    ),
    "blacklisted": (
        Way("approved", by="platform", then=(_clear,)),
        Way("archived", by="seller", then=(_archive,)),
        Way("approved", by="seller", then=(_bring_back,)),
        Way("blacklisted", by="seller", then=(_unlock,)),
    ),
    "deleted": (),
}


def state_of(variant: Variant) -> State:
    """Where an approved variant stands; of several states the gravest."""
    if variant.blacklisted:
        return "blacklisted"
    if variant.archived:
        return "archived"
    return "locked" if variant.locked else "approved"


def move_product(world: World, case: Case, to: State, by: str) -> None:
    """Bring a product to another state, with what follows.

    Errors: NoWay where no way leads there, or the listing has no such barcode.
    """
    product = product_by_barcode(world, case.listing, case.barcode)
    at: State = product.state if product is not None else state_of(_match(world, case)[1])
    way = step(LIFE, at, to, by)
    with world.transaction():
        for follow in way.then:
            follow(world, case)


def submit(world: World, products: Sequence[UnapprovedProduct]) -> None:
    """Have people look at products later, on the calendar."""
    if not products:
        return
    first = products[0]
    delay_ms: int = moderation_setting(world, "delay_ms", DELAY_MS)
    payload = {
        "listing": [*first.listing],
        "barcodes": [each.barcode for each in products],
        "sent_ms": first.modified_ms,
    }
    world.schedule(world.clock.now_ms() + delay_ms, MODERATION, payload)


def moderate_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """Approve or reject the products of a submission that nobody has changed since."""
    listing = Listing(*payload["listing"])
    products = products_by_barcode(world, listing, payload["barcodes"])
    for barcode in payload["barcodes"]:
        product = products.get(barcode)
        if product is None or product.state != "pending" or product.modified_ms != payload["sent_ms"]:
            continue
        _moderate(world, product)


def _moderate(world: World, product: UnapprovedProduct) -> None:
    """Decide by the shares of the recipe, the same way whenever the world is played again."""
    rng = chance(world.seed, MODERATION, *product.listing, product.barcode, product.modified_ms)
    case = Case(product.listing, product.barcode)
    if happens(rng, moderation_setting(world, "rejected", 0.0)):
        reasons = tuple(each["id"] for each in world.plan.lookups["words"]["reject_reasons"])
        move_product(world, replace(case, reasons=(pick(rng, reasons),)), "rejected", "platform")
        return
    move_product(world, case, "approved", "platform")
    if happens(rng, moderation_setting(world, "blacklisted", 0.0)):
        move_product(world, case, "blacklisted", "platform")
    elif happens(rng, moderation_setting(world, "locked", 0.0)):
        reason = pick(rng, world.plan.lookups["words"]["lock_reasons"])
        move_product(world, replace(case, reasons=(reason,)), "locked", "platform")


def moderation_setting(world: World, name: str, default: Any) -> Any:
    """What the recipe says of how people look at products."""
    return world.plan.recipe.get("moderation", {}).get(name, default)


def _product(world: World, case: Case) -> UnapprovedProduct:
    product = product_by_barcode(world, case.listing, case.barcode)
    assert product is not None
    return product


def _match(world: World, case: Case) -> tuple[Content, Variant]:
    match = variant_by_barcode(world, case.listing, case.barcode)
    if match is None:
        raise NoWay(f"there is no barcode {case.barcode} on {case.listing}")
    return match


def _change(world: World, case: Case, **changes: Any) -> None:
    content, variant = _match(world, case)
    new_variant = replace(variant, **changes)
    variants = tuple(new_variant if each.id == variant.id else each for each in content.variants)
    put_content(world, replace(content, variants=variants, modified_ms=world.clock.now_ms()))
