"""Moves of a listing: contents come, go and change, prices and stock move."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.content_ids import take_ids
from emulator.world.catalogue.listings import content_by_id, put_content, put_new, take_out
from emulator.world.catalogue.model import Content, Variant
from emulator.world.catalogue.seed import ID_STRIDE, id_step, one_more
from emulator.world.catalogue.seed_variants import to_seconds
from emulator.world.catalogue.stock import move_stock
from emulator.world.catalogue.templates import catalogue_templates
from emulator.world.core import ids
from emulator.world.core.move import Move, price

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Product lines of seeded contents have smaller numbers.
FIRST_LINE = 50_000
TITLE_MARK = re.compile(r" No\. \d+$")
MOST_STOCK = 500
USUAL: dict[str, Any] = {"variants": (1, 3), "shares": {}}


def add_content(world: World, move: Move) -> str:
    """A content is listed, drawn as those of its listing were; contents come by id: its id is its place."""
    part = {**USUAL, **_recipe_part(world, move), "seller": move.seller_id, "storefront": move.storefront}
    templates = catalogue_templates(world.plan.lookups, move.storefront)
    content_id = _new_id(world, move)
    put_new(world, [one_more(part, templates, move.rng, FIRST_LINE + move.number, content_id, move.now_ms)])
    return f"content {content_id} was added to {move.where}, the {move.place} in the order of ids"


def remove_content(world: World, move: Move) -> str:
    """A content is taken out of its listing, and its id is never used again."""
    content_id = move.choose(_content_ids(world, move), "content")
    take_ids(world, move.listing, "first", 0)
    take_ids(world, move.listing, "last", 0)
    take_out(world, move.listing, content_id)
    return f"content {content_id} was removed from {move.where}"


def change_content(world: World, move: Move) -> str:
    """A content gets another title, in each of its languages; its dates say so."""
    content = _content(world, move, move.choose(_content_ids(world, move), "content"))
    mark = f" No. {move.number}"
    titles = {language: TITLE_MARK.sub("", text) + mark for language, text in content.title.items()}
    changed_ms = to_seconds(move.now_ms)
    put_content(
        world,
        replace(
            content,
            title=titles,
            modified_ms=move.now_ms,
            modified_by=ids.pick(move.rng, world.plan.lookups["words"]["editors"]),
            variants=tuple(replace(variant, modified_ms=changed_ms) for variant in content.variants),
        ),
    )
    return f"content {content.id} on {move.where} has a new title that ends in{mark}"


def change_price(world: World, move: Move) -> str:
    """A variant costs something else: what is asked for, or a tenth more."""
    content, variant = _variant(world, move)
    dearer_price = variant.sale_price + max(variant.sale_price // 10, 1)
    sale_price = dearer_price if move.sale_price is None else move.sale_price
    dearer = replace(
        variant,
        sale_price=sale_price,
        list_price=max(variant.list_price, sale_price),
        modified_ms=to_seconds(move.now_ms),
    )
    variants = tuple(dearer if each.id == variant.id else each for each in content.variants)
    put_content(world, replace(content, variants=variants, modified_ms=move.now_ms))
    costs = f"{price(sale_price)}, not {price(variant.sale_price)}"
    return f"barcode {variant.barcode} on {move.where} costs {costs}"


def change_stock(world: World, move: Move) -> str:
    """There are so many of a variant: as many as asked for, or another number by chance."""
    _, variant = _variant(world, move)
    quantity = (variant.quantity + ids.between(move.rng, 1, MOST_STOCK)) % (MOST_STOCK + 1)
    if move.quantity is not None:
        quantity = move.quantity
    move_stock(world, move.listing, variant.barcode, lambda _: quantity)
    return f"barcode {variant.barcode} on {move.where} has stock {quantity}, not {variant.quantity}"


def lock_product(world: World, move: Move) -> str:
    """Trendyol locks a variant, for a price that it takes for a mistake."""
    content, variant = _variant(world, move)
    reason = ids.pick(move.rng, world.plan.lookups["words"]["lock_reasons"])
    _put_variant(world, move, content, replace(variant, lock_reason=reason, locked_ms=move.now_ms))
    return f"barcode {variant.barcode} on {move.where} is locked for {reason}"


def archive_product(world: World, move: Move) -> str:
    """A variant is put away, by the market or in the seller's panel."""
    content, variant = _variant(world, move)
    _put_variant(world, move, content, replace(variant, archived_ms=move.now_ms))
    return f"barcode {variant.barcode} on {move.where} is archived"


def _put_variant(world: World, move: Move, content: Content, new_variant: Variant) -> None:
    variants = tuple(new_variant if each.id == new_variant.id else each for each in content.variants)
    put_content(world, replace(content, variants=variants, modified_ms=move.now_ms))


def _recipe_part(world: World, move: Move) -> dict[str, Any]:
    parts = world.plan.recipe.get("listings", ())
    matches = (part for part in parts if (part["seller"], part["storefront"]) == move.listing)
    return dict(next(matches, {}))


def _content_ids(world: World, move: Move) -> list[int]:
    rows = world.store.rows(
        "SELECT content_id FROM content WHERE seller_id = ? AND storefront = ? ORDER BY content_id",
        move.listing,
    )
    return [number for (number,) in rows]


def _content(world: World, move: Move, content_id: int) -> Content:
    content = content_by_id(world, move.listing, content_id)
    assert content is not None
    return content


def _variant(world: World, move: Move) -> tuple[Content, Variant]:
    rows = world.store.rows(
        "SELECT v.variant_id, c.content_id FROM variant v JOIN content c ON c.row_id = v.row_id"
        " WHERE v.seller_id = ? AND v.storefront = ? ORDER BY v.variant_id",
        move.listing,
    )
    variant_id, content_id = move.choose(rows, "variant")
    content = _content(world, move, content_id)
    return content, next(each for each in content.variants if each.id == variant_id)


def _new_id(world: World, move: Move) -> int:
    """An id before all others or behind them, one that no content has had.

    Errors: ValueError when there is no room before the first.
    """
    step = id_step(move.rng)
    edge = take_ids(world, move.listing, move.place, ID_STRIDE)
    content_id = edge + step if move.place == "last" else -edge - step
    if content_id < 1:
        raise ValueError(f"no content can stand before the first on {move.where}")
    return content_id
