"""Stock moves: the one way a quantity changes, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.world import goods_table
from emulator.world.catalogue import restock, with_barcodes

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
        for row_id, content in with_barcodes(world, seller_id, storefront, list(changes)).items():
            here = {
                variant.barcode: _moved(variant, changes[variant.barcode], now_ms)
                for variant in content.variants
                if variant.barcode in changes
            }
            variants = tuple(here.get(variant.barcode, variant) for variant in content.variants)
            restocked.append((row_id, replace(content, variants=variants), tuple(here.values())))
            moved |= here
        restock(world, restocked)
        counted = [(variant.id, variant.quantity) for variant in moved.values()]
        goods_table.set_stock(world, (seller_id, storefront), counted, now_ms)
    return moved


def _moved(variant: Variant, change: Change, now_ms: int) -> Variant:
    return replace(variant, quantity=max(change(variant.quantity), 0), stock_modified_ms=now_ms)
