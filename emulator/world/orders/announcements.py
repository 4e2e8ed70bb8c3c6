"""Tells the subscribers of a seller what has become of a package."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from emulator.world.hooks import queue
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.rows import DOCUMENT

if TYPE_CHECKING:
    from emulator.world.core.world import World


def announce(world: World, package: Package) -> None:
    """Queue what is to be told of a package that has just come to its status.

    What was ordered elsewhere is no concern of the marketplace's subscribers.
    """
    order = package.order
    if order.marketplace == OWN_MARKETPLACE:
        body = partial(world.renderer(DOCUMENT), package, world.decisions)
        queue.announce(world, order.seller_id, order.storefront, package.id, package.status, body)
