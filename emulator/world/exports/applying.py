"""What batches of the export centre do: open products for sale abroad, set their prices and their stock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from emulator.world.batches.due import Apply
from emulator.world.batches.model import Batch, Failure, Failures, Kind
from emulator.world.catalogue.attribute_checks import attribute_failures, attributes_as_sent
from emulator.world.catalogue.categories import Category
from emulator.world.catalogue.listings import variant_by_barcode
from emulator.world.catalogue.model import text_in
from emulator.world.catalogue.price_updates import hundredths
from emulator.world.catalogue.unapproved_products import product_by_barcode
from emulator.world.core.ids import next_number
from emulator.world.core.istanbul import ISTANBUL
from emulator.world.exports.choices import choices, composition_id, export_category, origin_code
from emulator.world.exports.model import ExportAttribute, ExportProduct
from emulator.world.exports.rows import PRODUCT, products_by_barcode, put_products

if TYPE_CHECKING:
    from emulator.world.core.world import World

WHOLE_PERCENT = 100


def apply_creations(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Open approved products for sale abroad; what is open already is described anew."""
    products = _known_products(world, batch, items)
    outcomes = [_open(world, batch, products, item) for item in items]
    put_products(world, list(products.values()))
    return outcomes


def apply_prices(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Set prices, of each barcode once a day."""
    products = _known_products(world, batch, items)
    outcomes = [_price(world, products, item) for item in items]
    put_products(world, list(products.values()))
    return outcomes


def apply_stocks(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Set stock."""
    products = _known_products(world, batch, items)
    outcomes = []
    for item in items:
        product = products.get(item["barcode"])
        outcomes.append(_not_open(item) if product is None else _stock_failures(item))
        if product is not None and not outcomes[-1]:
            products[item["barcode"]] = replace(product, stock=item["stock"])
    put_products(world, list(products.values()))
    return outcomes


APPLIERS: Mapping[Kind, Apply] = {
    "export-create": apply_creations,
    "export-price": apply_prices,
    "export-stock": apply_stocks,
}


def _known_products(world: World, batch: Batch, items: Sequence[Any]) -> dict[str, ExportProduct]:
    barcodes = list(dict.fromkeys(item["barcode"] for item in items))
    return products_by_barcode(world, batch.listing.seller_id, barcodes)


def _not_open(item: Mapping[str, Any]) -> Failures:
    return (Failure("export-not-open", {"barcode": item["barcode"]}),)


def _stock_failures(item: Mapping[str, Any]) -> Failures:
    return () if item["stock"] >= 0 else (Failure("export-field-invalid", {"field": "stock"}),)


def _price(world: World, products: dict[str, ExportProduct], item: Mapping[str, Any]) -> Failures:
    product = products.get(item["barcode"])
    if product is None:
        return _not_open(item)
    failures = (*_price_failures(item), *_pace_failures(world, product, item))
    if not failures:
        products[item["barcode"]] = replace(product, priced_ms=world.clock.now_ms(), **_prices(item))
    return failures


def _open(
    world: World, batch: Batch, products: dict[str, ExportProduct], item: Mapping[str, Any]
) -> Failures:
    category = export_category(world, item["categoryId"])
    failures = tuple(_creation_failures(world, batch, category, item))
    product = products.get(item["barcode"])
    if product is not None:
        failures = (*failures, *_pace_failures(world, product, item))
    if failures:
        return failures
    assert category is not None
    now_ms = world.clock.now_ms()
    is_new_price = product is None or _prices(item) != {
        "buying_price": product.buying_price,
        "rrp": product.rrp,
    }
    products[item["barcode"]] = ExportProduct(
        number=next_number(world.store, PRODUCT) if product is None else product.number,
        seller_id=batch.listing.seller_id,
        barcode=item["barcode"],
        opened_ms=now_ms if product is None else product.opened_ms,
        priced_ms=now_ms if product is None or is_new_price else product.priced_ms,
        stock=item["stock"],
        gtip=item.get("gtip"),
        origin=origin_code(world, item["origin"]) or "",
        category_id=category.id,
        attributes=tuple(_attributes(world, category, item["attributes"])),
        **_prices(item),
    )
    return ()


def _creation_failures(
    world: World, batch: Batch, category: Category | None, item: Mapping[str, Any]
) -> Iterator[Failure]:
    """What hinders a product from being opened.

    Source: docs/trendyol-autoft/hata-kodlari, D: 3001 to 3004 and 3009; which field each goes with is I.
    """
    barcode = item["barcode"]
    match = variant_by_barcode(world, batch.listing, barcode)
    if match is None:
        is_waiting = product_by_barcode(world, batch.listing, barcode) is not None
        yield Failure("export-not-approved" if is_waiting else "export-unknown", {"barcode": barcode})
        return
    content, variant = match
    if variant.archived or variant.locked or variant.blacklisted:
        yield Failure("export-not-for-sale", {"barcode": barcode})
    if category is None or category.id != content.category.id:
        yield Failure("export-field-invalid", {"field": "categoryId"})
    else:
        yield from _attribute_failures(world, category, item["attributes"])
    gtip = item.get("gtip")
    if gtip is not None and not (gtip.isdecimal() and gtip.isascii() and 4 <= len(gtip) <= 12):
        yield Failure("export-field-invalid", {"field": "gtip"})
    if origin_code(world, item["origin"]) is None:
        yield Failure("export-field-invalid", {"field": "origin"})
    yield from _stock_failures(item)
    yield from _price_failures(item)


def _price_failures(item: Mapping[str, Any]) -> Iterator[Failure]:
    """Source: docs/trendyol-autoft/fiyat-entegrasyonu, D: rrp is not below buyingPrice."""
    prices = _prices(item)
    if prices["buying_price"] is None or prices["buying_price"] <= 0:
        yield Failure("export-field-invalid", {"field": "buyingPrice"})
    elif prices["rrp"] is not None and prices["rrp"] < prices["buying_price"]:
        yield Failure("export-rrp-too-low")


def _pace_failures(world: World, product: ExportProduct, item: Mapping[str, Any]) -> Iterator[Failure]:
    """Source: docs/trendyol-autoft/fiyat-entegrasyonu, D: one change a day; that it is Istanbul's is I."""
    if _prices(item) == {"buying_price": product.buying_price, "rrp": product.rrp}:
        return
    if _day(product.priced_ms) == _day(world.clock.now_ms()):
        yield Failure("export-priced-today", {"barcode": product.barcode})


def _prices(item: Mapping[str, Any]) -> dict[str, Any]:
    rrp = item.get("rrp")
    return {"buying_price": hundredths(item["buyingPrice"]), "rrp": None if rrp is None else hundredths(rrp)}


def _day(at_ms: int) -> object:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ISTANBUL).date()


