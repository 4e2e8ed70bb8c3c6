"""The approved contents, their stock and prices, and what is known of one barcode."""

from __future__ import annotations

from emulator.exchange import Call, Refusal, Reply, json_reply, page_reply
from emulator.trendyol.products import tokens, wire, wire_unapproved
from emulator.trendyol.products.parse import home_of, listing_of
from emulator.trendyol.products.wire import page_head
from emulator.world.accounts import access_tokens
from emulator.world.catalogue.content_search import ContentQuery, find
from emulator.world.catalogue.listings import variant_base
from emulator.world.catalogue.unapproved_products import product_by_barcode
from emulator.world.core.ids import between, chance, happens

NEWEST_FIRST = {"ASC": False, "DESC": True}
SHORT = 0.4


def filter_approved_products(call: Call) -> Reply:
    """A page of the seller's approved contents on the storefront, told in the caller's language."""
    return _page(call, call.caller.language)


def filter_inventory_and_price(call: Call) -> Reply:
    """A page of the same contents with nothing but stock and prices."""
    return _page(call, "stock")


def get_product_base(call: Call) -> Reply:
    """What is known of one barcode.

    Errors: product-not-found.
    """
    base = variant_base(call.world, listing_of(call), call.path["barcode"])
    if base is None:
        product = product_by_barcode(call.world, listing_of(call), call.path["barcode"])
        if product is not None:
            return json_reply(wire_unapproved.unapproved_base(product))
        raise Refusal("product-not-found", barcode=call.path["barcode"])
    return Reply((base,))


def _page(call: Call, form: str) -> Reply:
    query, params = _query(call), call.query
    token, size = params.get("nextPageToken"), params["size"]
    generation, home = access_tokens.generation(call.world), home_of(call)
    place = None if token is None else tokens.read_token(query, home, token, generation)
    number = params["page"] if place is None else 0
    row_count = size if token is None else _row_count(call, token, size)
    page = find(call.world, query, form, row_count, offset=number * size, after=place)
    onward = page.more or call.decide("next-page-token") == "every-page"
    following = None
    if onward and page.last_sort:
        following = tokens.write_token(query, home, page.last_sort, generation)
    return page_reply({**page_head(page.total, number, size), "nextPageToken": following}, page.json_rows)


def _row_count(call: Call, token: str, size: int) -> int:
    """How many contents a page behind a token shows: now and then too few where the world is unusual."""
    if "short-page" not in call.variations:
        return size
    rng = chance(call.world.seed, "short page", token)
    return between(rng, 1, max(size - 1, 1)) if happens(rng, SHORT) else size


def _query(call: Call) -> ContentQuery:
    params = call.query
    return ContentQuery(
        listing=listing_of(call),
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
