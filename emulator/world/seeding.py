"""Sowing a world: the parts of its recipe, each by the noun it makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from emulator.world import accounts
from emulator.world.accounts import Seller

if TYPE_CHECKING:
    from emulator.world.world import World


def sow(world: World) -> None:
    """Fill an empty world as its recipe says."""
    for told in world.plan.recipe.get("sellers", ()):
        accounts.add_seller(world, seller_from(told))


def seller_from(told: Mapping[str, Any]) -> Seller:
    """One seller as a recipe writes it down."""
    return Seller(
        id=told["id"],
        name=told["name"],
        edition=told["edition"],
        storefronts=tuple(told["storefronts"]),
        key=told["key"],
        secret=told["secret"],
        tier=told["tier"],
        allowed_ips=tuple(told.get("allowed_ips", ())),
    )
