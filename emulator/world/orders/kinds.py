"""Orders that are not plain ones: for companies, leaving the country in some way, paid at the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from emulator.world.core.ids import pick
from emulator.world.orders.customers import (
    EXPORT_STOREFRONT,
    choose_address,
    choose_company_customer,
    choose_private_customer,
)
from emulator.world.orders.model import Export, Haste, Order

if TYPE_CHECKING:
    from emulator.world.core.world import World


HASTES: tuple[Haste, ...] = ("today", "same_day", "fast")


def _corporate(world: World, order: Order, rng: Random) -> Order:
    return replace(order, customer=choose_company_customer(world, order.storefront, rng))


def _leaving(export: Export, storefront: str | None = None) -> Callable[[World, Order, Random], Order]:
    """What makes an order leave the country in some way, for the customers of a storefront."""

    def change(world: World, order: Order, rng: Random) -> Order:
        destination = storefront or order.storefront
        places = world.plan.lookups["places"]
        return replace(
            order,
            customer=choose_private_customer(world, destination, rng),
            address=choose_address(places, destination, rng),
            export=export,
        )

    return change


def _paid_on_delivery(world: World, order: Order, rng: Random) -> Order:
    return replace(order, customer=choose_private_customer(world, order.storefront, rng), pays_cash=True)


def _in_haste(world: World, order: Order, rng: Random) -> Order:
    return replace(order, haste=pick(rng, HASTES))


def _in_gift_box(world: World, order: Order, rng: Random) -> Order:
    return replace(order, wants_gift_box=True)


KINDS: Mapping[str, Callable[[World, Order, Random], Order]] = {
    "corporate": _corporate,
    "micro": _leaving("micro", EXPORT_STOREFRONT),
    "partner": _leaving("partner", EXPORT_STOREFRONT),
    "agency": _leaving("agency"),
    "paid_on_delivery": _paid_on_delivery,
    "in_haste": _in_haste,
    "in_gift_box": _in_gift_box,
}
# Source: micro export and the export partnership are Turkey's, the agency is Romania's, cash is paid in the
# Gulf and in Romania, D.
KINDS_OF: Mapping[str, tuple[str, ...]] = {
    "TR": ("corporate", "micro", "partner", "in_haste", "in_gift_box"),
    "RO": ("corporate", "agency", "paid_on_delivery", "in_haste"),
    **dict.fromkeys(("SA", "AE", "QA", "KW", "BH", "OM"), ("corporate", "paid_on_delivery")),
}


def kinds_of(storefront: str) -> tuple[str, ...]:
    """The kinds of orders that a storefront has beside plain ones."""
    return KINDS_OF.get(storefront, ("corporate",))
