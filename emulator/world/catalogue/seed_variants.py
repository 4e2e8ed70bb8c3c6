"""Drawing variants: barcodes, prices, stock, and the states a seller's goods get into."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from emulator.world.catalogue.model import Delivery, Variant
from emulator.world.catalogue.templates import CatalogueTemplates, CategoryTemplate
from emulator.world.core.ids import between, happens, pick

SECOND_MS = 1000
PRICE_ENDINGS = (0, 50, 90, 99)
LIST_PRICE_PERCENTS = (100, 100, 110, 125, 150)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a content was created and last modified, epoch milliseconds UTC."""

    created_ms: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What the variants of one content share."""

    shares: Mapping[str, float]
    """How often each state occurs."""
    category: CategoryTemplate
    """What the category allows."""
    templates: CatalogueTemplates
    """What the storefront has."""
    delivery: Delivery
    """How fast they leave."""
    stamp: Stamp
    """When the content was created and changed."""
    main_id: str
    """The product line."""
    content_id: int
    """The content, from which variants number on."""


def variant(rng: Random, draft: Draft, option: int) -> Variant:
    """One variant of a content: the category's option of that number, in whatever state chance puts it."""
    category, shares = draft.category, draft.shares
    attribute, pieces = category.options[option]
    number = draft.content_id * 10 + option
    sale_price = _sale_price(rng, category)
    modified_ms = to_seconds(draft.stamp.modified_ms)
    fresh = Variant(
        id=number,
        barcode=_barcode(rng, draft, number),
        stock_code=draft.main_id if happens(rng, shares["same_stock_code"]) else f"{draft.main_id}-{option}",
        listing_id=hashlib.sha256(f"listing {number}".encode()).hexdigest()[:32],
        attributes=(attribute,),
        quantity=0 if happens(rng, shares["sold_out"]) else between(rng, 1, 500),
        stock_modified_ms=None if happens(rng, shares["stock_untouched"]) else modified_ms,
        sale_price=sale_price,
        list_price=sale_price * pick(rng, LIST_PRICE_PERCENTS) // 100,
        vat_rate=category.vat_rate,
        delivery=draft.delivery,
        created_ms=to_seconds(draft.stamp.created_ms),
        modified_ms=modified_ms,
        sgr_price=None if category.deposit is None else category.deposit * pieces,
        origin=pick(rng, draft.templates.words["origins"]),
    )
    return _in_some_state(rng, draft, fresh)


def _in_some_state(rng: Random, draft: Draft, fresh: Variant) -> Variant:
    """The variant locked, archived, blacklisted or short of a document, each as often as the recipe says."""
    state: dict[str, Any] = {}
    if happens(rng, draft.shares["locked"]):
        state |= {
            "lock_reason": pick(rng, draft.templates.words["lock_reasons"]),
            "locked_ms": fresh.modified_ms,
        }
    if happens(rng, draft.shares["archived"]):
        state["archived_ms"] = fresh.modified_ms
    if happens(rng, draft.shares["blacklisted"]):
        state |= {"blacklisted": True, "has_violation": True}
    if happens(rng, draft.shares["doc_needed"]):
        state["doc_needed"] = True
    return replace(fresh, **state) if state else fresh


def _sale_price(rng: Random, category: CategoryTemplate) -> int:
    amount = between(rng, category.cheapest, category.dearest)
    return max(100, amount - amount % 100 + pick(rng, PRICE_ENDINGS))


def _barcode(rng: Random, draft: Draft, number: int) -> str:
    """An EAN-13 of the storefront's country, or the seller's own code: its product code and the number."""
    if happens(rng, draft.shares["own_barcode"]):
        return f"{draft.main_id}.{number % 1_000_000:06d}"
    digits = draft.templates.barcode_prefix + f"{number % 1_000_000_000:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def to_seconds(moment_ms: int) -> int:
    """Seller dates of variants are whole seconds in every printed body."""
    return moment_ms - moment_ms % SECOND_MS
