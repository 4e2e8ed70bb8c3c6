"""Products that sellers create, and change before they are approved: checked, then put in to wait."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from emulator.world.batches.model import Batch, Failure, Failures
from emulator.world.catalogue.content_updates import content_failures, request_changes
from emulator.world.catalogue.listings import known_barcodes, variant_by_barcode
from emulator.world.catalogue.moderation import submit
from emulator.world.catalogue.product_checks import (
    REQUIRED_ABROAD,
    REQUIRED_BY_V1,
    REQUIRED_FIELDS,
    Item,
    category_failures,
    field_failures,
    missing_fields,
    stored_barcode,
)
from emulator.world.catalogue.product_rules import ProductRules, product_rules
from emulator.world.catalogue.sent_products import new_product, with_fields
from emulator.world.catalogue.unapproved_products import (
    UnapprovedProduct,
    products_by_barcode,
    put_products,
)
from emulator.world.catalogue.variant_updates import FIELDS, change_variant

if TYPE_CHECKING:
    from emulator.world.core.world import World

# An update cannot change what a product is known by, nor what the inventory service sets.
KEPT_FIELDS = frozenset({"barcode", "quantity", "salePrice", "listPrice"})


def apply_creations(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Put products in to wait for their approval; one that fails hinders no other.

    Shapes: an item holds the ``product`` as it was sent, the ``form`` of the service, v1 or v2, and the
    ``language`` of its texts.
    """
    rules = product_rules(world, batch.listing)
    barcodes = [stored_barcode(str(item["product"].get("barcode") or "")) for item in items]
    taken_barcodes = known_barcodes(world, batch.listing, barcodes)
    taken_barcodes |= products_by_barcode(world, batch.listing, barcodes).keys()
    outcomes, products, earlier_barcodes = [], [], set[str]()
    for barcode, item in zip(barcodes, items, strict=True):
        failures = tuple(_creation_failures(rules, item, barcode, taken_barcodes, earlier_barcodes))
        outcomes.append(failures)
        earlier_barcodes.add(barcode)
        if not failures:
            products.append(new_product(rules, item["product"], item["language"]))
    put_products(world, products)
    submit(world, products)
    return outcomes


def apply_unapproved_updates(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Change products that are not approved; what was rejected waits again. Items are as in creations.

    The service of V1 takes approved products as well. Source: the V1 update page, D: what names them and what
    makes contents and variants stays; the rest is looked at while the product stays on sale.
    """
    rules = product_rules(world, batch.listing)
    barcodes = [stored_barcode(str(item["product"].get("barcode") or "")) for item in items]
    products = products_by_barcode(world, batch.listing, barcodes)
    outcomes: list[Failures] = []
    for barcode, item in zip(barcodes, items, strict=True):
        if item["form"] == "v1" and barcode not in products:
            outcomes.append(_update_approved(world, batch, rules, barcode, item))
            continue
        failures, product = update_product(rules, products.get(barcode), barcode, item)
        outcomes.append(failures)
        if product is not None:
            products[barcode] = product
    changed_products = [each for each in products.values() if each.modified_ms == rules.now_ms]
    put_products(world, changed_products)
    submit(world, changed_products)
    return outcomes


def _update_approved(
    world: World, batch: Batch, rules: ProductRules, barcode: str, item: Mapping[str, Any]
) -> Failures:
    match = variant_by_barcode(world, batch.listing, barcode)
    if match is None:
        return (Failure("barcode-unknown", {"barcode": barcode}),)
    content, variant = match
    sent_fields = {name: value for name, value in item["product"].items() if value not in (None, [], "")}
    fields = {name: sent_fields[name] for name in FIELDS if name in sent_fields}
    failures = (*field_failures(rules, fields), *content_failures(rules, content, sent_fields))
    if not failures:
        if fields:
            content = change_variant(world, content, variant, fields)
        request_changes(world, content, batch, item, only_new=True)
    return failures


def update_product(
    rules: ProductRules, product: UnapprovedProduct | None, barcode: str, item: Mapping[str, Any]
) -> tuple[Failures, UnapprovedProduct | None]:
    """A product with the fields that were sent, or why they were not taken."""
    if product is None:
        return (Failure("barcode-unknown", {"barcode": barcode}),), None
    sent_fields = {
        name: value
        for name, value in item["product"].items()
        if name not in KEPT_FIELDS and value not in (None, [])
    }
    if not sent_fields:
        return (Failure("nothing-to-update"),), None
    category_id = sent_fields.get("categoryId", product.category.id)
    failures = tuple(_update_failures(rules, {**sent_fields, "categoryId": category_id}, product))
    if failures:
        return failures, None
    return (), with_fields(rules, product, sent_fields, item["language"])


def _creation_failures(
    rules: ProductRules,
    item: Mapping[str, Any],
    barcode: str,
    taken_barcodes: set[str],
    earlier_barcodes: set[str],
) -> Iterator[Failure]:
    product = item["product"]
    yield from missing_fields(product, _required_fields(rules, item["form"]))
    yield from field_failures(rules, product)
    yield from category_failures(rules, product)
    if barcode and barcode in taken_barcodes:
        yield Failure("barcode-taken", {"barcode": barcode})
    if barcode and barcode in earlier_barcodes:
        yield Failure("barcode-twice", {"barcode": barcode})


def _required_fields(rules: ProductRules, form: str) -> Sequence[str]:
    if form == "v1":
        return REQUIRED_BY_V1
    return REQUIRED_FIELDS if rules.edition == "tr" else REQUIRED_ABROAD


def _update_failures(rules: ProductRules, sent_fields: Item, product: UnapprovedProduct) -> Iterator[Failure]:
    """A new category has attributes of its own, so these have to come with it."""
    deposit = {} if product.sgr_price is None else {"sgrPrice": product.sgr_price / 100}
    yield from field_failures(rules, {**deposit, **sent_fields})
    if sent_fields["categoryId"] != product.category.id:
        yield from missing_fields(sent_fields, ["attributes"])
    yield from category_failures(rules, sent_fields)
