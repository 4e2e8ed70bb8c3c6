"""What sellers have asked to change of approved contents, and what came of each change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import orjson

from emulator.world.core.ids import next_number
from emulator.world.core.listing import Listing

if TYPE_CHECKING:
    from emulator.world.core.world import World

Kind = Literal["title", "description", "media", "attribute"]
State = Literal["running", "success", "fail"]
INSERT = (
    "INSERT INTO content_audit (audit_no, seller_id, storefront, content_id, requested_ms, states, body)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)


class Reason(NamedTuple):
    """Why a change was not made."""

    type: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class AuditChange:
    """One change of a content: a text, addresses of pictures, or attributes as plain data.

    Units: ``completed_ms`` epoch milliseconds UTC.
    """

    kind: Kind
    state: State
    old: Any
    new: Any
    completed_ms: int | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class ContentAudit:
    """One request to change a content.

    Units: ``requested_ms`` epoch milliseconds UTC.
    """

    number: int
    """Its place among all of the world."""
    listing: Listing
    """Whose content it is."""
    content_id: int
    """The content."""
    barcode: str
    """The first barcode of the content."""
    batch_id: str
    """The batch it came with."""
    requested_ms: int
    """When it was asked for."""
    changes: tuple[AuditChange, ...] = field(default=())
    """What is to change."""


class AuditPage(NamedTuple):
    """Some audits, and how many match."""

    total: int
    audits: tuple[ContentAudit, ...]


def new_number(world: World) -> int:
    """The number of the next audit."""
    return next_number(world.store, "content audit")


def put_audit(world: World, audit: ContentAudit) -> None:
    """Write an audit down, in the place of the one with its number."""
    states = " ".join(each.state for each in audit.changes)
    body = orjson.dumps(audit, default=list)
    world.store.execute("DELETE FROM content_audit WHERE audit_no = ?", (audit.number,))
    world.store.execute(
        INSERT, (audit.number, *audit.listing, audit.content_id, audit.requested_ms, states, body)
    )


def audit_by_number(world: World, number: int) -> ContentAudit | None:
    """The audit of that number, or None."""
    row = world.store.row("SELECT body FROM content_audit WHERE audit_no = ?", (number,))
    return None if row is None else _audit(row[0])


def audits_of(world: World, listing: Listing) -> list[ContentAudit]:
    """Every audit of a listing, the oldest first."""
    rows = world.store.rows(
        "SELECT body FROM content_audit WHERE seller_id = ? AND storefront = ? ORDER BY audit_no", listing
    )
    return [_audit(body) for (body,) in rows]


def running_audits(world: World, listing: Listing) -> list[ContentAudit]:
    """The audits of a listing that people still look at, the oldest first."""
    rows = world.store.rows(
        "SELECT body FROM content_audit WHERE seller_id = ? AND storefront = ? AND states LIKE ?"
        " ORDER BY audit_no",
        (*listing, "%running%"),
    )
    return [_audit(body) for (body,) in rows]


def find_audits(
    world: World, listing: Listing, content_id: int, state: State | None, size: int, offset: int
) -> AuditPage:
    """A page of the audits of a content, the newest first; a state is that of one of their changes."""
    text = "seller_id = ? AND storefront = ? AND content_id = ? AND states LIKE ?"
    values = (*listing, content_id, f"%{state or ''}%")
    row = world.store.row(f"SELECT COUNT(*) FROM content_audit WHERE {text}", values)
    rows: Sequence[Any] = world.store.rows(
        f"SELECT body FROM content_audit WHERE {text} ORDER BY audit_no DESC LIMIT ? OFFSET ?",
        (*values, size, offset),
    )
    return AuditPage(int(row[0]) if row else 0, tuple(_audit(body) for (body,) in rows))


def _audit(body: bytes) -> ContentAudit:
    facts = orjson.loads(body)
    changes = tuple(
        AuditChange(**{**each, "reasons": tuple(Reason(*reason) for reason in each["reasons"])})
        for each in facts["changes"]
    )
    return ContentAudit(**{**facts, "listing": Listing(*facts["listing"]), "changes": changes})