def _attribute_failures(
    world: World, category: Category, entries: Sequence[Mapping[str, Any]]
) -> Iterator[Failure]:
    mixture_id = composition_id(world)
    for failure in attribute_failures(category, [_as_text(entry) for entry in entries]):
        yield Failure("export-field-invalid", {"field": failure.facts.get("attribute", "attributes")})
    for entry in entries:
        if entry.get("attributeId") == mixture_id and _mixture(world, entry) is None:
            yield Failure("export-composition-invalid")


def _attributes(
    world: World, category: Category, entries: Sequence[Mapping[str, Any]]
) -> Iterator[ExportAttribute]:
    mixture_id = composition_id(world)
    for entry in entries:
        if entry.get("attributeId") == mixture_id:
            name = choices(world)["composition"]["name"]
            yield ExportAttribute(mixture_id, name, None, _mixture(world, entry) or "")
            continue
        for each in attributes_as_sent(category, [entry], "TR", "tr"):
            yield ExportAttribute(each.id, text_in(each.name, "tr"), each.value_id, text_in(each.value, "tr"))


def _as_text(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """A mixture as the free text that the checks of attributes know."""
    if "customAttributeValues" not in entry:
        return entry
    return {
        "attributeId": entry.get("attributeId"),
        "customAttributeValue": str(entry["customAttributeValues"]),
    }


def _mixture(world: World, entry: Mapping[str, Any]) -> str | None:
    """What a thing is made of, as its list shows it; None where the shares are wrong.

    Source: docs/trendyol-autoft/urun-entegrasyonu/urun-olusturma, D: all shares together are 100.
    """
    names = {str(number): name for number, name in choices(world)["compositions"]}
    shares = entry.get("customAttributeValues") or {}
    if not shares or not all(number in names and share.isdecimal() for number, share in shares.items()):
        return None
    if sum(int(share) for share in shares.values()) != WHOLE_PERCENT:
        return None
    return ", ".join(f"%{share} {names[number]}" for number, share in shares.items())
