"""Broken clients of the catalogue: what they save of it, and what they show of their copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from contract_tests.clients.client import Client, Export
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Problem
from contract_tests.clients.protocol import Row
from contract_tests.profiles.catalog_pull.reference import REFERENCE, Steps, client, product_rows
from contract_tests.profiles.variants import Broken

PROFILE = "catalog-pull"
NARROW = 2**32
LATIN = "cp1252"


def saves(save_contents: Callable[[LocalCopy, list[Row]], None]) -> Client:
    """The reference, except for how it saves contents."""
    return client(Steps(save_contents=save_contents))


def shows(products: Export) -> Client:
    """The reference, except for what it makes of its rows."""
    return replace(REFERENCE, exports={**REFERENCE.exports, "products": products})


def for_ever(copy: LocalCopy, rows: list[Row]) -> None:
    """What was listed once stays."""
    copy.merge("products", "contentId", rows)


def if_new(copy: LocalCopy, rows: list[Row]) -> None:
    """What is in the copy is not looked at again."""
    earlier = {row["contentId"]: row for row in copy.rows("products")}
    copy.replace("products", "contentId", [earlier.get(row["contentId"], row) for row in rows])


def once_more_each_run(copy: LocalCopy, rows: list[Row]) -> None:
    """Insert whatever comes."""
    before = len(copy.rows("products"))
    copy.merge("products", "place", [row | {"place": before + at} for at, row in enumerate(rows)])


def by_place(copy: LocalCopy, rows: list[Row]) -> None:
    """A content is identified by its place in the list."""
    copy.merge("products", "place", [row | {"place": at} for at, row in enumerate(rows)])


def by_model(copy: LocalCopy, rows: list[Row]) -> None:
    """A content is identified by its model."""
    copy.replace("products", "productMainId", rows)


def first_variants(copy: LocalCopy) -> Iterator[Row]:
    """A content has one variant."""
    for content in copy.rows("products"):
        yield from product_rows(_copy_of([content | {"variants": content["variants"][:1]}]))


def _copy_of(contents: list[Row]) -> LocalCopy:
    copy = LocalCopy()
    copy.replace("products", "contentId", contents)
    return copy


def with_fields(**fields: Callable[[Any], Any]) -> Export:
    """The products, with some fields as other machines would hold them."""

    def export(copy: LocalCopy) -> Iterator[Row]:
        for row in product_rows(copy):
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
    values = content["images"][0]["url"], content["category"]["name"]
    return [text.strip() for text in (*values, content["description"], content["lastModifiedBy"])]


SAMPLE_FIELDS = {
    "contentId", "productMainId", "brand", "category", "creationDate", "lastModifiedDate", "lastModifiedBy",
    "title", "description", "images", "attributes", "variants",
}  # fmt: skip


def as_in_the_sample(copy: LocalCopy, rows: list[Row]) -> None:
    """Save contents that have everything the printed sample has."""
    try:
        contents = [row | {"texts": texts(row)} for row in rows]
    except (LookupError, TypeError, AttributeError) as crash:
        raise Problem(repr(crash)) from crash
    copy.replace("products", "contentId", contents)


def of_sample_fields(copy: LocalCopy, rows: list[Row]) -> None:
    """Save contents that have nothing the printed sample has not, as a strict class does."""
    new_fields = set().union(*rows) - SAMPLE_FIELDS
    if new_fields:
        raise Problem(f"unexpected keyword argument {min(new_fields)!r}")
    copy.replace("products", "contentId", rows)


CRASHES = ("sync_ends_clean",)

BROKEN = (
    Broken(
        "keeps_what_is_gone", PROFILE, "never forgets a product that is no longer listed",
        "a copy that only grows", ("held_as_true:ghost",), saves(for_ever),
        needs="a content removed between runs",
    ),
    Broken(
        "never_updates", PROFILE, "never looks again at a product it knows",
        "insert without update", ("held_as_true:stale", "held_as_true:wrong"), saves(if_new),
        needs="a price, stock or title changed between runs",
    ),
    Broken(
        "adds_again", PROFILE, "inserts every product anew with each run",
        "insert instead of upsert", ("held_as_true:duplicate",), saves(once_more_each_run), needs="two runs",
    ),
    Broken(
        "known_by_place", PROFILE, "knows a product by its place in the list",
        "dedupe by page position", ("held_as_true:duplicate",), saves(by_place),
        needs="a content removed between runs",
    ),
    Broken(
        "known_by_model", PROFILE, "knows a product by its productMainId and loses the colours",
        "packages de-duplicated by orderNumber, losing split orders: 1 of 26", ("held_as_true:missing",),
        saves(by_model), needs="two contents of one product main id",
    ),
    Broken(
        "first_variant_only", PROFILE, "keeps one variant of a content", "variants[0] taken for all",
        ("held_as_true:missing",), shows(first_variants), needs="a content of several variants",
    ),
    Broken(
        "narrow_ids", PROFILE, "holds ids in 32 bits", "32-bit ids", ("held_as_true:wrong",),
        shows(with_fields(contentId=narrow)), needs="ids beyond 2^31",
    ),
    Broken(
        "whole_prices", PROFILE, "holds prices without their decimals", "prices with many decimals",
        ("held_as_true:wrong",), shows(with_fields(salePrice=whole, listPrice=whole)),
        needs="a price with decimals",
    ),
    Broken(
        "western_letters", PROFILE, "loses the letters ğ, ı, ş and İ", "Turkish İ and ı",
        ("held_as_true:wrong",), shows(with_fields(title=latin)), edition="tr",
        needs="a title with such letters",
    ),
    Broken(
        "fails_without_optional_fields", PROFILE,
        "fails where a field of the sample is absent, null or empty",
        "optional fields absent, null, empty list", CRASHES, saves(as_in_the_sample), needs="unusual answers",
    ),
    Broken(
        "fails_on_new_fields", PROFILE, "fails where an answer has a field the sample has not",
        "a new field", CRASHES, saves(of_sample_fields), needs="unusual answers",
    ),
)  # fmt: skip
