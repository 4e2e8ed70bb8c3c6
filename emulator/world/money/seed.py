"""Sowing money: accounts drawn by chance, rows a recipe writes out, and the payouts of past weeks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.core import calendar, ids
from emulator.world.core.money import RATE_SCALE, SCALE
from emulator.world.core.plan import DAY_MS
from emulator.world.money.ledger import Entry, add_entries, next_entry_no
from emulator.world.money.payouts import KIND, cut_past_orders
from emulator.world.money.seed_bookings import sow_bookings
from emulator.world.money.seed_settlements import History, sow_settlements
from emulator.world.money.transaction_types import TYPES

if TYPE_CHECKING:
    from emulator.world.core.world import World

WINDOW_DAYS = 15
# Istanbul's midnight lies three hours before that of UTC.
ISTANBUL_MS = 3 * 3_600_000


def sow_money(world: World) -> None:
    """Sow each part of the recipe's ``money``, pay what fell due, and put the next payout on the calendar."""
    for part in world.plan.recipe.get("money", ()):
        if "entries" in part:
            add_entries(world, _literal(world, part))
        else:
            seed_money(world, part, ids.chance(world.seed, "money", part["seller"], part["storefront"]))
    calendar.arm(world.store, cut_past_orders(world), KIND)


def seed_money(world: World, part: Mapping[str, Any], rng: Random) -> None:
    """Draw one seller's account on one storefront.

    Shapes: ``part`` names seller, storefront, days, rows (sales and returns, about) and, if the world is to
    go on earning as its clock moves on, how many days ``ahead``. It may say which share of rows has the
    ``same_moment`` as the one before, at which ``edges``, days before the clock's start, rows stand beside
    the others, and that amounts have four ``decimals``.
    """
    moments = _moments(world.anchor_ms, part["days"], part["rows"], part.get("ahead", 0), rng)
    if "same_moment" in part:
        moments = _often_the_same(moments, part["same_moment"], rng)
    moments = sorted([*moments, *_asked_edges(world.plan.start_ms, part.get("edges", ()))])
    history = history_of(world, part["seller"], part["storefront"], moments)
    orders = sow_settlements(world, history, rng)
    if orders:
        sow_bookings(world, history, orders, rng)


def history_of(world: World, seller_id: int, storefront: str, moments: list[int]) -> History:
    """What the rows of an account at some moments are drawn from."""
    return History(
        seller_id=seller_id,
        storefront=storefront,
        edition=world.accounts.by_id[seller_id].edition,
        moments=moments,
        barcodes=_barcodes(world, seller_id, storefront),
        first_no=next_entry_no(world),
        id_base=world.plan.id_base,
        fine=_fine(world, seller_id, storefront),
    )


def _fine(world: World, seller_id: int, storefront: str) -> bool:
    return any(
        part.get("decimals", False)
        for part in world.plan.recipe.get("money", ())
        if (part["seller"], part["storefront"]) == (seller_id, storefront)
    )


def _often_the_same(moments: list[int], share: float, rng: Random) -> list[int]:
    """The moments, that share of them put back to the one before."""
    kept: list[int] = []
    for moment in moments:
        kept.append(kept[-1] if kept and ids.happens(rng, share) else moment)
    return kept


def _asked_edges(start_ms: int, edges: Iterable[int]) -> Iterator[int]:
    """Moments on both sides of borders that lie so many days before the clock's start, and on them."""
    for days in edges:
        border = start_ms - days * DAY_MS
        yield from (border - 1, border, border + 1)


def _moments(anchor_ms: int, days: int, rows: int, ahead: int, rng: Random) -> list[int]:
    start_ms, end_ms = anchor_ms - days * DAY_MS, anchor_ms + ahead * DAY_MS
    edges = [moment for moment in _edges(anchor_ms, days) if start_ms <= moment <= end_ms][: rows // 2]
    drawn = (start_ms + int(rng.random() * (end_ms - start_ms)) for _ in range(rows - len(edges)))
    return sorted([*edges, *drawn])


def _edges(anchor_ms: int, days: int) -> Iterator[int]:
    """Moments on both sides of every 15-day border before the first day, UTC's and Istanbul's."""
    for back in range(0, days + 1, WINDOW_DAYS):
        for border in (anchor_ms - back * DAY_MS, anchor_ms - back * DAY_MS - ISTANBUL_MS):
            yield from (border - 1, border, border + 1)


def _barcodes(world: World, seller_id: int, storefront: str) -> list[str]:
    listed = world.store.rows(
        "SELECT barcode FROM variant WHERE seller_id = ? AND storefront = ? ORDER BY barcode",
        (seller_id, storefront),
    )
    return [barcode for (barcode,) in listed] or [str(8_681_385_000_000 + number) for number in range(40)]


def _literal(world: World, part: Mapping[str, Any]) -> Iterator[Entry]:
    """The rows a recipe writes out, newest first as a page lists them; amounts in it are decimals."""
    first = next_entry_no(world)
    for offset, told in enumerate(reversed(part["entries"])):
        values = {name: _scaled(name, value) for name, value in told.items()}
        yield Entry(
            entry_no=first + offset,
            seller_id=part["seller"],
            storefront=part["storefront"],
            ledger=TYPES[told["type"]].ledger,
            **{
                "sub_type": None,
                "due_at_ms": told["transaction_at_ms"],
                "payment_at_ms": None,
                "payment_order_id": None,
                "debt_e4": 0,
                "credit_e4": 0,
                "net_e4": 0,
                **values,
            },
        )


def _scaled(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name.endswith("_e4"):
        return int(Decimal(str(value)) * SCALE)
    return int(Decimal(str(value)) * RATE_SCALE) if name.endswith("_e2") else value
