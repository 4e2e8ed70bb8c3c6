"""Stock moves: the one way a quantity changes, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from emulator.world.catalogue import put_content, variant_by_barcode

if TYPE_CHECKING:
    from emulator.world.contents import Variant
    from emulator.world.world import World


def move_stock(
    world: World, seller_id: int, storefront: str, barcode: str, change: Callable[[int], int]
) -> Variant | None:
    """Change the quantity of one variant and draw its bodies anew; None when the listing has no such barcode.

    Shapes: ``change`` gets the quantity in stock and gives the new one, never below zero.
    Units: the moment of the change is the world's time.
    """
    with world.transaction():
        found = variant_by_barcode(world, seller_id, storefront, barcode)
        if found is None:
            return None
        content, variant = found
        moved = replace(
            variant, quantity=max(change(variant.quantity), 0), stock_modified_ms=world.clock.now_ms()
        )
        variants = tuple(moved if entry.id == variant.id else entry for entry in content.variants)
        put_content(world, replace(content, variants=variants))
        return moved
