"""What is sent of a product: whole when it is created, without stock and prices when it is changed."""

from __future__ import annotations

from contract_tests.clients.protocol import Row
from contract_tests.profiles.product_onboarding.lookups import Lookups, Unknown

MOST_STOCK = 20_000
KEPT_BY_UPDATES = ("quantity", "salePrice", "listPrice")


def new_item(want: Row, lookups: Lookups) -> Row:
    """The item that creates a product.

    Errors: Unknown where a name stands for nothing, or a limit is broken.
    """
    if not 0 <= int(want["quantity"]) <= MOST_STOCK:
        raise Unknown(f"a stock of {want['quantity']} cannot be")
    return item_unchecked(want, lookups)


def item_unchecked(want: Row, lookups: Lookups) -> Row:
    """The item that creates a product, whatever stock it has.

    Errors: Unknown where a name stands for nothing.
    """
    category_id = lookups.category_id(want["category"])
    more: Row = {"sgrPrice": float(want["sgrPrice"])} if want.get("sgrPrice") else {}
    if want.get("origin"):
        more["origin"] = want["origin"]
    return {
        "barcode": want["barcode"],
        "title": want["title"],
        "description": want["description"],
        "productMainId": want["productMainId"],
        "stockCode": want["stockCode"],
        "brandId": lookups.brand_id(want["brand"]),
        "categoryId": category_id,
        "attributes": lookups.attributes(category_id, want["attributes"]),
        "images": [{"url": url} for url in want["images"]],
        "vatRate": int(want["vatRate"]),
        "dimensionalWeight": float(want["dimensionalWeight"]),
        "quantity": int(want["quantity"]),
        "salePrice": float(want["salePrice"]),
        "listPrice": float(want["listPrice"]),
        **more,
    }


def changed_item(want: Row, lookups: Lookups) -> Row:
    """The item that changes a product nobody has approved: a client saw 500 where much was left out, C.

    Errors: Unknown.
    """
    item = new_item(want, lookups)
    return {name: value for name, value in item.items() if name not in KEPT_BY_UPDATES}
