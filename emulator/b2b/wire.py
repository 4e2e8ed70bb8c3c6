"""The gateway on the wire: offers, purchases and packages in the vendor's spelling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from emulator.world.catalogue.model import Attribute, text_in
from emulator.world.catalogue.templates import AGE_GROUP, COLOUR, GENDER, WEB_COLOUR
from emulator.world.purchases.cutoffs import Package
from emulator.world.purchases.offers import Offer, OfferOrder
from emulator.world.purchases.purchases import Purchase, RequestItem
from emulator.world.purchases.ratings import Rating

# The words of a query for how offers are sorted, and the world's for them.
OFFER_ORDERS: Mapping[str, OfferOrder] = {"id": "id", "barcode": "barcode", "lastModifiedDate": "modified"}
TOO_LATE = "Nothing can be cancelled after the cut-off."
NOT_THAT_MANY = "Only {cancelled} of {asked} were reserved and could be cancelled."


def offer(value: Offer, language: str) -> dict[str, Any]:
    """One offer of getOffers.

    Source: en/docs/trendyol-international-cross-dock-api-ssage, D; which fact of ours fills a field is I.
    """
    content, variant = value
    texts = {each.id: text_in(each.value, language) for each in (*content.attributes, *variant.attributes)}
    return {
        "modelNo": content.product_main_id,
        "barcode": variant.barcode,
        "subCategory": text_in(content.category.name, language),
        "color": texts.get(COLOUR, texts.get(WEB_COLOUR)),
        "size": _size(variant.attributes, language),
        "stockQuantity": variant.quantity,
        "price": variant.sale_price / 100,
        "originalSalesPrice": variant.list_price / 100,
        "discountRate": _percent_off(variant.sale_price, variant.list_price),
        "imageUrl": next(iter(content.images), None),
        "gender": texts.get(GENDER),
        "name": text_in(content.title, language),
        "description": text_in(content.description, language),
        "ageGroup": texts.get(AGE_GROUP),
        "brand": text_in(content.brand.name, language),
        "lastModifiedDate": moment(variant.modified_ms),
    }


def envelope(offers: list[dict[str, Any]], total: int, page: int, size: int) -> dict[str, Any]:
    """The page in an envelope. Source: I, names and all."""
    return {"page": page, "pageSize": size, "totalCount": total, "items": offers}


def stock(value: Offer) -> dict[str, Any]:
    """One row of getStockStatus."""
    return {"barcode": value.variant.barcode, "availableQuantity": value.variant.quantity}


def images(offers: Sequence[Offer]) -> list[dict[str, str]]:
    """The pictures of some offers, each once."""
    urls = dict.fromkeys(url for each in offers for url in each.content.images)
    return [{"imageUrl": url} for url in urls]


def purchase(value: Purchase, items: Sequence[RequestItem]) -> dict[str, Any]:
    """What requestItems answers."""
    return {
        "createDateTime": moment(value.created_ms),
        "requestNumber": value.number,
        "items": [
            {
                "barcode": each.barcode,
                "requestedQuantity": each.requested_count,
                "availableQuantity": each.reserved_count,
            }
            for each in items
        ],
    }


def package(value: Package) -> dict[str, Any]:
    """One row of getB2bPackages; the first name is spelt as on the page."""
    return {
        "b2BId": value.id,
        "warehouseId": value.warehouse_id,
        "warehouseName": value.warehouse,
        "createDate": moment(value.created_ms),
    }


def cancellation(requested_quantity: int, cancelled_quantity: int, *, late: bool) -> dict[str, Any]:
    """What cancelItems answers; less than was asked is an error within the 200."""
    short = cancelled_quantity < requested_quantity
    sentence = (
        TOO_LATE if late else NOT_THAT_MANY.format(cancelled=cancelled_quantity, asked=requested_quantity)
    )
    return {
        "requestedQuantity": requested_quantity,
        "cancelledQuantity": cancelled_quantity,
        "hasError": short,
        "messages": [{"type": "error", "content": sentence}] if short else [],
    }


def rating(value: Rating) -> dict[str, Any]:
    """What getProductRating answers."""
    return {
        "averageRating": value.average,
        "totalRatingCount": value.total,
        "totalCommentCount": value.comments,
        "ratingCounts": [{"rate": rate, "count": count} for rate, count in value.counts.items()],
    }


def moment(at_ms: int) -> str:
    """A moment as the pages print it: UTC with milliseconds and a Z."""
    whole = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{whole:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def _size(attributes: Sequence[Attribute], language: str) -> str | None:
    """What a variant differs in: its own attribute, be it a size, a capacity or a pack."""
    return text_in(attributes[0].value, language) if attributes else None


def _percent_off(price: int, original: int) -> float:
    return round(100 * (original - price) / original, 2) if original else 0.0
