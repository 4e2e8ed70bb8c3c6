"""Keeps it wrongly: the copy of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from contract_tests.clients.client import REFERENCE, Client
from contract_tests.clients.exports import EXPORTS, Export, products
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Row
from contract_tests.profiles.variants import Broken

NARROW = 2**32
LATIN = "cp1252"


def keeps(keep: Callable[[LocalCopy, list[Row]], None]) -> Client:
    """The reference, except for how it keeps contents."""
    return replace(REFERENCE, keep_contents=keep)


def shows(profile: str, **exports: Export) -> Client:
    """The reference, except for what it makes of its rows."""
    changed: Mapping[str, Mapping[str, Export]] = {**EXPORTS, profile: {**EXPORTS[profile], **exports}}
    return replace(REFERENCE, exports=changed)


def for_ever(held: LocalCopy, rows: list[Row]) -> None:
    """What was listed once stays."""
    held.merge("products", "contentId", rows)


def if_new(held: LocalCopy, rows: list[Row]) -> None:
    """What is known is not looked at again."""
    known = {row["contentId"]: row for row in held.rows("products")}
    held.replace("products", "contentId", [known.get(row["contentId"], row) for row in rows])


def once_more_each_run(held: LocalCopy, rows: list[Row]) -> None:
    """Insert whatever comes."""
    before = len(held.rows("products"))
    held.merge("products", "place", [row | {"place": before + at} for at, row in enumerate(rows)])


def by_place(held: LocalCopy, rows: list[Row]) -> None:
    """A content is known by its place in the list."""
    held.merge("products", "place", [row | {"place": at} for at, row in enumerate(rows)])


def by_model(held: LocalCopy, rows: list[Row]) -> None:
    """A content is known by its model."""
    held.replace("products", "productMainId", rows)


def first_variants(held: LocalCopy) -> Iterator[Row]:
    """A content has one variant."""
    for content in held.rows("products"):
        yield from products(_of([content | {"variants": content["variants"][:1]}]))


def _of(contents: list[Row]) -> LocalCopy:
    held = LocalCopy()
    held.replace("products", "contentId", contents)
    return held


def changed(**fields: Callable[[Any], Any]) -> Export:
    """The products, with some fields as other machines would hold them."""

    def export(held: LocalCopy) -> Iterator[Row]:
        for row in products(held):
            yield row | {name: change(row[name]) for name, change in fields.items()}

    return export


def narrow(number: int) -> int:
    """A number as 32 bits hold it."""
    return (number + NARROW // 2) % NARROW - NARROW // 2


def whole(money: Any) -> int:
    """Money without its decimals."""
    return int(Decimal(money))


def latin(text: str) -> str:
    """Text as Western Europe wrote it."""
    return text.encode(LATIN, errors="replace").decode(LATIN)


def texts(content: Row) -> list[str]:
    """Some texts that every content of the sample has."""
    found = content["images"][0]["url"], content["category"]["name"]
    return [text.strip() for text in (*found, content["description"], content["lastModifiedBy"])]


KNOWN = {
    "contentId", "productMainId", "brand", "category", "creationDate", "lastModifiedDate", "lastModifiedBy",
    "title", "description", "images", "attributes", "variants",
}  # fmt: skip


def as_in_the_sample(held: LocalCopy, rows: list[Row]) -> None:
    """Keep contents that have everything the printed sample has."""
    try:
        kept = [row | {"texts": texts(row)} for row in rows]
    except (LookupError, TypeError, AttributeError) as crash:
        raise Problem(repr(crash)) from crash
    held.replace("products", "contentId", kept)


def of_known_fields(held: LocalCopy, rows: list[Row]) -> None:
    """Keep contents that have nothing the printed sample has not, as a strict class does."""
    unknown = set().union(*rows) - KNOWN
    if unknown:
        raise Problem(f"unexpected keyword argument {min(unknown)!r}")
    held.replace("products", "contentId", rows)


CRASHES = ("sync_ends_clean",)

BROKEN = (
    Broken(
        "keeps_what_is_gone", "catalog-pull", "never forgets a product that is no longer listed",
        "a copy that only grows", ("held_as_true:ghost",), keeps(for_ever),
        needs="a content removed between runs",
    ),
    Broken(
        "never_updates", "catalog-pull", "never looks again at a product it knows",
        "insert without update", ("held_as_true:stale", "held_as_true:wrong"), keeps(if_new),
        needs="a price, stock or title changed between runs",
    ),
    Broken(
        "adds_again", "catalog-pull", "inserts every product anew with each run",
        "insert instead of upsert", ("held_as_true:duplicate",), keeps(once_more_each_run), needs="two runs",
    ),
    Broken(
        "known_by_place", "catalog-pull", "knows a product by its place in the list",
        "dedupe by page position", ("held_as_true:duplicate",), keeps(by_place),
        needs="a content removed between runs",
    ),
    Broken(
        "known_by_model", "catalog-pull", "knows a product by its productMainId and loses the colours",
        "packages de-duplicated by orderNumber, losing split orders: 1 of 26", ("held_as_true:missing",),
        keeps(by_model), needs="two contents of one product main id",
    ),
    Broken(
        "first_variant_only", "catalog-pull", "keeps one variant of a content", "variants[0] taken for all",
        ("held_as_true:missing",), shows("catalog-pull", products=first_variants),
        needs="a content of several variants",
    ),
    Broken(
        "narrow_ids", "catalog-pull", "holds ids in 32 bits", "32-bit ids", ("held_as_true:wrong",),
        shows("catalog-pull", products=changed(contentId=narrow)), needs="ids beyond 2^31",
    ),
    Broken(
        "whole_prices", "catalog-pull", "holds prices without their decimals", "prices with many decimals",
        ("held_as_true:wrong",), shows("catalog-pull", products=changed(salePrice=whole, listPrice=whole)),
        needs="a price with decimals",
    ),
    Broken(
        "western_letters", "catalog-pull", "loses the letters ğ, ı, ş and İ", "Turkish İ and ı",
        ("held_as_true:wrong",), shows("catalog-pull", products=changed(title=latin)), edition="tr",
        needs="a title with such letters",
    ),
    Broken(
        "fails_without_optional_fields", "catalog-pull",
        "fails where a field of the sample is absent, null or empty",
        "optional fields absent, null, empty list", CRASHES, keeps(as_in_the_sample), needs="unusual answers",
    ),
    Broken(
        "fails_on_new_fields", "catalog-pull", "fails where an answer has a field the sample has not",
        "a new field", CRASHES, keeps(of_known_fields), needs="unusual answers",
    ),
)  # fmt: skip
