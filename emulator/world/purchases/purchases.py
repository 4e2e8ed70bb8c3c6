"""Purchase requests: what is asked for is reserved at once, and comes back until the cut-off."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from emulator.world.catalogue.stock import move_stock, move_stocks
from emulator.world.core import ids
from emulator.world.purchases import cutoffs
from emulator.world.purchases.offers import find_offers, offers_of

if TYPE_CHECKING:
    from emulator.world.accounts.buyers import Buyer
    from emulator.world.core.world import World

# Ten digits; neither form nor length of the real numbers is known.
FIRST_NUMBER = 1_000_000_000
SPREAD = 8_000_000_000


@dataclass(frozen=True, slots=True)
class RequestItem:
    """One item of a request, and how many of it could be reserved."""

    barcode: str
    requested_count: int
    reserved_count: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What a buyer says of a request as a whole; ``single`` packages keep it together."""

    vendor_ref: str | None = None
    address_title: str | None = None
    package_type: str | None = None


@dataclass(frozen=True, slots=True)
class Purchase:
    """One purchase request of a buyer. Units: epoch milliseconds UTC."""

    number: str
    batch_id: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class Line:
    """What a request holds of one barcode.

    Units: pieces. What was requested >= what was reserved >= what was cancelled.
    """

    barcode: str
    requested_count: int
    reserved_count: int
    cancelled_count: int

    @property
    def left_count(self) -> int:
        """How many are still reserved."""
        return self.reserved_count - self.cancelled_count


def request_items(
    world: World, buyer: Buyer, items: Sequence[RequestItem], terms: Terms
) -> tuple[Purchase, list[RequestItem]]:
    """Reserve what is there of each item, as many as wanted, and put the request into the open batch.

    An item named twice is served twice, from what the first one left.
    Source: international-cross-dock-api-usage, D (reserved at once); as far as the stock goes is I.
    """
    with world.transaction():
        now_ms = world.clock.now_ms()
        purchase = Purchase(_next_number(world), cutoffs.open_batch(world, buyer.code), now_ms)
        world.store.execute(
            "INSERT INTO purchase (request_number, buyer_code, batch_id, vendor_ref, address_title,"
            " package_type, created_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (purchase.number, buyer.code, purchase.batch_id, terms.vendor_ref, terms.address_title,
             terms.package_type, now_ms),
        )  # fmt: skip
        reservations = _reserve(world, buyer, items)
        world.store.executemany(
            "INSERT INTO purchase_line (request_number, barcode, requested, reserved, cancelled)"
            " VALUES (?, ?, ?, ?, 0) ON CONFLICT (request_number, barcode) DO UPDATE SET"
            " requested = purchase_line.requested + excluded.requested,"
            " reserved = purchase_line.reserved + excluded.reserved",
            [
                (purchase.number, each.barcode, each.requested_count, each.reserved_count)
                for each in reservations
            ],
        )
        cutoffs.cut_off_when_full(world, purchase.batch_id)
        return purchase, reservations


def find_purchase(world: World, buyer: Buyer, number: str) -> Purchase | None:
    """A buyer's own request of that number, or None."""
    row = world.store.row(
        "SELECT request_number, batch_id, created_ms FROM purchase"
        " WHERE request_number = ? AND buyer_code = ?",
        (number, buyer.code),
    )
    return None if row is None else Purchase(*row)


def find_line(world: World, purchase: Purchase, barcode: str) -> Line | None:
    """What a request holds of a barcode, or None when it was never asked for."""
    row = world.store.row(
        "SELECT barcode, requested, reserved, cancelled FROM purchase_line"
        " WHERE request_number = ? AND barcode = ?",
        (purchase.number, barcode),
    )
    return None if row is None else Line(*row)


def cancel(world: World, buyer: Buyer, purchase: Purchase, line: Line, quantity: int) -> int:
    """Give pieces back to the stock, as many as are still reserved; say how many. None after the cut-off."""
    with world.transaction():
        if cutoffs.is_closed(world, purchase.batch_id):
            return 0
        count = min(quantity, line.left_count)
        if count:
            world.store.execute(
                "UPDATE purchase_line SET cancelled = cancelled + ? WHERE request_number = ? AND barcode = ?",
                (count, purchase.number, line.barcode),
            )
            move_stock(world, buyer.listing, line.barcode, lambda stock: stock + count)
        return count


def _reserve(world: World, buyer: Buyer, items: Sequence[RequestItem]) -> list[RequestItem]:
    barcodes = tuple(dict.fromkeys(each.barcode for each in items))
    left = {
        variant.barcode: variant.quantity for _, variant in find_offers(world, offers_of(buyer, barcodes))
    }
    reservations: list[RequestItem] = []
    counts: Counter[str] = Counter()
    for each in items:
        count = min(each.requested_count, left.get(each.barcode, 0) - counts[each.barcode])
        counts[each.barcode] += count
        reservations.append(replace(each, reserved_count=count))
    changes = {barcode: partial(_less, pieces) for barcode, pieces in counts.items() if pieces}
    move_stocks(world, buyer.listing, changes)
    return reservations


def _less(pieces: int, stock: int) -> int:
    return stock - pieces


def _next_number(world: World) -> str:
    first = FIRST_NUMBER + ids.below(ids.chance(world.seed, "purchase request"), SPREAD)
    return str(ids.next_number(world.store, "purchase-request", first))
