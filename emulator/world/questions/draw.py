"""Drawing a question: who asks what about which content."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TYPE_CHECKING

from emulator.world.catalogue.model import LOCAL_LANGUAGE, Content
from emulator.world.core.ids import happens, pick
from emulator.world.core.listing import Listing
from emulator.world.orders.customers import choose_private_customer
from emulator.world.questions.model import Product, Question

if TYPE_CHECKING:
    from emulator.world.core.world import World

NAMED_SHARE = 0.4


def product_of(content: Content) -> Product:
    """A content as a question keeps it."""
    return Product(content.id, content.product_main_id, content.title, content.slug, content.images[0])


def draw_question(
    world: World, listing: Listing, number: int, product: Product, at_ms: int, rng: Random
) -> Question:
    """A customer's question about a content, asked at a moment."""
    customer = choose_private_customer(world, listing.storefront, rng)
    return Question(
        id=number,
        seller_id=listing.seller_id,
        storefront=listing.storefront,
        product=product,
        customer_id=customer.id,
        customer_name=f"{customer.first_name} {customer.last_name}",
        shows_name=happens(rng, NAMED_SHARE),
        text=pick(rng, texts(world, "questions", listing.storefront)),
        created_ms=at_ms,
        updated_ms=at_ms,
    )


def texts(world: World, kind: str, storefront: str) -> Sequence[str]:
    """What customers ask or sellers answer on a storefront, in its language or else in English."""
    by_language = world.plan.lookups["question_texts"][kind]
    language = "tr" if storefront == "TR" else LOCAL_LANGUAGE.get(storefront, "en")
    some: Sequence[str] = by_language.get(language, by_language["en"])
    return some
