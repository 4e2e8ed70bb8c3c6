"""Drawing variants: barcodes, prices, stock, and the states a seller's goods get into."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from emulator.world.contents import Delivery, Variant
from emulator.world.ids import between, happens, pick
from emulator.world.shelves import Assortment, Shelf

SECOND_MS = 1000
PRICE_ENDINGS = (0, 50, 90, 99)
LIST_PRICE_PERCENTS = (100, 100, 110, 125, 150)


@dataclass(frozen=True, slots=True)
class Stamp:
    """When a content was created and last modified, epoch milliseconds UTC."""

    created_ms: int
    modified_ms: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """The states that keep a variant from being sold, with the moment each began."""

    lock_reason: str | None
    archived: bool
    blacklisted: bool


def variant(
    rng: Random,
    shares: Mapping[str, float],
    shelf: Shelf,
    goods: Assortment,
    delivery: Delivery,
    stamp: Stamp,
    main_id: str,
    content_id: int,
    option: int,
) -> Variant:
    """One variant of a content: the shelf's option of that number."""
    attribute, pieces = shelf.options[option]
    number = content_id * 10 + option
    sale_price = _sale_price(rng, shelf)
    created_ms, modified_ms = _to_seconds(stamp.created_ms), _to_seconds(stamp.modified_ms)
    trouble = _trouble(rng, shares, goods)
    return Variant(
        id=number,
        barcode=_barcode(rng, shares, goods.barcode_prefix, main_id, number),
        stock_code=main_id if happens(rng, shares["same_stock_code"]) else f"{main_id}-{option}",
        listing_id=hashlib.sha256(f"listing {number}".encode()).hexdigest()[:32],
        attributes=(attribute,),
        quantity=0 if happens(rng, shares["sold_out"]) else between(rng, 1, 500),
        stock_modified_ms=None if happens(rng, shares["stock_untouched"]) else modified_ms,
        sale_price=sale_price,
        list_price=sale_price * pick(rng, LIST_PRICE_PERCENTS) // 100,
        vat_rate=shelf.vat_rate,
        delivery=delivery,
        created_ms=created_ms,
        modified_ms=modified_ms,
        sgr_price=None if shelf.deposit is None else shelf.deposit * pieces,
        origin=pick(rng, goods.words["origins"]),
        lock_reason=trouble.lock_reason,
        locked_ms=None if trouble.lock_reason is None else modified_ms,
        archived_ms=modified_ms if trouble.archived else None,
        doc_needed=happens(rng, shares["doc_needed"]),
        has_violation=trouble.blacklisted,
        blacklisted=trouble.blacklisted,
    )


def _trouble(rng: Random, shares: Mapping[str, float], goods: Assortment) -> Trouble:
    return Trouble(
        lock_reason=pick(rng, goods.words["lock_reasons"]) if happens(rng, shares["locked"]) else None,
        archived=happens(rng, shares["archived"]),
        blacklisted=happens(rng, shares["blacklisted"]),
    )


def _sale_price(rng: Random, shelf: Shelf) -> int:
    drawn = between(rng, shelf.cheapest, shelf.dearest)
    return max(100, drawn - drawn % 100 + pick(rng, PRICE_ENDINGS))


def _barcode(rng: Random, shares: Mapping[str, float], prefix: str, main_id: str, number: int) -> str:
    """An EAN-13 of the storefront's country, or the seller's own code: its product code and the number."""
    if happens(rng, shares["own_barcode"]):
        return f"{main_id}.{number % 1_000_000:06d}"
    digits = prefix + f"{number % 1_000_000_000:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _to_seconds(moment_ms: int) -> int:
    """Seller dates of variants are whole seconds in every printed body."""
    return moment_ms - moment_ms % SECOND_MS
