"""The export centre: lookups, products that are sold abroad, their batches, and what is bought of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from emulator.exchange import Call, Refusal, Reply, json_reply
from emulator.trendyol.exports import wire
from emulator.world.batches.model import Kind
from emulator.world.batches.rows import batch_by_id, queue_batch
from emulator.world.catalogue.categories import category_tree, text_for
from emulator.world.catalogue.listings import variant_by_barcode
from emulator.world.core.listing import Listing
from emulator.world.exports.choices import choices, export_category
from emulator.world.exports.life import STOREFRONT
from emulator.world.exports.model import Account, Item, Package
from emulator.world.exports.rows import (
    ItemQuery,
    PackageQuery,
    PageKey,
    account_of,
    find_items,
    find_packages,
    items_of,
    package_by_number,
    products_page,
)

PAGING_KEY = "x-paging-key"
# A moment and a number, as printed; longer ones are no number of a database.
LONGEST_KEY = 32


def export_products(call: Call) -> Reply:
    """A page of the products that are open for sale abroad; the key of the next one is in a header.

    Errors: export-not-enrolled, export-parameter-invalid for a key that no answer has named.
    """
    account, query = _account(call), call.query
    size = query["size"]
    barcodes = tuple(dict.fromkeys(query.get("barcodes", ())))
    after = _page_key(query.get("pageKey"))
    products = products_page(call.world, account.seller_id, after, barcodes, size + 1)
    page, listing = products[:size], _listing(call)
    rows = [
        wire.product(each, variant_by_barcode(call.world, listing, each.barcode), account) for each in page
    ]
    reply = json_reply(rows)
    if len(products) <= size:
        return reply
    return reply.with_headers((PAGING_KEY, f"{page[-1].opened_ms},{page[-1].number}"))


def create_export_products(call: Call) -> Reply:
    """Queue approved products to be opened for sale abroad.

    Errors: export-not-enrolled.
    """
    return _queue(call, "export-create", "products")


def update_export_prices(call: Call) -> Reply:
    """Queue prices.

    Errors: export-not-enrolled.
    """
    return _queue(call, "export-price", "priceInfos")


def update_export_stocks(call: Call) -> Reply:
    """Queue stock.

    Errors: export-not-enrolled.
    """
    return _queue(call, "export-stock", "stocks")


def get_export_batch_status(call: Call) -> Reply:
    """What became of the items of a batch.

    Errors: export-not-enrolled, export-batch-unknown.
    """
    account, batch_id = _account(call), call.query["batchId"]
    batch = batch_by_id(call.world, account.seller_id, batch_id)
    if batch is None or batch.kind not in wire.BATCH_TYPES:
        raise Refusal("export-batch-unknown", value=batch_id)
    return json_reply(wire.batch(batch))


def get_export_packages_v2(call: Call) -> Reply:
    """A page of packages, the newest first.

    Errors: export-not-enrolled.
    """
    account, query = _account(call), call.query
    selection = PackageQuery(
        account.seller_id,
        state=query.get("status"),
        tracking_number=query.get("trackingNumber"),
        boutique_id=query.get("boutiqueId"),
        created_ms=(query.get("creationStartDate"), query.get("creationEndDate")),
        approved_ms=(query.get("approvedStartDate"), query.get("approvedEndDate")),
    )
    number, size = query["page"], query["size"]
    count, packages = find_packages(call.world, selection, size, (number - 1) * size)
    rows = [wire.package(each, items_of(call.world, each), account) for each in packages]
    return json_reply(wire.page(count, number, size, rows))


def get_export_package_items(call: Call) -> Reply:
    """A page of the items of one package or of all.

    Errors: export-not-enrolled.
    """
    account, query = _account(call), call.query
    selection = ItemQuery(account.seller_id, query.get("packageId"), query.get("status"))
    return _items(call, selection, wire.item)


def get_export_packages(call: Call) -> Reply:
    """A page of items, each with what is known of its package.

    Errors: export-not-enrolled.
    """
    account, query = _account(call), call.query
    created_ms = (query.get("creationStartDate"), query.get("creationEndDate"))
    selection = ItemQuery(account.seller_id, state=query.get("status"), created_ms=created_ms)
    return _items(call, selection, lambda item, package: wire.item_with_package(item, package, account))


def get_export_origins(call: Call) -> Reply:
    """The countries that a product can be from.

    Errors: export-not-enrolled.
    """
    return _names(call, (name for _, _, name in choices(call.world)["origins"]))


def get_export_compositions(call: Call) -> Reply:
    """The fabrics that a thing can be made of.

    Errors: export-not-enrolled.
    """
    return _names(call, (name for _, name in choices(call.world)["compositions"]))


def get_export_care_instructions(call: Call) -> Reply:
    """The ways in which a thing can be washed.

    Errors: export-not-enrolled.
    """
    _account(call)
    rows = choices(call.world)["care_instructions"]
    items = [{"name": name, "description": words, "value": value} for _, name, value, words in rows]
    return json_reply({"items": items})


def get_export_category_attributes(call: Call) -> Reply:
    """What a leaf asks of products that are to be sold abroad.

    Errors: export-not-enrolled, export-category-unknown.
    """
    _account(call)
    category = export_category(call.world, call.path["categoryId"])
    if category is None:
        raise Refusal("export-category-unknown", value=str(call.path["categoryId"]))
    return json_reply(wire.category(category))


def get_export_categories(call: Call) -> Reply:
    """The categories of products on the marketplace, by barcode.

    Errors: export-not-enrolled.
    """
    _account(call)
    listing, tree = _listing(call), category_tree(call.world)
    categories: dict[str, Any] = {}
    not_found = []
    for barcode in dict.fromkeys(call.body["barcodes"]):
        match = variant_by_barcode(call.world, listing, barcode)
        if match is None:
            not_found.append(barcode)
        else:
            category = tree.by_id[match[0].category.id]
            categories[barcode] = {"id": category.id, "displayName": text_for(category.name, "tr")}
    return json_reply({"barcodeCategories": categories, "notFound": not_found})


def _account(call: Call) -> Account:
    """The account of the seller.

    Errors: export-not-enrolled.
    """
    account = account_of(call.world, call.path["sellerId"])
    if account is None:
        raise Refusal("export-not-enrolled")
    return account


def _listing(call: Call) -> Listing:
    return Listing(call.path["sellerId"], STOREFRONT)


def _queue(call: Call, kind: Kind, member: str) -> Reply:
    _account(call)
    batch = queue_batch(call.world, _listing(call), kind, call.body[member])
    return json_reply({"batchId": batch.id})


def _items(call: Call, query: ItemQuery, row: Callable[[Item, Package], Mapping[str, Any]]) -> Reply:
    number, size = call.query["page"], call.query["size"]
    count, items = find_items(call.world, query, size, (number - 1) * size)
    rows = [row(each, package_by_number(call.world, each.package_number)) for each in items]
    return json_reply(wire.page(count, number, size, rows))


def _names(call: Call, names: Iterable[str]) -> Reply:
    _account(call)
    return json_reply({"items": [{"name": each} for each in names]})


def _page_key(key: str | None) -> PageKey | None:
    """Behind which product a page begins; an empty key is none.

    Errors: export-parameter-invalid.
    """
    if not key:
        return None
    opened_ms, _, number = key.partition(",")
    if not (opened_ms.isdecimal() and number.isdecimal() and key.isascii() and len(key) <= LONGEST_KEY):
        raise Refusal("export-parameter-invalid", parameter="pageKey", value=key)
    return PageKey(int(opened_ms), int(number))
