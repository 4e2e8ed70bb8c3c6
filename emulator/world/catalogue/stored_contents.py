"""A content as the bytes the store keeps: as it was put, and before it a line of what it sells now.

Stock and prices change far more often than anything else of a content. The first change of them since it was
put writes the line; each later one reads and writes the line alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from emulator.world.catalogue.model import Content, content_from

# What the line has of each variant: what a push changes, and what says whether it may.
OFFER = (
    "id", "barcode", "quantity", "stock_modified_ms", "sale_price", "list_price", "modified_ms",
    "price_minute_ms", "price_minute_changes", "blacklisted", "archived_ms", "lock_reason",
)  # fmt: skip
# No JSON has one.
LINE_END = b"\n"


@dataclass(slots=True)
class Offers:
    """What a content sells, as plain data, and the content that they belong to.

    Units: ``modified_ms`` epoch milliseconds UTC.
    """

    variants: list[dict[str, Any]]
    """Of each variant what ``OFFER`` names."""
    modified_ms: int
    """When the content was last changed."""
    content: bytes
    """The content as it was put."""
    is_first: bool
    """Whether nothing of it has changed since."""


def content_bytes(content: Content) -> bytes:
    """A content that is put."""
    return orjson.dumps(content)


def content_of(value: bytes) -> Content:
    """The content that the store keeps."""
    return content_from(facts_of(value))


def facts_of(value: bytes) -> dict[str, Any]:
    """The content that the store keeps, as plain data under its field names."""
    line, _, content = value.rpartition(LINE_END)
    facts: dict[str, Any] = orjson.loads(content)
    if line:
        variants, facts["modified_ms"] = orjson.loads(line)
        for variant, offer in zip(facts["variants"], variants, strict=True):
            variant.update(offer)
    return facts


def offers_of(value: bytes) -> Offers:
    """What the content that the store keeps sells."""
    line, _, content = value.rpartition(LINE_END)
    if line:
        variants, modified_ms = orjson.loads(line)
        return Offers(variants, modified_ms, content, is_first=False)
    facts = orjson.loads(content)
    variants = [{name: variant[name] for name in OFFER} for variant in facts["variants"]]
    return Offers(variants, facts["modified_ms"], content, is_first=True)


def offers_bytes(offers: Offers) -> bytes:
    """A content whose stock or prices have changed."""
    return orjson.dumps((offers.variants, offers.modified_ms)) + LINE_END + offers.content
