"""The finance reads: two lists of the current account, payment orders, the parcels of a cargo invoice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from emulator.exchange import Call, Refusal, Reply, page_reply
from emulator.trendyol.finance import wire
from emulator.world.core.istanbul import day_bounds
from emulator.world.core.listing import Listing
from emulator.world.money.cargo_invoices import find_cargo_items
from emulator.world.money.ledger_query import LedgerQuery, Page, find_entries
from emulator.world.money.payouts import find_payment_orders


def get_settlements(call: Call) -> Reply:
    """A page of sales, returns and what corrects them."""
    return _ledger_page(call, "settlement")


def get_other_financials(call: Call) -> Reply:
    """A page of payouts, invoices and other bookings."""
    return _ledger_page(call, "other")


def get_payment_orders(call: Call) -> Reply:
    """A page of the seller's payouts."""
    orders = find_payment_orders(call.world, _listing(call), *_span(call))
    return _page(call, orders)


def get_cargo_invoice_items(call: Call) -> Reply:
    """A page of the parcels behind one cargo invoice.

    Errors: finance-cargo-invoice-unknown by decision.
    """
    serial = call.path["invoiceSerialNumber"]
    items = find_cargo_items(call.world, call.path["sellerId"], serial, *_span(call))
    if not items.total and call.decide("cargo-invoice-unknown") == "not-found":
        raise Refusal("finance-cargo-invoice-unknown", value=serial)
    return _page(call, items)


def _ledger_page(call: Call, ledger: str) -> Reply:
    return _page(call, find_entries(call.world, _query(call, ledger), call.now_ms, *_span(call)))


def _query(call: Call, ledger: str) -> LedgerQuery:
    query = call.query
    by_date = "paymentDate" not in query and "paymentOrderId" not in query
    payment_day = (
        day_bounds(date.fromisoformat(query["paymentDate"])) if "paymentDate" in query else (None, None)
    )
    return LedgerQuery(
        seller_id=call.path["sellerId"],
        storefront=call.caller.storefront,
        ledger=ledger,
        types=tuple(wire.WORLD_NAMES[word] for word in _types(call)),
        from_ms=query["startDate"] if by_date else None,
        to_ms=query["endDate"] if by_date else None,
        paid_from_ms=payment_day[0],
        paid_before_ms=payment_day[1],
        payment_order_id=query.get("paymentOrderId"),
        sub_type=wire.SUB_TYPES.get(query.get("transactionSubType", "")),
    )


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], call.caller.storefront)


def _types(call: Call) -> Sequence[str]:
    if "transactionTypes" in call.query:
        return tuple(dict.fromkeys(call.query["transactionTypes"]))
    return (call.query["transactionType"],)


def _span(call: Call) -> tuple[int, int]:
    return call.query["page"] * call.query["size"], call.query["size"]


def _page(call: Call, page: Page) -> Reply:
    size = call.query["size"]
    head = {
        "page": call.query["page"],
        "size": size,
        "totalPages": -(-page.total // size),
        "totalElements": page.total,
    }
    return page_reply(head, page.json_rows)
