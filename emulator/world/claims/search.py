"""Finding claims as the seller's services list them: by date, status of an item, order or id."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from emulator.world.claims.rows import claims_where
from emulator.world.core.listing import Listing
from emulator.world.core.select import Clause, Selection, all_of, bounds, count_rows, one_of
from emulator.world.money.cargo_invoices import Parcel

if TYPE_CHECKING:
    from emulator.world.core.world import World

SearchDate = Literal["claimed", "updated"]
DATES: Mapping[SearchDate, str] = {"claimed": "claimed_ms", "updated": "updated_ms"}


@dataclass(frozen=True, slots=True)
class ClaimQuery:
    """Which claims of one listing; what is None or empty does not filter.

    Units: epoch milliseconds UTC, both included.
    """

    listing: Listing
    """Whose claims."""
    status: str | None = None
    """A status that one of their items has."""
    from_ms: int | None = None
    """The first moment of the date."""
    to_ms: int | None = None
    """The last moment of the date."""
    date: SearchDate = "claimed"
    """The date that these moments are of."""
    order_number: str | None = None
    """The order they belong to."""
    claim_ids: tuple[str, ...] = ()
    """Their ids."""


def count_claims(world: World, query: ClaimQuery) -> int:
    """How many claims a query selects."""
    return count_rows(world, query, _selection)


def find_claims(world: World, query: ClaimQuery, size: int, offset: int) -> Sequence[bytes]:
    """One page of claims as ready JSON, the latest change first."""
    source, where, values = _selection(query)
    rows = world.store.rows(
        f"SELECT document FROM {source} WHERE {where}"
        " ORDER BY updated_ms DESC, claim_no DESC LIMIT ? OFFSET ?",
        (*values, size, offset),
    )
    return [row[0] for row in rows]


def returned_parcels(world: World, listing: Listing, until_ms: int, limit: int) -> list[Parcel]:
    """What carriers brought back to a seller last before a moment, oldest first, of the latest claims."""
    condition = (
        "seller_id = ? AND storefront = ? AND updated_ms <= ? ORDER BY updated_ms DESC, claim_no DESC LIMIT ?"
    )
    claims = claims_where(world, condition, (*listing, until_ms, limit))
    return [
        Parcel(claim.order_number, claim.parcel.cargo_number)
        for claim in reversed(claims)
        if any(item.waiting_ms is not None for item in claim.items)
    ]


def _selection(query: ClaimQuery) -> Selection:
    clauses: list[Clause] = [
        ("seller_id = ? AND storefront = ?", query.listing),
        *bounds(DATES[query.date], query.from_ms, query.to_ms),
    ]
    if query.status is not None:
        condition = "EXISTS (SELECT 1 FROM claim_item i WHERE i.claim_id = claim.id AND i.status = ?)"
        clauses.append((condition, (query.status,)))
    if query.order_number is not None:
        clauses.append(("order_number = ?", (query.order_number,)))
    if query.claim_ids:
        clauses.append(one_of("id", query.claim_ids))
    where, values = all_of(clauses)
    return Selection("claim", where, values)
