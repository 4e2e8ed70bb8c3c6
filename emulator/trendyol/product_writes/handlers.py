"""The writes of products, each queued as a batch."""

from __future__ import annotations

from typing import Any

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.world.batches.model import Kind
from emulator.world.batches.rows import queue_batch
from emulator.world.catalogue.product_checks import REQUIRED_FIELDS
from emulator.world.core.listing import Listing

# What the stage wants of an update where it wants everything. Source: seen on the stage, C.
WHOLE_UPDATE = frozenset(REQUIRED_FIELDS) - {"quantity", "salePrice", "listPrice"}


def create_products(call: Call) -> Reply:
    """Queue products to be created."""
    return _queue(call, "create", "v2")


def create_products_v1(call: Call) -> Reply:
    """Queue products to be created, as V1 has them."""
    return _queue(call, "create", "v1")


def update_products_v1(call: Call) -> Reply:
    """Queue changes of products, approved or not, as V1 has them."""
    return _queue(call, "update", "v1")


def update_unapproved_products(call: Call) -> Reply:
    """Queue changes of products that are not approved.

    Errors: product-update-broken, by decision.
    """
    if call.decide("unapproved-update") == "whole-only":
        for item in call.body["items"]:
            if not item.keys() >= WHOLE_UPDATE:
                raise Refusal("product-update-broken")
    return _queue(call, "update", "v2")


def update_content_bulk(call: Call) -> Reply:
    """Queue changes of approved contents, which people look at."""
    return _queue(call, "content", "v2")


def update_variant_bulk(call: Call) -> Reply:
    """Queue changes of approved variants."""
    return _queue(call, "variant", "v2")


def _queue(call: Call, kind: Kind, form: str) -> Reply:
    """Queue the items with the form of the service and the language of the texts in them."""
    items: list[dict[str, Any]] = [
        {"product": item, "form": form, "language": call.caller.language} for item in call.body["items"]
    ]
    listing = Listing(call.path["sellerId"], call.caller.storefront)
    return json_reply({"batchRequestId": queue_batch(call.world, listing, kind, items).id})
