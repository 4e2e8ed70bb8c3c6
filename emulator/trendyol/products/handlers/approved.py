"""The product reads: approved contents, their stock and prices, what is known of one barcode."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emulator.exchange import Call, Refusal, Reply, json_reply, page_reply
from emulator.trendyol.products import tokens, wire, wire_unapproved, wire_v1
from emulator.world.accounts import access_tokens
from emulator.world.catalogue.approval import preview
from emulator.world.catalogue.content_audits import find_audits
from emulator.world.catalogue.content_search import ContentQuery, find
from emulator.world.catalogue.listings import variant_base
from emulator.world.catalogue.unapproved_products import (
    State,
    UnapprovedQuery,
    find_products,
    product_by_barcode,
)
from emulator.world.catalogue.variant_search import VariantQuery, find_variants
from emulator.world.core.ids import between, chance, happens
from emulator.world.core.listing import Listing

NEWEST_FIRST = {"ASC": False, "DESC": True}
SHORT = 0.4


def filter_approved_products(call: Call) -> Reply:
    """A page of the seller's approved contents on the storefront, told in the caller's language."""
    return _page(call, call.caller.language)


def filter_inventory_and_price(call: Call) -> Reply:
    """A page of the same contents with nothing but stock and prices."""
    return _page(call, "stock")


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
        others = find_products(call.world, _unapproved_query_v1(call), room, offset=offset)
        reasons = {each["id"]: each for each in call.world.plan.lookups["words"]["reject_reasons"]}
        rows = rows + [
            wire_v1.unapproved_row(each, preview(call.world, each), call.world.decisions, reasons)
            for each in others.products
        ]
        total += others.total
    return page_reply(_head(total, number, size), rows)


def _may_be_unapproved(params: Mapping[str, Any]) -> bool:
    """Whether a product that is not approved may match: it is in no state of those that are."""
    return not any(params.get(name) for name in ("approved", "archived", "onSale", "blacklisted"))


def _unapproved_query_v1(call: Call) -> UnapprovedQuery:
    params = call.query
    states: Mapping[bool | None, State | None] = {None: None, True: "rejected", False: "pending"}
    return UnapprovedQuery(
        listing=_listing(call),
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


def get_product_base(call: Call) -> Reply:
    """What is known of one barcode.

    Errors: product-not-found.
    """
    base = variant_base(call.world, _listing(call), call.path["barcode"])
    if base is None:
        product = product_by_barcode(call.world, _listing(call), call.path["barcode"])
        if product is not None:
            return json_reply(wire_unapproved.unapproved_base(product))
        raise Refusal("product-not-found", barcode=call.path["barcode"])
    return Reply((base,))


def filter_unapproved_products(call: Call) -> Reply:
    """A page of the products that wait for their approval or were rejected."""
    query, params, generation = _unapproved_query(call), call.query, access_tokens.generation(call.world)
    token, size, home = params.get("nextPageToken"), params["size"], _home(call)
    place = None if token is None else tokens.read_token(query, home, token, generation)[0]
    number = params["page"] if place is None else 0
    page = find_products(call.world, query, size, offset=number * size, after=place)
    following = None
    if page.last_place is not None and (page.has_more or call.decide("next-page-token") == "every-page"):
        following = tokens.write_token(query, home, (page.last_place,), generation)
    reasons = {each["id"]: each for each in call.world.plan.lookups["words"]["reject_reasons"]}
    rows = [wire_unapproved.unapproved_row(each, call.caller.language, reasons) for each in page.products]
    return json_reply({**_head(page.total, number, size), "nextPageToken": following, "content": rows})


def get_update_audits(call: Call) -> Reply:
    """A page of what was asked to change of a content, the newest first."""
    params, size = call.query, call.query["size"]
    base = 1 if call.decide("audit-page-base") == "one" else 0
    number = max(params.get("page", base), base)
    state = None if "status" not in params else wire_unapproved.AUDIT_STATES[params["status"]]
    page = find_audits(
        call.world, _listing(call), call.path["contentId"], state, size, offset=(number - base) * size
    )
    rows = [wire_unapproved.audit(each, call.caller.language) for each in page.audits]
    return json_reply({"page": number, "size": size, "totalPage": -(-page.total // size), "content": rows})


def _page(call: Call, form: str) -> Reply:
    query, params = _query(call), call.query
    token, size = params.get("nextPageToken"), params["size"]
    generation, home = access_tokens.generation(call.world), _home(call)
    place = None if token is None else tokens.read_token(query, home, token, generation)
    number = params["page"] if place is None else 0
    row_count = size if token is None else _row_count(call, token, size)
    page = find(call.world, query, form, row_count, offset=number * size, after=place)
    onward = page.more or call.decide("next-page-token") == "every-page"
    following = None
    if onward and page.last_sort:
        following = tokens.write_token(query, home, page.last_sort, generation)
    return page_reply({**_head(page.total, number, size), "nextPageToken": following}, page.json_rows)


def _home(call: Call) -> str:
    """The seller's first storefront."""
    return call.caller.seller.storefronts[0] if call.caller.seller else call.caller.storefront


def _row_count(call: Call, token: str, size: int) -> int:
    """How many contents a page behind a token shows: now and then too few where the world is unusual."""
    if "short-page" not in call.variations:
        return size
    rng = chance(call.world.seed, "short page", token)
    return between(rng, 1, max(size - 1, 1)) if happens(rng, SHORT) else size


def _head(total: int, number: int, size: int) -> dict[str, Any]:
    return {"totalElements": total, "totalPages": -(-total // size), "page": number, "size": size}


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], call.caller.storefront)


def _query(call: Call) -> ContentQuery:
    params = call.query
    return ContentQuery(
        listing=_listing(call),
        supplier_id=params.get("supplierId"),
        barcode=params.get("barcode"),
        barcodes=tuple(params.get("barcodes", ())),
        stock_code=params.get("stockCode"),
        product_main_id=params.get("productMainId"),
        content_id=params.get("contentId"),
        brand_ids=tuple(params.get("brandIds", ())),
        origin=params.get("origin"),
        status=None if "status" not in params else wire.STATUSES[params["status"]],
        date_kind=wire.CONTENT_DATES[params.get("dateQueryType", "VARIANT_CREATED_DATE")],
        start_ms=params.get("startDate"),
        end_ms=params.get("endDate"),
        newest_first=NEWEST_FIRST.get(params.get("orderByDirection", "")),
    )


def _unapproved_query(call: Call) -> UnapprovedQuery:
    params = call.query
    return UnapprovedQuery(
        listing=_listing(call),
        barcode=params.get("barcode"),
        barcodes=tuple(params.get("barcodes", ())),
        stock_code=params.get("stockCode"),
        product_main_id=params.get("productMainId"),
        brand_ids=tuple(params.get("brandIds", ())),
        origin=params.get("origin"),
        state=None if "status" not in params else wire_unapproved.STATES[params["status"]],
        supplier_id=params.get("supplierId"),
        date_column=wire_unapproved.DATES[params["dateQueryType"]],
        start_ms=params.get("startDate"),
        end_ms=params.get("endDate"),
    )


def _variant_query(call: Call) -> VariantQuery:
    params = call.query
    return VariantQuery(
        listing=_listing(call),
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
