"""Which claim items a shop wants decided, and how: the same world, the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import cycle
from typing import Any

from contract_tests.records.scenario import Row

FEW = 4
"""Two of each sort: with some of them repeated a client stays within the five of each sort a minute."""
ON_ITS_WAY, WAITING = "Created", "WaitingInAction"
APPROVE, ISSUE = "approve", "issue"
# A reason that needs a file, one that sends another unit, one that cannot be given on the first day.
USED_REASON, EXCHANGE_REASON, NOT_RECEIVED_REASON = 51, 2101, 1651
DECISIONS = ((APPROVE, None), (ISSUE, USED_REASON), (APPROVE, None), (ISSUE, EXCHANGE_REASON))


def few_items(items: Iterable[Row]) -> list[dict[str, Any]]:
    """Some items that wait, every second one not to be taken back."""
    return _wants(_rows(items, _waits)[:FEW])


def every_item(items: Iterable[Row]) -> list[dict[str, Any]]:
    """All items that wait."""
    return _wants(_rows(items, _waits))


def items_of_every_status(items: Iterable[Row]) -> list[dict[str, Any]]:
    """One item of each status, before some that wait."""
    items = list(items)
    first = {row["status"]: row for row in reversed(_rows(items, lambda row: not _waits(row)))}
    approvals = [
        {"claimItemId": row["claimItemId"], "action": APPROVE, "reasonId": None} for row in first.values()
    ]
    return [*approvals, *_wants(_rows(items, _waits)[:2])]


def items_that_never_came(items: Iterable[Row]) -> list[dict[str, Any]]:
    """Items whose parcel is yet to come and is said never to have come, before some others."""
    items = list(items)
    early = [
        {"claimItemId": row["claimItemId"], "action": ISSUE, "reasonId": NOT_RECEIVED_REASON}
        for row in _rows(items, lambda row: row["status"] == ON_ITS_WAY)
    ]
    return [*early, *_wants(_rows(items, _waits)[:3])]


def _wants(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [
        {"claimItemId": row["claimItemId"], "action": action, "reasonId": reason_id}
        for row, (action, reason_id) in zip(rows, cycle(DECISIONS), strict=False)
    ]


def _waits(row: Row) -> bool:
    return bool(row["status"] == WAITING)


def _rows(items: Iterable[Row], is_meant: Callable[[Row], bool]) -> list[Row]:
    return sorted((row for row in items if is_meant(row)), key=lambda row: str(row["claimItemId"]))
