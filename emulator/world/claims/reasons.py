"""Why customers send things back and sellers do not take them, by edition, storefront and day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from emulator.world.accounts.sellers import seller_by_id
from emulator.world.claims.rows import LOOKUP
from emulator.world.core.istanbul import day_bounds
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

# Where two reasons still hold that were withdrawn elsewhere. Source: changelog, international tab, D; which
# countries those are is I.
CENTRAL_EUROPE = frozenset({"BG", "CZ", "GR", "HU", "RO", "SK"})


@dataclass(frozen=True, slots=True)
class IssueReason:
    """Why a seller does not take a unit back."""

    id: int
    name: str


def issue_reasons(world: World, listing: Listing) -> list[IssueReason]:
    """The reasons that a listing's seller can give now."""
    edition, now_ms = _edition(world, listing), world.clock.now_ms()
    rows: Sequence[Mapping[str, Any]] = world.plan.lookups[LOOKUP]["issues"]
    return [
        IssueReason(row["id"], row["name"])
        for row in rows
        if _holds(row, edition, listing.storefront, now_ms)
    ]


def customer_reasons(world: World, listing: Listing) -> Sequence[int]:
    """The numbers of the reasons that a customer can give."""
    numbers: Sequence[int] = world.plan.lookups[LOOKUP]["customer"][_edition(world, listing)]
    return numbers


def _edition(world: World, listing: Listing) -> str:
    seller = seller_by_id(world, listing.seller_id)
    assert seller is not None
    return seller.edition


def _holds(row: Mapping[str, Any], edition: str, storefront: str, now_ms: int) -> bool:
    if edition not in row.get("editions", (edition,)) or now_ms < _moment(row.get("since"), 0):
        return False
    if edition in row.get("until_in", (edition,)) and now_ms >= _moment(row.get("until"), now_ms + 1):
        return False
    is_narrowed = edition == "int" and now_ms >= _moment(row.get("central_europe_since"), now_ms + 1)
    return not is_narrowed or storefront in CENTRAL_EUROPE


def _moment(day: str | None, otherwise_ms: int) -> int:
    return otherwise_ms if day is None else day_bounds(date.fromisoformat(day))[0]
