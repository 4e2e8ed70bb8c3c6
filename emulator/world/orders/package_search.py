"""Finding packages as the seller's own services list them: by number, status, last change; page by page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emulator.world.core.listing import Listing
from emulator.world.core.select import Clause, Selection, all_of, bounds, count_rows, one_of
from emulator.world.orders.model import OWN_MARKETPLACE, Package
from emulator.world.orders.rows import packages_where, render_blank_documents

if TYPE_CHECKING:
    from emulator.world.core.world import World

LARGEST = 2**63 - 1
Place = tuple[int, int]
SortDate = Literal["updated", "placed"]
DATES: Mapping[SortDate, str] = {"updated": "updated_ms", "placed": "placed_ms"}


@dataclass(frozen=True, slots=True)
class PackageQuery:
    """Which packages of one listing, and in which order; what is None or empty does not filter.

    Units: the moments of the last change between, epoch milliseconds UTC, both included.
    """

    listing: Listing
    """Whose packages."""
    statuses: tuple[str, ...] = ()
    """The statuses they have."""
    from_ms: int | None = None
    """The first moment of the last change."""
    to_ms: int | None = None
    """The last moment of the last change."""
    order_number: str | None = None
    """The order they belong to."""
    package_ids: tuple[int, ...] = ()
    """Their numbers."""
    sorted_by: SortDate = "updated"
    """The date that orders them."""
    newest_first: bool = True
    """Whether the latest comes first."""


@dataclass(frozen=True, slots=True)
class PackagePage:
    """One page of packages.

    Shapes: ``last`` is the place behind which the next page begins, None on an empty one.
    """

    json_rows: Sequence[bytes]
    """The packages as ready JSON."""
    more: bool
    """Whether there are any behind it."""
    last: Place | None
    """Date and number of the last one."""


def count_packages(world: World, query: PackageQuery) -> int:
    """How many packages a query selects."""
    return count_rows(world, query, _selection)


def find_packages(
    world: World, query: PackageQuery, size: int, *, offset: int = 0, after: Place | None = None
) -> PackagePage:
    """One page of packages, at a distance from the first one or behind a place."""
    column = DATES[query.sorted_by]
    selection = _selection(query)
    comparison, direction = ("<", "DESC") if query.newest_first else (">", "ASC")
    place, span = ("", ()) if after is None else (f" AND ({column}, id) {comparison} (?, ?)", after)
    rows = world.store.rows(
        f"SELECT document, {column}, id FROM {selection.source} WHERE {selection.where}{place}"
        f" ORDER BY {column} {direction}, id {direction} LIMIT ? OFFSET ?",
        (*selection.values, *span, size + 1, offset),
    )
    on_page = rows[:size]
    last = (on_page[-1][1], on_page[-1][2]) if on_page else None
    blank = [number for document, _, number in on_page if not document]
    new_documents = render_blank_documents(world, blank) if blank else {}
    return PackagePage(
        [document or new_documents[number] for document, _, number in on_page], len(rows) > size, last
    )


def package_of_listing(world: World, listing: Listing, number: int) -> Package | None:
    """The package of that number, or None when it is none of this listing's."""
    condition = "p.id = ? AND p.seller_id = ? AND p.storefront = ? AND p.marketplace = ?"
    packages = packages_where(world, condition, (number, *listing, OWN_MARKETPLACE))
    return packages[0] if packages else None


def package_of_cargo_number(world: World, listing: Listing, number: int) -> Package | None:
    """The package that a carrier knows by that number, the newest one; None when this listing has none."""
    condition = (
        "p.seller_id = ? AND p.storefront = ? AND p.marketplace = ? AND p.cargo_number = ?"
        " ORDER BY p.id DESC LIMIT 1"
    )
    packages = packages_where(world, condition, (*listing, OWN_MARKETPLACE, number))
    return packages[0] if packages else None


def _selection(query: PackageQuery) -> Selection:
    clauses: list[Clause] = [
        ("seller_id = ? AND storefront = ? AND marketplace = ?", (*query.listing, OWN_MARKETPLACE)),
        *bounds("updated_ms", query.from_ms, query.to_ms),
    ]
    if query.statuses:
        clauses.append(one_of("status", query.statuses))
    if query.order_number is not None:
        clauses.append(("order_number = ?", (query.order_number,)))
    if query.package_ids:
        clauses.append(one_of("id", tuple(min(number, LARGEST) for number in query.package_ids)))
    where, values = all_of(clauses)
    return Selection("package", where, values)
