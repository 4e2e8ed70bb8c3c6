"""The market of a seller's listing: products, orders, claims, questions, the ledger, payouts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from emulator.ui.visit import Visit

PAGE_ROWS, ORDER_ROWS, PAYOUTS = 50, 20, 6
LEDGER_DAYS_MS = 15 * 86_400_000


def market(visit: Visit) -> Mapping[str, Any]:
    """Show one side of the market."""
    sellers = visit.reader.get("/sellers")["sellers"]
    view = visit.query.get("view", "orders")
    view = view if view in VIEWS else "orders"
    seller = next((each for each in sellers if str(each["id"]) == visit.query.get("seller")), None)
    seller = seller or (sellers[0] if sellers else None)
    if seller is None:
        return {"sellers": [], "view": view, "views": VIEWS}
    storefronts = seller["storefronts"]
    storefront = visit.query.get("storefront", "")
    storefront = storefront if storefront in storefronts else storefronts[0]
    place = {"seller": seller["id"], "storefront": storefront}
    text = visit.query.get("text", "").strip()
    choice = {"seller": seller, "storefront": storefront, "view": view, "text": text, "place": place}
    return {"sellers": sellers, "views": VIEWS, **choice, **VIEWS[view](visit, place, text)}


def products(visit: Visit, place: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """Show what is for sale, and how many there are."""
    rows = visit.reader.get("/truth/products", **place)["rows"]
    fields = ("barcode", "stockCode", "productMainId", "title")
    matches = [row for row in rows if contains(row, fields, text)]
    return page_of(visit, matches)


def contains(row: Mapping[str, Any], fields: tuple[str, ...], text: str) -> bool:
    """Say whether one of a row's fields holds a text."""
    return not text or any(text.casefold() in str(row.get(name) or "").casefold() for name in fields)


def page_of(visit: Visit, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Give one page of rows."""
    offset = visit.number("offset") or 0
    more = offset + PAGE_ROWS if len(rows) > offset + PAGE_ROWS else None
    return {"count": len(rows), "rows": rows[offset : offset + PAGE_ROWS], "offset": offset, "more": more}


def orders(visit: Visit, place: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """Show packages, the one that changed last first, each with its life."""
    offset = visit.number("offset") or 0
    page = visit.reader.get("/packages", **place, text=text[:64], offset=offset, limit=ORDER_ROWS)
    more = offset + ORDER_ROWS if page["count"] > offset + ORDER_ROWS else None
    return {"count": page["count"], "rows": page["packages"], "offset": offset, "more": more}


def claims(visit: Visit, place: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """Show what customers send back."""
    rows = visit.reader.get("/truth/claims", **place)["rows"][::-1]
    fields = ("claimId", "orderNumber", "shipmentPackageId", "barcode")
    return page_of(visit, [row for row in rows if contains(row, fields, text)])


def questions(visit: Visit, place: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """Show what customers ask."""
    rows = visit.reader.get("/truth/questions", **place)["rows"][::-1]
    return page_of(visit, [row for row in rows if contains(row, ("id", "text", "answer"), text)])


def ledger(visit: Visit, place: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """Show what was booked in the last fifteen days, settlements and the rest."""
    now_ms = visit.reader.get("/clock")["now_ms"]
    window = {**place, "from": now_ms - LEDGER_DAYS_MS, "to": now_ms}
    kinds = ("settlements", "otherfinancials")
    rows = [row for kind in kinds for row in visit.reader.get(f"/truth/{kind}", **window)["rows"]]
    rows = [row for row in rows if contains(row, ("id", "orderNumber", "barcode", "transactionType"), text)]
    rows.sort(key=lambda row: (-row["transactionDate"], row["id"]))
    sums = {side: sum((Decimal(row[side]) for row in rows), Decimal()) for side in ("debt", "credit")}
    return {**page_of(visit, rows), "sums": sums, "balance": sums["credit"] - sums["debt"]}


def payouts(visit: Visit, place: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """Show the Wednesdays on which the seller was paid, and how each amount comes about."""
    page = visit.reader.get("/payouts", **place, limit=PAYOUTS)
    return {**page, "rows": page["payouts"], "count": len(page["payouts"])}


VIEWS: Mapping[str, Callable[[Visit, Mapping[str, Any], str], Mapping[str, Any]]] = {
    "orders": orders,
    "products": products,
    "claims": claims,
    "questions": questions,
    "ledger": ledger,
    "payouts": payouts,
}
"""The sides of the market by name, in the order of their tabs."""
