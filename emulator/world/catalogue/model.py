"""What a seller offers: contents, their variants, and the languages they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from emulator.world.core.listing import Listing

Text = Mapping[str, str]

LOCAL_LANGUAGE = {"RO": "ro", "GR": "el", "SA": "ar", "AE": "ar", "KW": "ar"}


@dataclass(frozen=True, slots=True)
class Named:
    """A brand or a category: a number and what it is called."""

    id: int
    name: Text


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a content or a variant; ``value_id`` is None where the seller wrote free text."""

    id: int
    name: Text
    value_id: int | None
    value: Text


@dataclass(frozen=True, slots=True)
class Delivery:
    """How fast a variant leaves: days, rush or not, and (type, daily cut-off hour) of each fast option."""

    days: int
    rush: bool = False
    fast: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What a seller has fixed of how one variant is sold and sent; None or empty is left to the account."""

    dimensional_weight: float | None = None
    """Its size for the carrier, in desi."""
    cargo_providers: tuple[str, ...] = ()
    """The carriers that may bring it."""
    location_based_delivery: str | None = None
    """Whether it is brought from near the customer, ENABLED or DISABLED."""
    channels: tuple[str, ...] = ()
    """The parts of the shop where it is sold, CORE or LUXE."""
    lot_number: str | None = None
    """Its lot, as a law wants it."""
    shipment_address_id: int | None = None
    """Where it leaves from."""
    returning_address_id: int | None = None
    """Where it comes back to."""
    special_consumption_tax: float | None = None
    """The special consumption tax on it, in percent."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One thing with a barcode.

    Units: prices in hundredths of the storefront's currency; names in ``_ms`` are epoch milliseconds UTC.
    """

    id: int
    """The number of the variant."""
    barcode: str
    """What it is known by on every marketplace."""
    stock_code: str
    """The seller's own code."""
    listing_id: str
    """The id of its listing, as long as a hash."""
    attributes: tuple[Attribute, ...]
    """What it differs in from the other variants."""
    quantity: int
    """How many there are."""
    stock_modified_ms: int | None
    """When the stock last changed; None where it never has."""
    sale_price: int
    """What it costs."""
    list_price: int
    """What it costs without a reduction."""
    vat_rate: int
    """VAT in percent."""
    delivery: Delivery
    """How fast it leaves."""
    created_ms: int
    """When the seller created it."""
    modified_ms: int
    """When the seller last changed it."""
    sgr_price: int | None = None
    """The deposit on its packaging, where there is one."""
    origin: str | None = None
    """The country it was made in."""
    lock_reason: str | None = None
    """Why it may not be sold until the seller acts."""
    locked_ms: int | None = None
    """Since when."""
    archived_ms: int | None = None
    """Since when the seller has put it away."""
    doc_needed: bool = False
    """Whether a document is missing."""
    has_violation: bool = False
    """Whether a rule was broken."""
    blacklisted: bool = False
    """Whether it may never be sold again."""
    price_minute_ms: int = 0
    """When the minute began in which its price has changed."""
    price_minute_changes: int = 0
    """How often it has changed in that minute."""
    terms: Terms | None = None
    """What the seller has fixed of how it is sold and sent; None for nothing."""

    @property
    def locked(self) -> bool:
        """Whether Trendyol keeps it from being sold until the seller acts."""
        return self.lock_reason is not None

    @property
    def archived(self) -> bool:
        """Whether the seller put it away."""
        return self.archived_ms is not None

    @property
    def on_sale(self) -> bool:
        """Whether a customer could buy it now."""
        is_stopped = self.archived or self.locked or self.blacklisted
        return self.quantity > 0 and self.has_price and not is_stopped

    @property
    def has_price(self) -> bool:
        """Whether a price was ever sent."""
        return self.sale_price > 0 or self.list_price > 0


@dataclass(frozen=True, slots=True)
class Content:
    """One product card of a listing, with the variants behind it.

    Units: names in ``_ms`` are epoch milliseconds UTC.
    """

    seller_id: int
    """Who sells it."""
    storefront: str
    """Where it is sold."""
    id: int
    """The number of the content."""
    product_main_id: str
    """The seller's code of the product line."""
    brand: Named
    """Its brand."""
    category: Named
    """Its leaf category."""
    created_ms: int
    """When it was created."""
    modified_ms: int
    """When it was last changed."""
    modified_by: str
    """Who changed it last."""
    slug: str
    """The path of its page, ``brand/title``."""
    title: Text
    """Its title in each language."""
    description: Text
    """Its description in each language, HTML."""
    images: tuple[str, ...]
    """The paths of its pictures."""
    attributes: tuple[Attribute, ...]
    """What all its variants have in common."""
    variants: tuple[Variant, ...]
    """What there is to buy."""

    @property
    def listing(self) -> Listing:
        """The listing it is in."""
        return Listing(self.seller_id, self.storefront)

    @property
    def listed_ms(self) -> int:
        """When its first variant was created."""
        return min(variant.created_ms for variant in self.variants)


def commission_e2(category_id: int) -> int:
    """What the marketplace takes of a sale in a category, in hundredths of a percent.

    Source: a commission of 7.83 stands in docs/ürün-filtreleme-onaylı-ürün-v2, D; the rates are ours.
    """
    return 500 + category_id * 37 % 1_700


def languages(storefront: str) -> tuple[str, ...]:
    """The languages a storefront's contents have, the one for unspecified readers first.

    Source: v3.0 product-filter-approved-product-v2, D: ro on RO, el on GR, ar on SA, AE, KW; English on each.
    """
    if storefront == "TR":
        return ("tr",)
    local = LOCAL_LANGUAGE.get(storefront)
    return ("en",) if local is None else ("en", local)


def text_in(text: Text, language: str) -> str:
    """A text in a language, in the first one it has when it was never translated."""
    return text.get(language) or next(iter(text.values()))


def content_from(facts: Mapping[str, Any]) -> Content:
    """A content from plain data under its field names, as the store and hand-written recipes have it."""
    parts = {
        "brand": Named(**facts["brand"]),
        "category": Named(**facts["category"]),
        "images": tuple(facts["images"]),
        "attributes": attributes_from(facts["attributes"]),
        "variants": tuple(_variant(each) for each in facts["variants"]),
    }
    return Content(**{**facts, **parts})


def _variant(facts: Mapping[str, Any]) -> Variant:
    parts = {
        "attributes": attributes_from(facts["attributes"]),
        "delivery": delivery_from(facts["delivery"]),
        "terms": terms_from(facts.get("terms")),
    }
    return Variant(**{**facts, **parts})


def delivery_from(facts: Mapping[str, Any]) -> Delivery:
    """A delivery from plain data."""
    fast = tuple((kind, hour) for kind, hour in facts.get("fast", ()))
    return Delivery(facts["days"], facts.get("rush", False), fast)


def terms_from(facts: Mapping[str, Any] | None) -> Terms | None:
    """Terms from plain data."""
    if facts is None:
        return None
    lists = {name: tuple(facts.get(name, ())) for name in ("cargo_providers", "channels")}
    return Terms(**{**facts, **lists})


def attributes_from(facts: Iterable[Mapping[str, Any]]) -> tuple[Attribute, ...]:
    """Attributes from plain data."""
    return tuple(Attribute(**each) for each in facts)
