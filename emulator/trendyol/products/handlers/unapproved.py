"""The products that are not approved, and what was asked to change of those that are."""

from __future__ import annotations

from emulator.exchange import Call, Reply, json_reply
from emulator.trendyol.products import tokens, wire_unapproved
from emulator.trendyol.products.parse import home_of, listing_of
from emulator.trendyol.products.wire import page_head
from emulator.world.accounts import access_tokens
from emulator.world.catalogue.content_audits import find_audits
from emulator.world.catalogue.unapproved_products import UnapprovedQuery, find_products


def filter_unapproved_products(call: Call) -> Reply:
    """A page of the products that wait for their approval or were rejected."""
    query, params, generation = _unapproved_query(call), call.query, access_tokens.generation(call.world)
    token, size, home = params.get("nextPageToken"), params["size"], home_of(call)
    place = None if token is None else tokens.read_token(query, home, token, generation)[0]
    number = params["page"] if place is None else 0
    page = find_products(call.world, query, size, offset=number * size, after=place)
    following = None
    if page.last_place is not None and (page.has_more or call.decide("next-page-token") == "every-page"):
        following = tokens.write_token(query, home, (page.last_place,), generation)
    reasons = {each["id"]: each for each in call.world.plan.lookups["words"]["reject_reasons"]}
    rows = [wire_unapproved.unapproved_row(each, call.caller.language, reasons) for each in page.products]
    return json_reply({**page_head(page.total, number, size), "nextPageToken": following, "content": rows})


def get_update_audits(call: Call) -> Reply:
    """A page of what was asked to change of a content, the newest first."""
    params, size = call.query, call.query["size"]
    base = 1 if call.decide("audit-page-base") == "one" else 0
    number = max(params.get("page", base), base)
    state = None if "status" not in params else wire_unapproved.AUDIT_STATES[params["status"]]
    page = find_audits(
        call.world, listing_of(call), call.path["contentId"], state, size, offset=(number - base) * size
    )
    rows = [wire_unapproved.audit(each, call.caller.language) for each in page.audits]
    return json_reply({"page": number, "size": size, "totalPage": -(-page.total // size), "content": rows})


def _unapproved_query(call: Call) -> UnapprovedQuery:
    params = call.query
    return UnapprovedQuery(
        listing=listing_of(call),
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
