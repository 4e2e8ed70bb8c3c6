"""The products as V1 tells them, approved or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.exchange import Call, Reply, page_reply
from emulator.trendyol.products import wire, wire_unapproved, wire_v1
from emulator.trendyol.products.parse import listing_of
from emulator.trendyol.products.wire import page_head
from emulator.world.catalogue.approval import preview
from emulator.world.catalogue.unapproved_products import State, UnapprovedQuery, find_products
from emulator.world.catalogue.variant_search import VariantQuery, find_variants


def filter_products(call: Call) -> Reply:
    """A page of products, a flat row each, as V1 tells them: the approved ones, then those that are not.

    Source: v2.0/docs/product-filter-filterproducts, D: ``approved`` chooses; that its absence means both, and
    in which order, is I.
    """
    number, size = call.query["page"], call.query["size"]
    page = find_variants(call.world, _variant_query(call), size, offset=number * size)
    rows, total = page.json_rows, page.total
    if _may_be_unapproved(call.query):
        room, offset = size - len(rows), max(0, number * size - total)
        others = find_products(call.world, _unapproved_query(call), room, offset=offset)
        reasons = {each["id"]: each for each in call.world.plan.lookups["words"]["reject_reasons"]}
        rows = rows + [
            wire_v1.unapproved_row(each, preview(call.world, each), call.world.decisions, reasons)
            for each in others.products
        ]
        total += others.total
    return page_reply(page_head(total, number, size), rows)


def _may_be_unapproved(params: Mapping[str, Any]) -> bool:
    """Whether a product that is not approved may match: it is in no state of those that are."""
    return not any(params.get(name) for name in ("approved", "archived", "onSale", "blacklisted"))


def _unapproved_query(call: Call) -> UnapprovedQuery:
    params = call.query
    states: Mapping[bool | None, State | None] = {None: None, True: "rejected", False: "pending"}
    return UnapprovedQuery(
        listing=listing_of(call),
        barcode=params.get("barcode"),
        stock_code=params.get("stockCode"),
        product_main_id=params.get("productMainId"),
        brand_ids=tuple(params.get("brandIds", ())),
        origin=params.get("origin"),
        state=states[params.get("rejected")],
        date_column=wire_unapproved.DATES[params["dateQueryType"]],
        start_ms=params.get("startDate"),
        end_ms=params.get("endDate"),
    )


def _variant_query(call: Call) -> VariantQuery:
    params = call.query
    return VariantQuery(
        listing=listing_of(call),
        barcode=params.get("barcode"),
        stock_code=params.get("stockCode"),
        product_main_id=params.get("productMainId"),
        brand_ids=tuple(params.get("brandIds", ())),
        origin=params.get("origin"),
        is_approved=params.get("approved"),
        is_rejected=params.get("rejected"),
        is_archived=params.get("archived"),
        on_sale=params.get("onSale"),
        is_blacklisted=params.get("blacklisted"),
        date_kind=wire.VARIANT_DATES[params["dateQueryType"]],
        start_ms=params.get("startDate"),
        end_ms=params.get("endDate"),
    )
