"""Products and orders on the wire, in PazarSync's spelling and words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson

from emulator.exchange import Reply
from emulator.world.catalogue.account_product_search import ProductOrder
from emulator.world.catalogue.account_products import AccountProduct, Details, ProductStatus
from emulator.world.core.money import SCALE
from emulator.world.orders.model import Line, Package, Status
from emulator.world.orders.parties import Address, Customer

IMAGES = "https://stage.trendyol.com"

# Source: pazarsync.com/api-docs, D: requests have the Turkish words, answers the English one of the first;
# the other two English words, and that they are taken too, are I.
PRODUCT_STATUSES: Mapping[str, ProductStatus] = {
    "aktif": "active",
    "taslak": "draft",
    "pasif": "passive",
    "active": "active",
    "draft": "draft",
    "passive": "passive",
}
# The words of a query for how products are sorted, and the world's for them.
PRODUCT_ORDERS: Mapping[str, ProductOrder] = {
    "created_at": "created",
    "updated_at": "updated",
    "name": "name",
    "sku": "sku",
    "price": "price",
    "stock": "quantity",
}
# Source: processing is in the page's sample, D; the others are words of the site's own panel, C and weak.
# Which of the marketplace's statuses each stands for is I; there is no word for what came back.
ORDER_STATUSES: Mapping[Status, str] = {
    "awaiting": "pending",
    "created": "pending",
    "picking": "processing",
    "invoiced": "preparing",
    "shipped": "shipped",
    "at_collection_point": "shipped",
    "undelivered": "shipped",
    "delivered": "delivered",
    "returned": "delivered",
    "cancelled": "cancelled",
    "unsupplied": "cancelled",
    "unpacked": "cancelled",
}
# Source: pazarsync.com/api-docs shows the empty list alone; keys and words are I.
STOCK_ERRORS: Mapping[str, str] = {
    "product_not_found": "There is no such product on this account.",
    "product_not_named": "An item names its product by product_id or sku.",
    "product_ambiguous": "product_id and sku name different products.",
    "stock_negative": "The stock may not be below zero.",
}


def product_body(product: AccountProduct) -> dict[str, Any]:
    """A product as the list tells it."""
    return {
        "id": product_id(product.number),
        "sku": product.sku,
        "name": product.name,
        "description": product.description,
        "stock": product.quantity,
        "price": money(product.price),
        "status": product.status,
        "created_at": moment(product.created_ms),
        "updated_at": moment(product.updated_ms),
    }


def product_row(product: AccountProduct) -> bytes:
    """A product of the list as ready JSON."""
    return orjson.dumps(product_body(product))


def product_detail(product: AccountProduct, detail_json: bytes) -> bytes:
    """A product as its detail tells it, as ready JSON: the list's members, and those of the ready JSON."""
    return b"".join((product_row(product)[:-1], b",", detail_json[1:]))


def product_detail_json(details: Details) -> bytes:
    """What only the detail tells of a product."""
    return orjson.dumps(
        {
            "images": [
                {"id": f"img_{place}", "url": _absolute(image.url), "alt_text": image.alt_text}
                for place, image in enumerate(details.images, 1)
            ],
            "categories": [{"id": key, "name": name} for key, name in details.categories],
            "variants": [
                {"id": product_id(number), "attributes": attributes}
                for number, attributes in details.siblings
            ],
            "attributes": details.attributes,
        }
    )


def stock_level(product: AccountProduct) -> dict[str, Any]:
    """What a stock update answers."""
    body = product_body(product)
    return {name: body[name] for name in ("id", "sku", "stock", "updated_at")}


def stock_error(index: int, item: Mapping[str, Any], error: str) -> dict[str, Any]:
    """What a batch answers of an item that could not be done."""
    return {
        "index": index,
        "product_id": item.get("product_id"),
        "sku": item.get("sku"),
        "error": error,
        "message": STOCK_ERRORS[error],
    }


def order_summary(package: Package) -> bytes:
    """An order as the list tells it."""
    return orjson.dumps(
        {
            **_head(package),
            "total_amount": _amount(package.total_e4 + package.order.shipping_fee_e4),
            "items_count": package.quantity,
            "created_at": moment(package.order.placed_ms),
            "updated_at": moment(package.updated_ms),
        }
    )


def order_detail(package: Package, skus: Mapping[int, str]) -> dict[str, Any]:
    """An order as its detail tells it; ``skus`` are the account's, by product number."""
    return {
        **_head(package),
        "customer": _customer(package.order.customer),
        "shipping_address": _address(package.order.address),
        "items": [_item(line, skus.get(line.variant_id, line.stock_code)) for line in package.lines],
        "total_amount": _amount(package.total_e4 + package.order.shipping_fee_e4),
        "shipping_fee": _amount(package.order.shipping_fee_e4),
        "tax_amount": _amount(package.tax_e4),
        "discount_amount": _amount(package.discount_e4),
        "created_at": moment(package.order.placed_ms),
        "updated_at": moment(package.updated_ms),
    }


def page(fragments: Sequence[bytes], number: int, size: int, total: int) -> Reply:
    """A page of ready JSON fragments with its meta."""
    meta = orjson.dumps(
        {
            "current_page": number,
            "total_pages": -(-total // size),
            "total_items": total,
            "items_per_page": size,
        }
    )
    return Reply((b'{"data":[', b",".join(fragments), b'],"meta":', meta, b"}"))


def product_id(number: int) -> str:
    """A product's id on the wire."""
    return f"prod_{number}"


def money(hundredths: int) -> int | float:
    """Money as the JSON number the samples print: a whole amount has no decimals."""
    whole, rest = divmod(hundredths, 100)
    return hundredths / 100 if rest else whole


def _amount(amount_e4: int) -> int | float:
    whole, rest = divmod(amount_e4, SCALE)
    return amount_e4 / SCALE if rest else whole


@lru_cache(maxsize=4096)
def moment(epoch_ms: int) -> str:
    """A moment in ISO 8601, UTC, whole seconds, as every sample has it."""
    return datetime.fromtimestamp(epoch_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _head(package: Package) -> dict[str, Any]:
    return {
        "id": f"ord_{package.order.id}",
        "order_number": package.order.order_number,
        "marketplace": package.order.marketplace,
        "status": ORDER_STATUSES[package.status],
    }


def _customer(customer: Customer) -> dict[str, str]:
    return {
        "name": f"{customer.first_name} {customer.last_name}",
        "email": customer.email,
        "phone": customer.phone,
    }


def _address(address: Address) -> dict[str, str]:
    return {
        "address_line1": address.line1,
        "address_line2": address.line2,
        "city": address.city,
        "state": address.district,
        "postal_code": address.postal_code,
        "country": address.country,
    }


def _item(line: Line, sku: str) -> dict[str, Any]:
    return {
        "id": f"item_{line.id}",
        "product_id": product_id(line.variant_id),
        "sku": sku,
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": _amount(line.units[0].gross_e4),
        "total_price": _amount(line.gross_e4),
    }


def _absolute(url: str) -> str:
    return f"{IMAGES}{url}" if url.startswith("/") else url
