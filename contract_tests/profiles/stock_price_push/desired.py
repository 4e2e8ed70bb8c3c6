"""Which stock and prices a shop wants, chosen from what a listing has; the same world gives the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_tests.records.scenario import Row

CHANGES, MANY = 12, 1_050
MOST_STOCK = 20_000
NO_SUCH_BARCODE = "YOK-BÖYLE-ışğİ"
OUT_OF_SALE = ("archived", "locked", "blacklisted")


def changes(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Another stock or price of the first products; one is sold out, one has all there can be."""
    wants = [_change(number, row) for number, row in enumerate(_on_sale(rows)[:CHANGES])]
    for place, quantity in ((1, 0), (2, MOST_STOCK)):
        if place < len(wants):
            wants[place]["quantity"] = quantity
    return wants


def stock_alone(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Another stock of the first products; their prices stay as they are, and are not named."""
    return [{"barcode": want["barcode"], "quantity": want["quantity"]} for want in changes(rows)]


def some_cannot_be(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The same changes, and two rows that fail: a stock beyond what there can be, and an unknown barcode."""
    wants = changes(rows)
    wants[3:4] = [{**want, "quantity": MOST_STOCK + 1} for want in wants[3:4]]
    price = {"salePrice": "10.50", "listPrice": "12.00"}
    return [*wants[:4], {"barcode": NO_SUCH_BARCODE, "quantity": 1, **price}, *wants[4:]]


def many(rows: Iterable[Row]) -> list[dict[str, Any]]:
    """Changes of more products than one request takes."""
    return [_change(number, row) for number, row in enumerate(_on_sale(rows)[:MANY])]


def _change(number: int, row: Row) -> dict[str, Any]:
    """A product with another stock, and two of three with another price."""
    sale_price, list_price = float(row["salePrice"]), float(row["listPrice"])
    raise_by = 0 if number % 3 == 0 else 1 + number % 5
    return {
        "barcode": row["barcode"],
        "quantity": (int(row["quantity"]) + 3 + number) % 500,
        "salePrice": f"{sale_price + raise_by:.2f}",
        "listPrice": f"{max(list_price, sale_price + raise_by):.2f}",
    }


def _on_sale(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if not any(row[name] for name in OUT_OF_SALE)]
