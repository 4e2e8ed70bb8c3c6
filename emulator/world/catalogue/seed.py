"""Contents of a new world: written out in its recipe, or drawn from the lookups in the shares it names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.catalogue.listings import put_new
from emulator.world.catalogue.model import (
    Attribute,
    Content,
    Delivery,
    Named,
    Text,
    Variant,
    content_from,
    text_in,
)
from emulator.world.catalogue.seed_variants import Draft, Stamp, variant
from emulator.world.catalogue.templates import CatalogueTemplates, CategoryTemplate, catalogue_templates
from emulator.world.core.ids import below, between, chance, happens, pick
from emulator.world.core.plan import DAY_MS

if TYPE_CHECKING:
    from emulator.world.core.world import World

OLDEST_DAYS, YOUNGEST_DAYS = 400, 2
ID_STRIDE = 37
FIRST_CONTENT_ID, LISTING_STRIDE = 12_000_000, 100_000_000
# What a listing says of how often each state occurs; what it leaves out never does.
SHARES: Mapping[str, float] = dict.fromkeys(
    ("same_line", "same_moment", "same_stock_code", "own_barcode", "sold_out", "stock_untouched", "archived",
     "locked", "blacklisted", "doc_needed", "turkish"),
    0.0,
)  # fmt: skip
PLAIN_LETTERS = str.maketrans("çğıöşüÇĞİÖŞÜ", "cgiosuCGIOSU")
# Names of the share of product lines that are as Turkish as can be, their codes too.
TURKISH_MODELS = ("Işıltı", "İğde", "Şırnak", "Dağ İçi", "Çağrı Işığı")
DELIVERIES = (
    Delivery(1, rush=True, fast=(("SAME_DAY_SHIPPING", "15:00"),)),
    Delivery(1, rush=True, fast=(("FAST_DELIVERY", "17:00"),)),
    Delivery(0, rush=True, fast=(("SAME_DAY_SHIPPING", "12:00"), ("FAST_DELIVERY", "18:00"))),
    Delivery(2),
    Delivery(3),
)


@dataclass(frozen=True, slots=True)
class Line:
    """What the contents of one product line share; its colours are contents of their own."""

    main_id: str
    brand: Named
    category: CategoryTemplate
    model: str
    feature: Text
    sentences: tuple[Text, ...]


def seed_contents(world: World) -> None:
    """Put the contents that the recipe writes out."""
    put_new(world, [content_from(facts) for facts in world.plan.recipe.get("contents", ())])


def seed_listings(world: World) -> None:
    """Put the contents of the listings that the recipe leaves to chance."""
    for ordinal, part in enumerate(world.plan.recipe.get("listings", ())):
        templates = catalogue_templates(world.plan.lookups, part["storefront"])
        first_id = world.plan.id_base + FIRST_CONTENT_ID + ordinal * LISTING_STRIDE
        contents = generate_contents(part, templates, world.seed, first_id, world.anchor_ms)
        put_new(world, contents, with_documents=part.get("documents", "ready") == "ready")


def generate_contents(
    part: Mapping[str, Any], templates: CatalogueTemplates, seed: int, first_id: int, anchor_ms: int
) -> Iterator[Content]:
    """The contents of one listing, by content id.

    Shapes: ``part`` is an entry of a recipe's ``listings``; ``first_id`` keeps the ids of listings apart.
    """
    part = _with_all_shares(part)
    rng = chance(seed, "contents", part["seller"], part["storefront"])
    line = _line(rng, part, templates, 0)
    stamp = _stamp(rng, anchor_ms)
    for number in range(part["contents"]):
        if not happens(rng, part["shares"]["same_line"]):
            line = _line(rng, part, templates, number)
        if not happens(rng, part["shares"]["same_moment"]):
            stamp = _stamp(rng, anchor_ms)
        content_id = first_id + number * ID_STRIDE + id_step(rng)
        yield _content(rng, part, templates, line, stamp, content_id)


def id_step(rng: Random) -> int:
    """How far an id stands in its stride; the next id is two away or more, for variants number on from it."""
    return min(below(rng, ID_STRIDE), ID_STRIDE - 2)


def one_more(
    part: Mapping[str, Any],
    templates: CatalogueTemplates,
    rng: Random,
    number: int,
    content_id: int,
    now_ms: int,
) -> Content:
    """A content that is created now; its product line is new, and differs from others by ``number``."""
    part = _with_all_shares(part)
    line = _line(rng, part, templates, number)
    return _content(rng, part, templates, line, Stamp(now_ms, now_ms), content_id)


def _with_all_shares(part: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**part, "shares": {**SHARES, **part.get("shares", {})}}


def _content(
    rng: Random,
    part: Mapping[str, Any],
    templates: CatalogueTemplates,
    line: Line,
    stamp: Stamp,
    content_id: int,
) -> Content:
    colour = pick(rng, templates.colours)
    draft = Draft(
        part["shares"], line.category, templates, pick(rng, DELIVERIES), stamp, line.main_id, content_id
    )
    content = Content(
        seller_id=part["seller"],
        storefront=part["storefront"],
        id=content_id,
        product_main_id=line.main_id,
        brand=line.brand,
        category=line.category.category,
        created_ms=stamp.created_ms,
        modified_ms=stamp.modified_ms,
        modified_by=pick(rng, templates.words["editors"]),
        slug=f"{_plain(text_in(line.brand.name, ''))}/{_plain(text_in(line.category.noun, 'en'))}",
        title=_title(templates, line, colour[0]),
        description=_description(templates, line),
        images=_images(rng, content_id),
        attributes=_attributes(rng, templates, line.category, colour),
        variants=_variants(rng, draft, *part["variants"]),
    )
    origin = templates.origins[content.variants[0].origin or ""]
    return replace(content, attributes=(*content.attributes, origin))


def _variants(rng: Random, draft: Draft, few: int, many: int) -> tuple[Variant, ...]:
    """Neighbouring options of the category, as many as chance says and the category has."""
    count = min(between(rng, few, many), len(draft.category.options))
    first = below(rng, len(draft.category.options) - count + 1)
    return tuple(variant(rng, draft, option) for option in range(first, first + count))


def _line(rng: Random, part: Mapping[str, Any], templates: CatalogueTemplates, number: int) -> Line:
    brand, category = pick(rng, templates.brands), pick(rng, templates.categories)
    line = Line(
        main_id=f"{text_in(brand.name, '')[:3].upper()}{category.category.id}-{number:05d}",
        brand=brand,
        category=category,
        model=pick(rng, templates.words["models"]),
        feature=pick(rng, category.features),
        sentences=tuple(pick(rng, templates.words["sentences"]) for _ in range(3)),
    )
    share = part["shares"]["turkish"]
    if share and happens(rng, share):
        return replace(line, main_id=f"ışğİ-{line.main_id}", model=pick(rng, TURKISH_MODELS))
    return line


def _stamp(rng: Random, anchor_ms: int) -> Stamp:
    created_ms = anchor_ms - between(rng, YOUNGEST_DAYS * DAY_MS, OLDEST_DAYS * DAY_MS)
    return Stamp(created_ms, between(rng, created_ms, anchor_ms - DAY_MS))


def _title(templates: CatalogueTemplates, line: Line, colour: Attribute) -> dict[str, str]:
    return {
        language: templates.words["titles"][language].format(
            model=line.model,
            feature=line.feature[language],
            noun=line.category.noun[language],
            colour=colour.value[language],
        )
        for language in templates.languages
    }


def _description(templates: CatalogueTemplates, line: Line) -> dict[str, str]:
    return {
        language: "".join(f"<p>{sentence[language]}</p>" for sentence in line.sentences)
        for language in templates.languages
    }


def _images(rng: Random, content_id: int) -> tuple[str, ...]:
    folder = hashlib.sha256(str(content_id).encode()).hexdigest()[:32]
    place = f"/mediacenter-stage3/stage/QC_PREP/20250731/{below(rng, 24):02d}/{folder}"
    return tuple(f"{place}/{number}.jpg" for number in range(1, between(rng, 1, 4) + 1))


def _attributes(
    rng: Random,
    templates: CatalogueTemplates,
    category: CategoryTemplate,
    colour: tuple[Attribute, Attribute],
) -> tuple[Attribute, ...]:
    wearer = (pick(rng, templates.ages), pick(rng, templates.genders)) if category.wearable else ()
    return (*colour, *wearer)


def _plain(text: str) -> str:
    return text.translate(PLAIN_LETTERS).lower().replace(" ", "-")
