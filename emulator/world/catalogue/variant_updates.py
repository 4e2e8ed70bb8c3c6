"""Changes of approved variants: checked as items and made at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from emulator.world.batches.model import Batch, Failure, Failures
from emulator.world.catalogue.listings import put_content, variant_by_barcode
from emulator.world.catalogue.model import Content, Terms, Variant
from emulator.world.catalogue.product_checks import field_failures, missing_fields, stored_barcode
from emulator.world.catalogue.product_rules import ProductRules, product_rules
from emulator.world.catalogue.seed_variants import to_seconds
from emulator.world.catalogue.sent_products import TERMS, with_terms

if TYPE_CHECKING:
    from emulator.world.core.world import World

VARIANT_FIELDS: Mapping[str, str] = {"stockCode": "stock_code", "vatRate": "vat_rate", "origin": "origin"}
FIELDS = (*VARIANT_FIELDS, *(name for name in TERMS if name != "specialConsumptionTax"))
# What the definition of variants wants, by the decision variant-update.
WHOLE = ("stockCode", "vatRate", "dimensionalWeight", "shipmentAddressId", "returningAddressId")


def apply_variant_updates(world: World, batch: Batch, items: Sequence[Any]) -> Sequence[Failures]:
    """Change variants; an item holds the ``product`` as it was sent."""
    rules = product_rules(world, batch.listing)
    return [_apply(world, batch, rules, item["product"]) for item in items]


def change_variant(world: World, content: Content, variant: Variant, item: Mapping[str, Any]) -> Content:
    """Give a variant what was sent of it, and its content with it."""
    now_ms = world.clock.now_ms()
    changes: dict[str, Any] = {
        name: item[sent_name] for sent_name, name in VARIANT_FIELDS.items() if item.get(sent_name) is not None
    }
    terms = with_terms(variant.terms or Terms(), item)
    new_variant = replace(variant, **changes, terms=terms, modified_ms=to_seconds(now_ms))
    variants = tuple(new_variant if each.id == variant.id else each for each in content.variants)
    new_content = replace(content, variants=variants, modified_ms=now_ms)
    put_content(world, new_content)
    return new_content


def _apply(world: World, batch: Batch, rules: ProductRules, item: Mapping[str, Any]) -> Failures:
    barcode = stored_barcode(str(item.get("barcode") or ""))
    match = variant_by_barcode(world, batch.listing, barcode)
    if match is None:
        return (Failure("barcode-unknown", {"barcode": barcode}),)
    failures = tuple(_failures(world, rules, item))
    if not failures:
        change_variant(world, *match, item)
    return failures


def _failures(world: World, rules: ProductRules, item: Mapping[str, Any]) -> Iterator[Failure]:
    fields = {name: item[name] for name in FIELDS if item.get(name) is not None}
    if not fields:
        yield Failure("nothing-to-update")
    if world.decisions["variant-update"] == "whole-only":
        yield from missing_fields(fields, WHOLE)
    yield from field_failures(rules, fields)
