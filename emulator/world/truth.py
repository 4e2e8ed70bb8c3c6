"""The world's own answer: what a faithful copy of a seller's data holds, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.world.catalogue.onboarding_truth import onboarding_truth
from emulator.world.catalogue.truth import (
    account_product_truth,
    product_truth,
    push_truth,
    state_truth,
    stock_truth,
)
from emulator.world.claims.truth import claim_truth
from emulator.world.core.calendar import NEVER
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.money.truth import last_transaction_ms, ledger_truth
from emulator.world.orders.truth import order_truth, pazarsync_order_truth
from emulator.world.purchases.truth import offer_truth, purchase_truth
from emulator.world.questions.truth import question_truth

Rows = Iterable[dict[str, Any]]
# The rows of a listing, whatever their dates.
DatelessTruth = Callable[[World, Listing], Rows]
# The rows of a listing between two moments, both included; epoch milliseconds UTC.
Truth = Callable[[World, Listing, int, int], Rows]


def _whole(rows: DatelessTruth) -> Truth:
    return lambda world, listing, from_ms, to_ms: rows(world, listing)


def _ledger(kind: str) -> Truth:
    return lambda world, listing, from_ms, to_ms: ledger_truth(world, kind, listing, from_ms, to_ms)


TRUTHS: Mapping[str, Truth] = {
    "products": _whole(product_truth),
    "product-states": _whole(state_truth),
    "onboarding": _whole(onboarding_truth),
    "offers": _whole(offer_truth),
    "account-products": _whole(account_product_truth),
    "stock": _whole(stock_truth),
    "pazarsync-orders": pazarsync_order_truth,
    "pushes": _whole(push_truth),
    "orders": order_truth,
    "claims": claim_truth,
    "purchases": purchase_truth,
    "questions": question_truth,
    "settlements": _ledger("settlements"),
    "otherfinancials": _ledger("otherfinancials"),
    "totals": _ledger("totals"),
}


LEDGER_KINDS = frozenset({"settlements", "otherfinancials", "totals"})
# Their rows change with the store, never by the mere passing of time.
TIMELESS_KINDS = frozenset({"products", "product-states", "account-products", "stock", "pushes", "orders"})


def truth(world: World, kind: str, listing: Listing, from_ms: int | None, to_ms: int | None) -> Rows:
    """The rows of one kind of TRUTHS between two moments; None leaves a side open."""
    return TRUTHS[kind](world, listing, from_ms or 0, NEVER if to_ms is None else to_ms)


def last_change_by_time_ms(world: World, kind: str, listing: Listing) -> int:
    """From when on time alone has not changed the rows of a kind, as far as that is known."""
    if kind in LEDGER_KINDS:
        return last_transaction_ms(world, kind, listing)
    return 0 if kind in TIMELESS_KINDS else world.clock.now_ms()
