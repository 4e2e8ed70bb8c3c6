"""Which products a shop wants in a listing, and how: drawn from what is there; the same world, the same."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from contract_tests.records.scenario import Row

NEW, MANY, LONGEST_TITLE = 4, 1_050, 100
MOST_STOCK = 20_000
TO_BE_LISTED, TO_BE_ARCHIVED, TO_BE_DELETED = "listed", "archived", "deleted"
NO_SUCH_BRAND, NO_SUCH_COUNTRY = "Böyle Bir Marka Yok", "XX"
PICTURE = "https://cdn.example.com/{}/1.jpg"
FIELDS = (
    "title", "description", "productMainId", "stockCode", "brand", "category", "attributes", "vatRate",
    "quantity", "salePrice", "listPrice", "dimensionalWeight",
)  # fmt: skip


def new_and_changed(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """New products, two of them variants of one; one with another title; one put away, one brought back."""
    rows = list(rows)
    return [*new_products(rows), *_with_new_title(rows), *_put_away(rows), *_brought_back(rows)]


def new_products(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """New products, the last two of them variants of one content."""
    contents = _contents(rows)
    pair = next((variants for variants in contents[NEW:] if len(variants) > 1), [])
    return [*(_new(variants[0]) for variants in contents[:NEW]), *map(_new, pair[:2])]


def turkish_barcodes(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """New products whose barcodes have letters of Turkish."""
    return [{**want, "barcode": f"ÇĞİ-ışöü.{want['barcode'][-6:]}"} for want in new_products(rows)]


def some_cannot_be(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """New products, and four that cannot be: no such brand, no leaf, too many, a country that is none."""
    good, contents = new_products(rows), _contents(rows)
    spoilt = [_new(variants[0], "BOZUK") for variants in contents[-4:]]
    changes: Sequence[Mapping[str, Any]] = (
        {"brand": NO_SUCH_BRAND},
        {"category": list(contents[-3][0]["category"][:-1])},
        {"quantity": MOST_STOCK + 1},
        {"origin": NO_SUCH_COUNTRY},
    )
    bad = [{**want, **change} for want, change in zip(spoilt, changes, strict=False)]
    return [*good[:2], *bad, *good[2:]]


def one_refused(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """New products, and one that only the batch refuses: from a country that is none."""
    return [*new_products(rows)[:2], {**_new(_contents(rows)[-1][0], "BOZUK"), "origin": NO_SUCH_COUNTRY}]


def some_deleted(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Two products that are on sale are to go for good, and two new ones are to come."""
    rows = list(rows)
    going = [_want(variants[0], TO_BE_DELETED) for variants in _contents(rows)[:2]]
    return [*new_products(rows)[:2], *going]


def many(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """More new products than one request takes."""
    models = [row for variants in _contents(rows) for row in variants]
    return [
        {**_new(row, f"YENI{number // len(models)}"), "productMainId": f"COK-{number}"}
        for number, row in enumerate((models * (1 + MANY // len(models)))[:MANY])
    ]


def with_another_title(rows: Sequence[Row], numbers: Collection[int]) -> list[Row]:
    """Desired rows, some of them with another title: what a shop sends once people have refused the first."""
    return [
        {**row, "title": f"{row['title'][: LONGEST_TITLE - 7]} (yeni)"} if number in numbers else row
        for number, row in enumerate(rows)
    ]


def _with_new_title(rows: Iterable[Row]) -> list[dict[str, Any]]:
    wants = [_want(variants[0]) for variants in _contents(rows)[NEW + 1 : NEW + 2]]
    return [
        {**want, "title": f"{want['title'][: LONGEST_TITLE - 8]} 2. Baskı"[:LONGEST_TITLE]} for want in wants
    ]


def _put_away(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [_want(variants[0], TO_BE_ARCHIVED) for variants in _contents(rows)[NEW + 2 : NEW + 3]]


def _brought_back(rows: Iterable[Row]) -> list[dict[str, Any]]:
    return [_want(row) for row in rows if row["state"] == "archived"][:1]


def _new(row: Row, mark: str = "YENI") -> dict[str, Any]:
    """A product like one that is there, under names of its own.

    Those like different contents are different models: the marketplace makes one content of a model in a
    colour, and that has one origin and one title.
    """
    want = {**_want(row), "productMainId": row["contentId"]}
    names = {name: f"{mark}-{want[name]}"[:40] for name in ("barcode", "productMainId", "stockCode")}
    return {**want, **names, "quantity": min(int(want["quantity"]) + 1, MOST_STOCK)}


def _want(row: Row, goal: str = TO_BE_LISTED) -> dict[str, Any]:
    deposit = {} if row["sgrPrice"] is None else {"sgrPrice": row["sgrPrice"]}
    pictures = [PICTURE.format(row["contentId"])]
    fields = {name: row[name] for name in FIELDS}
    return {"barcode": row["barcode"], "wanted": goal, **fields, "images": pictures, **deposit}


def _contents(rows: Iterable[Row]) -> list[list[Row]]:
    """The variants on sale of each content, in the order of contents."""
    by_content: dict[Any, list[Row]] = {}
    for row in rows:
        if row["state"] == "approved":
            by_content.setdefault(row["contentId"], []).append(row)
    return list(by_content.values())
