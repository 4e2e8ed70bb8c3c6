"""The buyer's verbs: look at offers, ask for items, give them back, see what was packed."""

from __future__ import annotations

from datetime import datetime

from emulator.b2b import wire
from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.world.accounts.buyers import Buyer
from emulator.world.core.istanbul import ISTANBUL
from emulator.world.purchases import cutoffs, purchases
from emulator.world.purchases.offers import OfferQuery, count_offers, find_offer, find_offers, offers_of
from emulator.world.purchases.purchases import Purchase, RequestItem, Terms
from emulator.world.purchases.ratings import rating_of


def get_healthcheck(call: Call) -> Reply:
    """Say that the gateway runs."""
    return Reply((b"Healthy",), content_type="text/plain")


def get_offers(call: Call) -> Reply:
    """A page of the buyer's offers, in the shape that the decision b2b-offers-shape names.

    Errors: b2b-buyer-unknown, b2b-date-invalid, window-order.
    """
    query, size = _query(call), call.query["PageSize"]
    page = find_offers(call.world, query, size, (call.query["Page"] - 1) * size)
    offers = [wire.offer(each, call.caller.language) for each in page]
    shape = call.decide("b2b-offers-shape")
    if shape == "object":
        return json_reply(offers[0] if offers else {})
    if shape == "envelope":
        total = count_offers(call.world, query)
        return json_reply(wire.envelope(offers, total, call.query["Page"], size))
    return json_reply(offers)


def get_stock_status(call: Call) -> Reply:
    """How many of each offer are there now."""
    offers = find_offers(call.world, offers_of(_buyer(call), _barcodes(call, "barcodeList")))
    return json_reply([wire.stock(each) for each in offers])


def get_product_images(call: Call) -> Reply:
    """The pictures of a model, or of those of its contents that have one of the barcodes.

    Errors: b2b-model-unknown.
    """
    offers = find_offers(call.world, offers_of(_buyer(call), model=call.path["modelNo"]))
    if not offers:
        raise Refusal("b2b-model-unknown")
    barcodes = _barcodes(call, "barcode")
    matches = [each for each in offers if barcodes is None or each.variant.barcode in barcodes]
    return json_reply(wire.images(matches))


def request_items(call: Call) -> Reply:
    """Reserve what is there of each item.

    Errors: b2b-barcode-unknown where the decision b2b-unknown-barcode says so.
    """
    buyer, query = _buyer(call), call.query
    items = [RequestItem(each["barcode"], int(each["requestedQuantity"])) for each in call.body]
    if call.decide("b2b-unknown-barcode") == "refuse":
        _refuse_unknown(call, buyer, items)
    terms = Terms(query.get("vendorRef"), query.get("addressTitle"), query.get("packageType"))
    return json_reply(wire.purchase(*purchases.request_items(call.world, buyer, items, terms)))


def get_b2b_packages(call: Call) -> Reply:
    """The packages that a request went into.

    Errors: b2b-request-unknown.
    """
    return json_reply(
        [wire.package(each) for each in cutoffs.packages_of(call.world, _purchase(call).number)]
    )


def cancel_items(call: Call) -> Reply:
    """Give back pieces of one barcode, as many as are still reserved.

    Errors: b2b-request-unknown, b2b-item-unknown; b2b-cutoff-passed where b2b-cancel-after-cutoff says so.
    """
    purchase, barcode, quantity = _purchase(call), call.body["barcode"], int(call.body["quantity"])
    line = purchases.find_line(call.world, purchase, barcode)
    if line is None:
        raise Refusal("b2b-item-unknown", barcode=barcode)
    late = cutoffs.is_closed(call.world, purchase.batch_id)
    if late and call.decide("b2b-cancel-after-cutoff") == "bad-request":
        raise Refusal("b2b-cutoff-passed")
    cancelled_quantity = purchases.cancel(call.world, _buyer(call), purchase, line, quantity)
    return json_reply(wire.cancellation(quantity, cancelled_quantity, late=late))


def get_product_rating(call: Call) -> Reply:
    """How customers rated a product.

    Errors: b2b-rating-unknown.
    """
    barcode = call.path["barcode"]
    if find_offer(call.world, _buyer(call), barcode) is None:
        raise Refusal("b2b-rating-unknown", barcode=barcode)
    return json_reply(wire.rating(rating_of(call.world.seed, barcode)))


def _buyer(call: Call) -> Buyer:
    assert call.caller.buyer is not None
    return call.caller.buyer


def _purchase(call: Call) -> Purchase:
    number = call.path["requestNumber"]
    purchase = purchases.find_purchase(call.world, _buyer(call), number)
    if purchase is None:
        raise Refusal("b2b-request-unknown", value=number)
    return purchase


def _refuse_unknown(call: Call, buyer: Buyer, items: list[RequestItem]) -> None:
    for each in items:
        if find_offer(call.world, buyer, each.barcode) is None:
            raise Refusal("b2b-barcode-unknown", barcode=each.barcode)


def _query(call: Call) -> OfferQuery:
    buyer, query = _buyer(call), call.query
    if query.get("buyerCode", buyer.code) != buyer.code:
        raise Refusal("b2b-buyer-unknown", value=query["buyerCode"])
    start_ms, end_ms = _moment(call, "LastModifiedDateFrom"), _moment(call, "LastModifiedDateTo")
    if start_ms is not None and end_ms is not None and end_ms < start_ms:
        raise Refusal("window-order")
    return OfferQuery(
        listing=buyer.listing,
        barcodes=_barcodes(call, "Barcodes"),
        model=query.get("ModelNumber"),
        start_ms=start_ms,
        end_ms=end_ms,
        order=wire.OFFER_ORDERS[query["OrderBy"]],
        descending=query["Order"] == "desc",
    )


def _barcodes(call: Call, name: str) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(call.query[name])) if name in call.query else None


def _moment(call: Call, name: str) -> int | None:
    """A moment of the query; one without zone is Istanbul's, a day without time its first instant."""
    text = call.query.get(name)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        return round((moment if moment.tzinfo else moment.replace(tzinfo=ISTANBUL)).timestamp() * 1000)
    except (ValueError, OverflowError) as fault:
        raise Refusal("b2b-date-invalid", parameter=name, value=text) from fault
