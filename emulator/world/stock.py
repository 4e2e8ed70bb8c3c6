"""Stock moves: the one way a quantity changes, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from emulator.world import goods_table
from emulator.world.catalogue import Restocked, facts_with, restock
from emulator.world.contents import content_from

if TYPE_CHECKING:
    from emulator.world.contents import Variant
    from emulator.world.world import World

Change = Callable[[int], int]


def move_stock(world: World, seller_id: int, storefront: str, barcode: str, change: Change) -> Variant | None:
    """Change the quantity of one variant and draw its bodies anew; None when the listing has no such barcode.

    Shapes: ``change`` gets the quantity in stock and gives the new one, never below zero.
    Units: the moment of the change is the world's time.
    """
    return move_stocks(world, seller_id, storefront, {barcode: change}).get(barcode)


def move_stocks(
    world: World, seller_id: int, storefront: str, changes: Mapping[str, Change]
) -> dict[str, Variant]:
    """Change many quantities at once, each content drawn anew once; give the variants moved, by barcode."""
    now_ms = world.clock.now_ms()
    moved: dict[str, Variant] = {}
    restocked = []
    with world.transaction():
        for row_id, before in facts_with(world, seller_id, storefront, list(changes)).items():
            variants = [_moved(each, changes.get(each["barcode"]), now_ms) for each in before["variants"]]
            facts = {**before, "variants": variants}
            content = content_from(facts)
            here = [variant for variant in content.variants if variant.barcode in changes]
            restocked.append(Restocked(row_id, facts, content, here))
            moved |= {variant.barcode: variant for variant in here}
        restock(world, restocked)
        counted = [(variant.id, variant.quantity) for variant in moved.values()]
        goods_table.set_stock(world, (seller_id, storefront), counted, now_ms)
    return moved


def _moved(facts: dict[str, Any], change: Change | None, now_ms: int) -> dict[str, Any]:
    if change is None:
        return facts
    return {**facts, "quantity": max(change(facts["quantity"]), 0), "stock_modified_ms": now_ms}
