"""Rows that a recipe writes out, and the payouts of past weeks; all others follow from orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from emulator.world.core import calendar
from emulator.world.core.money import RATE_SCALE, SCALE
from emulator.world.money.ledger import Entry, add_entries, next_entry_no, render_blank_rows
from emulator.world.money.payouts import KIND, cut_past_orders
from emulator.world.money.transaction_types import TYPES

if TYPE_CHECKING:
    from emulator.world.core.world import World


def seed_entries(world: World) -> None:
    """Write the rows of the recipe."""
    for part in world.plan.recipe.get("money", ()):
        if "entries" in part:
            add_entries(world, _literal(world, part))


def seed_payouts(world: World) -> None:
    """Pay what fell due and is not paid yet, and put the next payout on the calendar."""
    next_payout_ms = cut_past_orders(world)
    render_blank_rows(world)
    calendar.schedule(world.store, next_payout_ms, KIND)


def _literal(world: World, part: Mapping[str, Any]) -> Iterator[Entry]:
    """The rows a recipe writes out, newest first as a page lists them; amounts in it are decimals."""
    first = next_entry_no(world)
    for offset, facts in enumerate(reversed(part["entries"])):
        values = {name: _to_scale(name, value) for name, value in facts.items()}
        yield Entry(
            entry_no=first + offset,
            seller_id=part["seller"],
            storefront=part["storefront"],
            ledger=TYPES[facts["type"]].ledger,
            **{
                "sub_type": None,
                "due_at_ms": facts["transaction_at_ms"],
                "payment_at_ms": None,
                "payment_order_id": None,
                "debt_e4": 0,
                "credit_e4": 0,
                "net_e4": 0,
                **values,
            },
        )


def _to_scale(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_e4"):
        return int(Decimal(str(value)) * SCALE)
    return int(Decimal(str(value)) * RATE_SCALE) if name.endswith("_e2") else value
