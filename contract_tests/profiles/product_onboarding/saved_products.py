"""What a client keeps of each product it brings into the shop, and how it shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.protocol import Row

KIND = "onboarding"
# The states of a product of which nothing is claimed.
PENDING, FAILED_STATE, UNCLEAR = "pending", "failed", "unclear"
EMPTY: Row = {
    "batch": None, "unclear": False, "created": False, "failed_want": None, "asked_title": None, "at": None,
}  # fmt: skip


def saved_rows(copy: LocalCopy) -> dict[str, Row]:
    """Every row by its barcode."""
    return {row["barcode"]: row for row in copy.rows(KIND)}


def save_rows(copy: LocalCopy, rows: Iterable[Row], **changes: Any) -> list[Row]:
    """Save rows with what is known of all of them now."""
    new_rows = [row | changes for row in rows]
    copy.merge(KIND, "barcode", new_rows)
    return new_rows


def take_wants(copy: LocalCopy, wants: Iterable[Row]) -> list[Row]:
    """Take over what the shop wants; what is known of the products stays known."""
    rows = saved_rows(copy)
    return save_rows(copy, [wanted_row(rows.get(want["barcode"], {}), want) for want in wants])


def wanted_row(row: Row, want: Row) -> Row:
    """A row as it is wanted now; what an earlier run created has to be in the lists by now."""
    changes: Row = {"barcode": want["barcode"], "want": want, "created": False}
    return {**EMPTY, **row, **changes}


def has_failed(row: Row) -> bool:
    """Whether what is wanted now has failed; a product that is wanted otherwise is tried again."""
    return row["failed_want"] is not None and row["failed_want"] == row["want"]


def state_of(row: Row) -> str:
    """What is known of a product: where the lists show it, or why it is not there."""
    at = row["at"]
    if row["batch"]:
        return PENDING
    if has_failed(row):
        return FAILED_STATE
    if at is not None:
        return str(at["state"])
    if row["want"]["wanted"] == "deleted":
        return "deleted"
    if row["created"]:
        return "created"
    return UNCLEAR if row["unclear"] else PENDING


def onboarding_rows(copy: LocalCopy) -> Iterator[Row]:
    """One row a barcode, as the shop would compare it."""
    for row in saved_rows(copy).values():
        content_id = row["at"]["contentId"] if row["at"] else None
        yield {"barcode": row["barcode"], "state": state_of(row), "contentId": content_id}
