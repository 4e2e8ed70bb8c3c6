"""What a PazarSync account sees as its products: each variant of the linked listing, and its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from emulator.world.catalogue.model import Attribute, Content, Variant, text_in
from emulator.world.core.listing import Listing

ProductStatus = Literal["active", "draft", "passive"]


@dataclass(frozen=True, slots=True)
class Image:
    """One picture and what it shows."""

    url: str
    alt_text: str


@dataclass(frozen=True, slots=True)
class Details:
    """What only the detail of a product has.

    Shapes: ``categories`` are (id, name); ``siblings`` the other products of the same card, each with what it
    differs in.
    """

    images: tuple[Image, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    siblings: tuple[tuple[int, Mapping[str, str]], ...] = ()
    attributes: Mapping[str, str | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AccountProduct:
    """One product of an account, an account being a seller's listing.

    Units: ``price`` in hundredths, names in ``_ms`` epoch milliseconds UTC.
    """

    seller_id: int
    """Whose listing the account looks after."""
    storefront: str
    """Where that listing is."""
    number: int
    """The variant's, or one of its own where no marketplace lists it."""
    content_id: int | None
    """The content it is a variant of, None where no marketplace lists it."""
    barcode: str | None
    """The variant's, None where no marketplace lists it."""
    sku: str
    """A code that is unique in the account."""
    name: str
    """Title and option in Turkish."""
    description: str
    """The description in Turkish."""
    quantity: int
    """How many there are."""
    price: int
    """What it costs."""
    status: ProductStatus
    """Whether it is sold."""
    created_ms: int
    """When it was created."""
    updated_ms: int
    """When it or its stock last changed."""

    @property
    def listing(self) -> Listing:
        """The listing that its account looks after."""
        return Listing(self.seller_id, self.storefront)


def account_product_of(content: Content, variant: Variant, sku: str) -> AccountProduct:
    """A variant as the account sees it."""
    option = ", ".join(text_in(each.value, "tr") for each in variant.attributes)
    title = text_in(content.title, "tr")
    is_active = not (variant.archived or variant.locked or variant.blacklisted)
    return AccountProduct(
        seller_id=content.seller_id,
        storefront=content.storefront,
        number=variant.id,
        content_id=content.id,
        barcode=variant.barcode,
        sku=sku,
        name=f"{title}, {option}" if option else title,
        description=text_in(content.description, "tr"),
        quantity=variant.quantity,
        price=variant.sale_price,
        status="active" if is_active else "passive",
        created_ms=variant.created_ms,
        updated_ms=max(variant.modified_ms, variant.stock_modified_ms or 0),
    )


def details_of(content: Content, variant: Variant) -> Details:
    """What the detail has of a variant."""
    title = text_in(content.title, "tr")
    return Details(
        images=tuple(Image(url, title) for url in content.images),
        categories=((f"cat_{content.category.id}", text_in(content.category.name, "tr")),),
        siblings=tuple(
            (other.id, _attribute_texts(other.attributes))
            for other in content.variants
            if other.id != variant.id
        ),
        attributes={
            "Marka": text_in(content.brand.name, "tr"),
            **_attribute_texts(content.attributes),
            **_attribute_texts(variant.attributes),
        },
    )


def _attribute_texts(attributes: tuple[Attribute, ...]) -> dict[str, str]:
    return {text_in(each.name, "tr"): text_in(each.value, "tr") for each in attributes}


def account_product_from(members: Mapping[str, Any]) -> tuple[AccountProduct, Details]:
    """A product that no marketplace lists, as a recipe writes it down."""
    facts = {"content_id": None, "barcode": None, **members}
    details = facts.pop("details", {})
    images = tuple(Image(**image) for image in details.get("images", ()))
    categories = tuple((key, name) for key, name in details.get("categories", ()))
    return AccountProduct(**facts), Details(images, categories)
