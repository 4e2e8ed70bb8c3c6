"""The lookups of a storefront, laid out ready to draw products from: brands, shelves of categories, words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulator.world.catalogue.model import Attribute, Named, Text, languages, told

COLOUR, WEB_COLOUR, AGE_GROUP, GENDER, PACK_SIZE = 47, 295, 294, 296, 304
EVERY_LANGUAGE = frozenset({"tr", "en", "ro", "el", "ar"})


@dataclass(frozen=True, slots=True)
class Shelf:
    """One leaf category as a storefront sells it.

    Shapes: ``options`` are the values its variants differ in, each with how many pieces it stands for.
    Units: ``cheapest``, ``dearest`` and ``deposit`` (a piece's) in hundredths of the local currency.
    """

    category: Named
    noun: Text
    features: tuple[Text, ...]
    wearable: bool
    options: tuple[tuple[Attribute, int], ...]
    cheapest: int
    dearest: int
    vat_rate: int
    deposit: int | None


@dataclass(frozen=True, slots=True)
class Assortment:
    """What one storefront's products are made of."""

    languages: tuple[str, ...]
    brands: tuple[Named, ...]
    shelves: tuple[Shelf, ...]
    colours: tuple[tuple[Attribute, Attribute], ...]
    ages: tuple[Attribute, ...]
    genders: tuple[Attribute, ...]
    barcode_prefix: str
    words: Mapping[str, Any]


def assortment(lookups: Mapping[str, Any], storefront: str) -> Assortment:
    """Lay out the lookups for one storefront.

    Errors: ValueError when nothing is known of what is sold there.
    """
    if storefront not in lookups["storefronts"]:
        drawable = ", ".join(lookups["storefronts"])
        raise ValueError(f"nothing can be drawn for storefront {storefront}, only for {drawable}")
    spoken = languages(storefront)
    texts = {name: _spoken(lookups[name], spoken) for name in ("attributes", "categories", "words")}
    lookups = {**lookups, **texts}
    known = {each["id"]: each for each in lookups["attributes"]}
    market = lookups["storefronts"][storefront]
    return Assortment(
        languages=spoken,
        brands=tuple(Named(each["id"], {"": each["name"]}) for each in lookups["brands"]),
        shelves=tuple(_shelf(each, known, market, lookups["words"]) for each in lookups["categories"]),
        colours=tuple(_colour(each, known) for each in known[WEB_COLOUR]["values"]),
        ages=_values(known[AGE_GROUP]),
        genders=_values(known[GENDER]),
        barcode_prefix=market["barcode_prefix"],
        words=lookups["words"],
    )


def _spoken(facts: Any, languages: tuple[str, ...]) -> Any:
    """The same data without the languages nobody speaks here; a text in one language alone stays."""
    if isinstance(facts, list):
        return [_spoken(each, languages) for each in facts]
    if not isinstance(facts, dict):
        return facts
    if facts.keys() >= set(languages) and facts.keys() <= EVERY_LANGUAGE:
        return {language: facts[language] for language in languages}
    return {name: _spoken(each, languages) for name, each in facts.items()}


def _shelf(
    facts: Mapping[str, Any], known: Mapping[int, Any], market: Mapping[str, Any], words: Mapping[str, Any]
) -> Shelf:
    rate, (low, high) = market["eur_in_hundredths"], facts["eur"]
    return Shelf(
        category=Named(facts["id"], facts["name"]),
        noun=facts["noun"],
        features=tuple(words["features"][facts["group"]]),
        wearable=AGE_GROUP in facts["attributes"],
        options=tuple((option, _pieces(option)) for option in _values(known[facts["varianter"]])),
        cheapest=low * rate,
        dearest=high * rate,
        vat_rate=market["vat"][facts["vat"]],
        deposit=market.get("deposit") if facts.get("deposit") else None,
    )


def _values(facts: Mapping[str, Any]) -> tuple[Attribute, ...]:
    return tuple(Attribute(facts["id"], facts["name"], each["id"], each["name"]) for each in facts["values"])


def _colour(facts: Mapping[str, Any], known: Mapping[int, Any]) -> tuple[Attribute, Attribute]:
    free = Attribute(COLOUR, known[COLOUR]["name"], None, facts["name"])
    return free, Attribute(WEB_COLOUR, known[WEB_COLOUR]["name"], facts["id"], facts["name"])


def _pieces(option: Attribute) -> int:
    return int(told(option.value, "")) if option.id == PACK_SIZE else 1
