"""Claims in the store: written once, and again when an item changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from emulator.world.claims.model import LIVE, Claim, ClaimItem, Issue, Parcel, Unit
from emulator.world.core.ids import next_number
from emulator.world.core.rendering import Rendering
from emulator.world.core.select import marks

if TYPE_CHECKING:
    from emulator.world.core.world import World
    from emulator.world.store.interface import Row

COLUMNS = (
    "id, claim_no, seller_id, storefront, order_number, package_id, return_package_id, claimed_ms,"
    " updated_ms, facts, document"
)
INSERT_CLAIM = f"INSERT INTO claim ({COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
INSERT_ITEM = "INSERT INTO claim_item (id, claim_id, unit_id, status) VALUES (?, ?, ?, ?)"
UPDATE_CLAIM = "UPDATE claim SET updated_ms = ?, facts = ?, document = ? WHERE id = ?"
UPDATE_ITEM = "UPDATE claim_item SET status = ? WHERE id = ?"
# A claim as the seller's services list it, by the decisions of its world and the reasons of its lookups.
DOCUMENT: Rendering[[Claim, Mapping[str, str], Mapping[str, Any]]] = Rendering("claim")
LOOKUP = "claim_reasons"


def next_claim_number(world: World, count: int = 1) -> int:
    """The number the next claim takes, the first of ``count`` that are taken at once."""
    return next_number(world.store, "claim", count=count)


def put_claims(world: World, claims: Sequence[Claim]) -> None:
    """Write down claims that are new."""
    world.store.executemany(INSERT_CLAIM, [_row(world, claim) for claim in claims])
    rows = [(item.id, claim.id, item.unit.id, item.status) for claim in claims for item in claim.items]
    world.store.executemany(INSERT_ITEM, rows)
    world.forget_rows()


def update_claim(world: World, claim: Claim) -> None:
    """Write down how a claim has changed."""
    values = (claim.updated_ms, _facts(claim), _document(world, claim), claim.id)
    world.store.execute(UPDATE_CLAIM, values)
    for item in claim.items:
        world.store.execute(UPDATE_ITEM, (item.status, item.id))
    world.forget_rows()


def claims_where(world: World, condition: str, values: Sequence[Any]) -> list[Claim]:
    """The claims that a condition selects, behind which an order may stand."""
    return [_claim(row[0]) for row in world.store.rows(f"SELECT facts FROM claim WHERE {condition}", values)]


def claim_by_id(world: World, claim_id: str) -> Claim | None:
    """The claim of that id, or None."""
    claims = claims_where(world, "id = ?", (claim_id,))
    return claims[0] if claims else None


def claim_of_item(world: World, item_id: str) -> Claim | None:
    """The claim that an item belongs to, or None."""
    claims = claims_where(world, "id IN (SELECT claim_id FROM claim_item WHERE id = ?)", (item_id,))
    return claims[0] if claims else None


def claimed_units(world: World, package_ids: Sequence[int]) -> set[int]:
    """The units of packages that nobody can claim again."""
    if not package_ids:
        return set()
    rows = world.store.rows(
        "SELECT i.unit_id FROM claim c JOIN claim_item i ON i.claim_id = c.id"
        f" WHERE c.package_id IN ({marks(package_ids)}) AND i.status IN ({marks(LIVE)})",
        (*package_ids, *LIVE),
    )
    return {row[0] for row in rows}


def _row(world: World, claim: Claim) -> Row:
    return (
        claim.id, claim.number, claim.seller_id, claim.storefront, claim.order_number, claim.package_id,
        claim.parcel.id, claim.claimed_ms, claim.updated_ms, _facts(claim), _document(world, claim),
    )  # fmt: skip


def _document(world: World, claim: Claim) -> bytes:
    return world.renderer(DOCUMENT)(claim, world.decisions, world.plan.lookups[LOOKUP])


def _facts(claim: Claim) -> bytes:
    return orjson.dumps(claim)


def _claim(facts: bytes) -> Claim:
    members = orjson.loads(facts)
    parts = {
        "customer": tuple(members["customer"]),
        "items": tuple(_items(members["items"])),
        **{name: _parcel(members[name]) for name in ("parcel", "rejected", "replacement")},
    }
    return Claim(**{**members, **parts})


def _items(rows: Iterable[Mapping[str, Any]]) -> Iterable[ClaimItem]:
    for row in rows:
        parts = {
            "unit": Unit(**row["unit"]),
            "history": tuple((status, at_ms, by) for status, at_ms, by in row["history"]),
            "issue": None if row["issue"] is None else Issue(**row["issue"]),
        }
        yield ClaimItem(**{**row, **parts})


def _parcel(members: Mapping[str, Any] | None) -> Parcel | None:
    return None if members is None else Parcel(**{**members, "item_ids": tuple(members["item_ids"])})
