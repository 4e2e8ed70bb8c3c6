"""What a PazarSync account sees as its products: each variant of the linked listing, and its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.world.catalogue.model import Attribute, Content, Variant, told
from emulator.world.core.listing import Listing

GoodsStatus = Literal["active", "draft", "passive"]


@dataclass(frozen=True, slots=True)
class Image:
    """One picture and what it shows."""

    url: str
    alt_text: str


@dataclass(frozen=True, slots=True)
class Details:
    """What only the detail of a product tells.

    Shapes: ``categories`` are (id, name); ``siblings`` the other products of the same card, each with what it
    differs in.
    """

    images: tuple[Image, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    siblings: tuple[tuple[int, Mapping[str, str]], ...] = ()
    attributes: Mapping[str, str | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Goods:
    """One product of an account, an account being a seller's listing.

    Shapes: ``number`` is the variant's; a product that no marketplace lists has one of its own, but neither
    ``barcode`` nor ``content_id``; ``sku`` is unique in the account.
    Units: ``price`` in hundredths, names in ``_ms`` epoch milliseconds UTC.
    """

    seller_id: int
    storefront: str
    number: int
    content_id: int | None
    barcode: str | None
    sku: str
    name: str
    description: str
    quantity: int
    price: int
    status: GoodsStatus
    created_ms: int
    updated_ms: int

    @property
    def listing(self) -> Listing:
        """The listing that its account looks after."""
        return Listing(self.seller_id, self.storefront)


def goods_of(content: Content, variant: Variant, sku: str) -> Goods:
    """A variant as the account sees it."""
    option = ", ".join(told(each.value, "tr") for each in variant.attributes)
    title = told(content.title, "tr")
    shown = not (variant.archived or variant.locked or variant.blacklisted)
    return Goods(
        seller_id=content.seller_id,
        storefront=content.storefront,
        number=variant.id,
        content_id=content.id,
        barcode=variant.barcode,
        sku=sku,
        name=f"{title}, {option}" if option else title,
        description=told(content.description, "tr"),
        quantity=variant.quantity,
        price=variant.sale_price,
        status="active" if shown else "passive",
        created_ms=variant.created_ms,
        updated_ms=max(variant.modified_ms, variant.stock_modified_ms or 0),
    )


def details_of(content: Content, variant: Variant) -> Details:
    """What the detail tells of a variant."""
    title = told(content.title, "tr")
    return Details(
        images=tuple(Image(url, title) for url in content.images),
        categories=((f"cat_{content.category.id}", told(content.category.name, "tr")),),
        siblings=tuple(
            (other.id, _said(other.attributes)) for other in content.variants if other.id != variant.id
        ),
        attributes={
            "Marka": told(content.brand.name, "tr"),
            **_said(content.attributes),
            **_said(variant.attributes),
        },
    )


def _said(attributes: tuple[Attribute, ...]) -> dict[str, str]:
    return {told(each.name, "tr"): told(each.value, "tr") for each in attributes}


def goods_from(told: Mapping[str, Any]) -> tuple[Goods, Details]:
    """A product that no marketplace lists, as a recipe writes it down."""
    facts = {"content_id": None, "barcode": None, **told}
    said = facts.pop("details", {})
    images = tuple(Image(**image) for image in said.get("images", ()))
    categories = tuple((key, name) for key, name in said.get("categories", ()))
    return Goods(**facts), Details(images, categories)
