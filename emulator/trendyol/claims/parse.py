"""Queries and bodies of claims as the world understands them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from emulator.exchange import Call, Refusal
from emulator.trendyol.claims.wire import STATUSES
from emulator.world.claims.model import Issue
from emulator.world.claims.search import ClaimQuery
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS

WORLD_STATUSES: Mapping[str, str] = {word: status for status, word in STATUSES.items()}
LONGEST_WINDOW_MS = 14 * DAY_MS
ISSUE_FIELDS = ("claimIssueReasonId", "claimItemIdList", "description")
# Reasons that need no file. Source: docs/i̇ade-siparişlerinde-ret-talebi-oluşturma-createclaimissue, D.
WITHOUT_FILE = (1651, 451, 2101)


def listing_of(call: Call) -> Listing:
    """The listing of the seller that signs, on the storefront it means."""
    return Listing(call.path["sellerId"], call.caller.storefront)


def claim_query(call: Call) -> ClaimQuery:
    """What a list selects; claimIds leave everything else aside.

    Errors: claim-window-too-long by decision.
    Source: where claimIds are sent all other filters are ignored, D.
    """
    params = call.query
    if params.get("claimIds"):
        return ClaimQuery(listing_of(call), claim_ids=tuple(params["claimIds"]))
    from_ms, to_ms = _window(call)
    return ClaimQuery(
        listing=listing_of(call),
        status=WORLD_STATUSES[params["claimItemStatus"]] if "claimItemStatus" in params else None,
        from_ms=from_ms,
        to_ms=to_ms,
        date="updated" if call.decide("claim-dates") == "modified" else "claimed",
        order_number=params.get("orderNumber"),
    )


def _window(call: Call) -> tuple[int | None, int | None]:
    start_ms, end_ms = call.query.get("startDate"), call.query.get("endDate")
    rule = call.decide("claim-window")
    if rule == "any" or start_ms is None:
        return start_ms, end_ms
    last_ms = start_ms + LONGEST_WINDOW_MS
    if rule == "refuse" and end_ms is not None and end_ms > last_ms:
        raise Refusal("claim-window-too-long", days=LONGEST_WINDOW_MS // DAY_MS)
    return start_ms, last_ms if end_ms is None else min(end_ms, last_ms)


def issue_fields(call: Call) -> tuple[Issue, tuple[str, ...]]:
    """What a call says of why items are not taken back, in its query or in its form, and which items.

    Shapes: the ids of items are joined by commas; each part of the form that is a file counts.
    Errors: claim-issue-incomplete, claim-issue-reason-invalid, claim-description-too-long,
    claim-issue-file-missing.
    """
    body: Mapping[str, Any] = call.body or {}
    values = {name: call.query.get(name, body.get(name)) for name in ISSUE_FIELDS}
    missing = next((name for name, value in values.items() if value in (None, "", [])), None)
    if missing is not None:
        raise Refusal("claim-issue-incomplete", parameter=missing)
    reason_id = _reason_id(values["claimIssueReasonId"])
    description = str(values["description"])
    if len(description) > 500:
        raise Refusal("claim-description-too-long", most=500)
    file_count = sum(len(value) for value in body.values() if isinstance(value, list))
    if not file_count and reason_id not in WITHOUT_FILE:
        raise Refusal("claim-issue-file-missing", value=reason_id)
    return Issue(reason_id, description, file_count), item_ids_of(values["claimItemIdList"])


def item_ids_of(value: str | Sequence[str]) -> tuple[str, ...]:
    """The ids in a list, or in a text that joins them by commas; each once."""
    parts: Iterable[str] = value.split(",") if isinstance(value, str) else value
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _reason_id(value: int | str) -> int:
    try:
        return int(value)
    except ValueError as fault:
        raise Refusal("claim-issue-reason-invalid", value=value) from fault
