"""The lookups of a storefront, laid out ready to draw products from: brands, categories, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.world.catalogue.model import Attribute, Named, Text, languages, text_in

COLOUR, WEB_COLOUR, AGE_GROUP, GENDER, PACK_SIZE, ORIGIN = 47, 295, 294, 296, 304, 1192
EVERY_LANGUAGE = frozenset({"tr", "en", "ro", "el", "ar"})


@dataclass(frozen=True, slots=True)
class CategoryTemplate:
    """One leaf category as a storefront sells it.

    Units: ``cheapest``, ``dearest`` and ``deposit`` in hundredths of the local currency.
    """

    category: Named
    """Number and name."""
    noun: Text
    """What a thing of it is called."""
    features: tuple[Text, ...]
    """What may be said of one."""
    wearable: bool
    """Whether it is for an age and a gender."""
    options: tuple[tuple[Attribute, int], ...]
    """The values its variants differ in, each with how many pieces it stands for."""
    cheapest: int
    """The lowest price."""
    dearest: int
    """The highest price."""
    vat_rate: int
    """VAT in percent."""
    deposit: int | None
    """What the packaging of a piece costs, where there is a deposit."""


@dataclass(frozen=True, slots=True)
class CatalogueTemplates:
    """What one storefront's products are made of."""

    languages: tuple[str, ...]
    """The languages its contents have."""
    brands: tuple[Named, ...]
    """Every brand."""
    categories: tuple[CategoryTemplate, ...]
    """Every leaf category."""
    colours: tuple[tuple[Attribute, Attribute], ...]
    """Each colour, as free text and as a value of the web."""
    ages: tuple[Attribute, ...]
    """For which age something is."""
    genders: tuple[Attribute, ...]
    """For whom something is."""
    origins: Mapping[str, Attribute]
    """The attribute that names each country of origin, by its code."""
    barcode_prefix: str
    """The storefront's country in an EAN-13."""
    words: Mapping[str, Any]
    """Models, sentences and patterns of titles."""


def catalogue_templates(lookups: Mapping[str, Any], storefront: str) -> CatalogueTemplates:
    """Lay out the lookups for one storefront.

    Errors: ValueError when nothing is known of what is sold there.
    """
    if storefront not in lookups["storefronts"]:
        drawable = ", ".join(lookups["storefronts"])
        raise ValueError(f"nothing can be drawn for storefront {storefront}, only for {drawable}")
    spoken_languages = languages(storefront)
    texts = {
        name: _in_languages(lookups[name], spoken_languages) for name in ("attributes", "categories", "words")
    }
    lookups = {**lookups, **texts}
    attributes = {each["id"]: each for each in lookups["attributes"]}
    market = lookups["storefronts"][storefront]
    return CatalogueTemplates(
        languages=spoken_languages,
        brands=tuple(Named(each["id"], {"": each["name"]}) for each in lookups["brands"]),
        categories=tuple(
            _category_template(each, attributes, market, lookups["words"]) for each in lookups["categories"]
        ),
        colours=tuple(_colour(each, attributes) for each in attributes[WEB_COLOUR]["values"]),
        ages=_values(attributes[AGE_GROUP]),
        genders=_values(attributes[GENDER]),
        origins={text_in(each.value, ""): each for each in _values(attributes[ORIGIN])},
        barcode_prefix=market["barcode_prefix"],
        words=lookups["words"],
    )


def _in_languages(facts: Any, languages: tuple[str, ...]) -> Any:
    """The same data without the languages nobody speaks here; a text in one language alone stays."""
    if isinstance(facts, list):
        return [_in_languages(each, languages) for each in facts]
    if not isinstance(facts, dict):
        return facts
    if facts.keys() >= set(languages) and facts.keys() <= EVERY_LANGUAGE:
        return {language: facts[language] for language in languages}
    return {name: _in_languages(each, languages) for name, each in facts.items()}


def _category_template(
    facts: Mapping[str, Any],
    attributes: Mapping[int, Any],
    market: Mapping[str, Any],
    words: Mapping[str, Any],
) -> CategoryTemplate:
    rate, (low, high) = market["eur_in_hundredths"], facts["eur"]
    return CategoryTemplate(
        category=Named(facts["id"], facts["name"]),
        noun=facts["noun"],
        features=tuple(words["features"][facts["group"]]),
        wearable=AGE_GROUP in facts["attributes"],
        options=tuple((option, _pieces(option)) for option in _values(attributes[facts["varianter"]])),
        cheapest=low * rate,
        dearest=high * rate,
        vat_rate=market["vat"][facts["vat"]],
        deposit=market.get("deposit") if facts.get("deposit") else None,
    )


def _values(facts: Mapping[str, Any]) -> tuple[Attribute, ...]:
    return tuple(Attribute(facts["id"], facts["name"], each["id"], each["name"]) for each in facts["values"])


def _colour(facts: Mapping[str, Any], attributes: Mapping[int, Any]) -> tuple[Attribute, Attribute]:
    free = Attribute(COLOUR, attributes[COLOUR]["name"], None, facts["name"])
    return free, Attribute(WEB_COLOUR, attributes[WEB_COLOUR]["name"], facts["id"], facts["name"])


def _pieces(option: Attribute) -> int:
    return int(text_in(option.value, "")) if option.id == PACK_SIZE else 1
