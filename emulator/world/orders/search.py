"""Finding orders and packages: pages of a seller's orders, the newest first, or one of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from emulator.world.core.listing import Listing
from emulator.world.core.select import Clause, Selection, count_rows
from emulator.world.money.cargo_invoices import Parcel
from emulator.world.orders.model import OWN_MARKETPLACE, Package, Status
from emulator.world.orders.rows import packages_of_order, packages_where
from emulator.world.orders.whole import whole_order

if TYPE_CHECKING:
    from emulator.world.core.world import World

LARGEST = 2**63


@dataclass(frozen=True, slots=True)
class OrderQuery:
    """Which orders of one listing; what is None or empty does not filter.

    Units: the moments it was placed between, epoch milliseconds UTC, both included.
    """

    listing: Listing
    statuses: tuple[Status, ...] = ()
    from_ms: int | None = None
    to_ms: int | None = None


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page: how many orders match in all, and the ready JSON of these."""

    total: int
    json_rows: Sequence[bytes]


def find_orders(world: World, query: OrderQuery, size: int | None, *, offset: int = 0) -> OrderPage:
    """One page of orders, the newest first; all of them without a size."""
    selection = _selection(query)
    limit, span = ("", ()) if size is None else (" LIMIT ? OFFSET ?", (size, offset))
    rows = world.store.rows(
        f"SELECT summary FROM {selection.source} WHERE {selection.where}"
        f" ORDER BY placed_ms DESC, order_id DESC{limit}",
        (*selection.values, *span),
    )
    return OrderPage(count_rows(world, query, _selection), [row for (row,) in rows])


class Standing(NamedTuple):
    """What the columns of a package say of it: its status, and when it was ordered."""

    status: Status
    placed_ms: int


def standing_of(world: World, number: int) -> Standing | None:
    """How a package stands, or None when there is none of that number."""
    row = world.store.row("SELECT status, placed_ms FROM package WHERE id = ?", (number,))
    return None if row is None else Standing(*row)


def package_of_order(world: World, listing: Listing, order_id: int) -> Package | None:
    """All of the order of that id as one package, or None when it is none of this listing's."""
    if order_id >= LARGEST:
        return None
    condition = "p.order_id = ? AND p.seller_id = ? AND p.storefront = ? ORDER BY p.id"
    packages = packages_where(world, condition, (order_id, *listing))
    return whole_order(packages) if packages else None


def package_by_id(world: World, number: int) -> Package | None:
    """The package of that number, or None."""
    packages = packages_where(world, "p.id = ?", (number,))
    return packages[0] if packages else None


def children_of(world: World, package: Package) -> list[Package]:
    """The packages that were made of another one, and of those, the first one first."""
    family = {package.id}
    children = []
    for each in packages_of_order(world, package.order.id):
        if each.parent_id in family:
            family.add(each.id)
            children.append(each)
    return children


def delivered_parcels(world: World, listing: Listing, until_ms: int, limit: int) -> list[Parcel]:
    """The parcels of the own marketplace that were delivered last before a moment, oldest first."""
    rows = world.store.rows(
        "SELECT order_number, cargo_number FROM package WHERE seller_id = ? AND storefront = ?"
        " AND marketplace = ? AND status = 'delivered' AND updated_ms <= ?"
        " ORDER BY updated_ms DESC, id DESC LIMIT ?",
        (*listing, OWN_MARKETPLACE, until_ms, limit),
    )
    return [Parcel(*row) for row in reversed(rows)]


def _selection(query: OrderQuery) -> Selection:
    clauses: list[Clause] = [("seller_id = ? AND storefront = ? AND summary IS NOT NULL", query.listing)]
    if query.statuses:
        clauses.append((f"status IN ({', '.join('?' * len(query.statuses))})", query.statuses))
    if query.from_ms is not None:
        clauses.append(("placed_ms >= ?", (query.from_ms,)))
    if query.to_ms is not None:
        clauses.append(("placed_ms <= ?", (query.to_ms,)))
    where = " AND ".join(text for text, _ in clauses)
    return Selection("package", where, tuple(value for _, values in clauses for value in values))
