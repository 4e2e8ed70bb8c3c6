"""The writes of stock, price and state, each queued as a batch; and the buybox, which is read at once."""

from __future__ import annotations

import re
from typing import Any

import orjson

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.world.batches.model import Batch, Kind
from emulator.world.batches.rows import body_digest, queue_batch, queue_json, was_sent_since
from emulator.world.catalogue.buybox import Buybox, buyboxes
from emulator.world.catalogue.listings import known_barcodes
from emulator.world.core.listing import Listing

# Source: docs/stok-ve-fiyat-güncelleme-updatepriceandinventory-1, D.
REPEAT_MS = 15 * 60_000
# Source: docs/ürün-arşivleme-archiveproducts, D: 40 characters; what they are is D of creating a product.
BARCODE = re.compile(r"[\w.-]{1,40}")


def update_price_and_inventory(call: Call) -> Reply:
    """Queue prices and stock.

    Errors: batch-repeated.
    """
    items, listing = call.body["items"], _listing(call)
    items_json = orjson.dumps(items)
    digest = body_digest(items_json)
    if was_sent_since(call.world, listing, "inventory", digest, call.now_ms - REPEAT_MS):
        raise Refusal("batch-repeated")
    return _batch_reply(queue_json(call.world, listing, "inventory", items_json, len(items), digest))


def archive_products(call: Call) -> Reply:
    """Queue products to be put away or brought back.

    Errors: barcode-invalid, product-not-found.
    """
    _check_barcodes(call)
    return _queue(call, "archive")


def unlock_products(call: Call) -> Reply:
    """Queue locks to be taken off.

    Errors: barcode-invalid, product-not-found.
    """
    _check_barcodes(call)
    return _queue(call, "unlock")


def delete_products(call: Call) -> Reply:
    """Queue products to be deleted."""
    return _queue(call, "delete")


def update_delivery_info_bulk(call: Call) -> Reply:
    """Queue times of delivery."""
    return _queue(call, "delivery")


def get_buybox_information(call: Call) -> Reply:
    """Who holds the buybox of some products."""
    matches = buyboxes(call.world, _listing(call), call.body["barcodes"])
    return json_reply({"buyboxInfo": [_buybox(each) for each in matches]})


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], call.caller.storefront)


def _queue(call: Call, kind: Kind) -> Reply:
    return _batch_reply(queue_batch(call.world, _listing(call), kind, call.body["items"]))


def _batch_reply(batch: Batch) -> Reply:
    return json_reply({"batchRequestId": batch.id})


def _check_barcodes(call: Call) -> None:
    """Refuse what the pages refuse at once: a barcode of another form, and barcodes none of which is known.

    Source: docs/ürün-arşivleme-archiveproducts, D: both refusals; that one known barcode is enough for the
    others to fail as items is I.
    """
    barcodes = [item["barcode"] for item in call.body["items"]]
    for barcode in barcodes:
        if not BARCODE.fullmatch(barcode):
            raise Refusal("barcode-invalid", value=barcode)
    if not known_barcodes(call.world, _listing(call), barcodes):
        raise Refusal("product-not-found", barcode=barcodes[0])


def _buybox(buybox: Buybox) -> dict[str, Any]:
    """Source: docs/ürün-buybox-kontrol-servisi-1 and v3.0/docs/12-product-buybox-check, D."""
    prices = [price / 100 for price in buybox.prices]
    second, third = (*prices[1:], None, None)[:2]
    return {
        "barcode": buybox.barcode,
        "buyboxOrder": buybox.order,
        "buyboxPrice": prices[0],
        "secondBuyboxPrice": second,
        "thirdBuyboxPrice": third,
        "hasMultipleSeller": len(prices) > 1,
    }
