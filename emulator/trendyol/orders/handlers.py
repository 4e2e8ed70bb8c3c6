"""The order reads: the list under its two paths, and the stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from emulator.exchange import Call, Refusal, Reply, page_reply
from emulator.trendyol.orders import cursors, parse
from emulator.world.accounts import access_tokens
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.orders.package_search import PackagePage, PackageQuery, count_packages, find_packages

LONGEST_WINDOW_MS, DEFAULT_WINDOW_MS = 14 * DAY_MS, 7 * DAY_MS
# The largest number that a parameter of 64 bits holds.
LAST_MOMENT_MS = 2**63 - 1
STREAM_HISTORY_MS = 90 * DAY_MS
# How far back the list reaches, by the decision orders-history.
HISTORY_MS: Mapping[str, int] = {"month": 30 * DAY_MS, "three-months": 90 * DAY_MS}
NO_PACKAGES = PackagePage((), more=False, last=None)


def get_shipment_packages(call: Call) -> Reply:
    """A page of the seller's packages.

    Errors: orders-window-too-long by decision.
    """
    query, params = _list_query(call), call.query
    number, size = params["page"], params["size"]
    if _is_another_seller(call):
        return page_reply(_head(0, number, size), ())
    total = count_packages(call.world, query)
    page = find_packages(call.world, query, size, offset=number * size)
    return page_reply(_head(total, number, size), page.json_rows)


def get_shipment_packages_v1(call: Call) -> Reply:
    """The same under the old path.

    Errors: orders-window-too-long by decision.
    """
    return get_shipment_packages(call)


def get_shipment_packages_stream(call: Call) -> Reply:
    """The next packages of a stream, the latest change first.

    Errors: cursor-invalid, cursor-filter-changed.
    """
    query, cursor = _stream_query(call), call.query.get("nextCursor")
    generation = access_tokens.generation(call.world)
    place = None if cursor is None else cursors.read(query, cursor, generation)
    # An unusual world has an empty answer before each that goes on, or few streams would meet one.
    if place is not None and not place.is_after_empty and "empty-page" in call.variations:
        return _stream_reply(NO_PACKAGES, cursors.write(query, place.beyond_empty(), generation))
    if _is_another_seller(call):
        return _stream_reply(NO_PACKAGES, "")
    from_ms, to_ms = _stream_window(call) if place is None else (place.from_ms, place.to_ms)
    page = find_packages(
        call.world,
        replace(query, from_ms=from_ms, to_ms=to_ms),
        call.query["size"],
        after=None if place is None else place.after,
    )
    following = ""
    if page.more and page.last is not None:
        following = cursors.write(query, cursors.Place(page.last, from_ms, to_ms), generation)
    return _stream_reply(page, following)


def _list_query(call: Call) -> PackageQuery:
    params = call.query
    from_ms, to_ms = _window(call)
    return PackageQuery(
        listing=_listing(call),
        statuses=parse.statuses_of(params.get("status", parse.PAID_WORDS)),
        from_ms=max(from_ms, call.now_ms - HISTORY_MS[call.decide("orders-history")]),
        to_ms=to_ms,
        order_number=params.get("orderNumber"),
        package_ids=tuple(params.get("shipmentPackageIds", ())),
        sorted_by=parse.SORT_FIELDS[params["orderByField"]],
        newest_first=params["orderByDirection"] == "DESC",
    )


def _window(call: Call) -> tuple[int, int | None]:
    """The span that is read: two weeks at most, the last one without dates, all that is kept by number."""
    params = call.query
    start_ms, end_ms = params.get("startDate"), params.get("endDate")
    if start_ms is None and end_ms is None:
        is_by_number = "orderNumber" in params or "shipmentPackageIds" in params
        return (0 if is_by_number else call.now_ms - DEFAULT_WINDOW_MS), None
    if start_ms is None:
        return int(params["endDate"]) - LONGEST_WINDOW_MS, end_ms
    last_ms = min(start_ms + LONGEST_WINDOW_MS, LAST_MOMENT_MS)
    if end_ms is not None and end_ms > last_ms and call.decide("orders-window") == "refuse":
        raise Refusal("orders-window-too-long", days=LONGEST_WINDOW_MS // DAY_MS)
    return start_ms, last_ms if end_ms is None else min(end_ms, last_ms)


def _stream_query(call: Call) -> PackageQuery:
    """What a stream selects, as it was sent."""
    params = call.query
    return PackageQuery(
        listing=_listing(call),
        statuses=parse.statuses_of(params.get("packageItemStatuses", parse.PAID_WORDS)),
        from_ms=params.get("lastModifiedStartDate"),
        to_ms=params.get("lastModifiedEndDate"),
    )


def _stream_window(call: Call) -> tuple[int, int | None]:
    """The span of a stream that begins now: two weeks where a side is not named, three months at most."""
    start_ms, end_ms = (call.query.get(name) for name in ("lastModifiedStartDate", "lastModifiedEndDate"))
    if start_ms is None:
        start_ms = (call.now_ms if end_ms is None else end_ms) - LONGEST_WINDOW_MS
    elif end_ms is None:
        end_ms = min(start_ms + LONGEST_WINDOW_MS, LAST_MOMENT_MS)
    return max(start_ms, call.now_ms - STREAM_HISTORY_MS, 0), end_ms


def _is_another_seller(call: Call) -> bool:
    return bool(call.query.get("supplierId", call.path["sellerId"]) != call.path["sellerId"])


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], call.caller.storefront)


def _head(total: int, number: int, size: int) -> dict[str, Any]:
    return {"totalElements": total, "totalPages": -(-total // size), "page": number, "size": size}


def _stream_reply(page: PackagePage, following: str) -> Reply:
    head = {"size": len(page.json_rows), "hasMore": bool(following), "nextCursor": following}
    return page_reply(head, page.json_rows)
