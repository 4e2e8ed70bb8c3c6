"""What a shop wants bought, chosen from the offers that are there; the same world gives the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_tests.records.scenario import Row

PURCHASES = 6
# The vendorRef of each line where a purchase has several.
LINES = ("ORDER-1", "ORDER-1", "ORDER-2", "ORDER-2", "ORDER-2", "ORDER-3")


def purchases(offers: Iterable[Row]) -> list[dict[str, Any]]:
    """Some offers that are well in stock, one to three pieces of each."""
    return [
        {"vendorRef": f"ORDER-{number}", "barcode": offer["barcode"], "quantity": number % 3 + 1}
        for number, offer in enumerate(_in_stock(offers)[:PURCHASES], start=1)
    ]


def more_than_there_is(offers: Iterable[Row]) -> list[dict[str, Any]]:
    """The same, two of them for more pieces than there are."""
    in_stock = _in_stock(offers)
    return _beyond_stock(purchases(in_stock), in_stock)


def several_lines(offers: Iterable[Row]) -> list[dict[str, Any]]:
    """The same in fewer purchases: two lines in the first, three in the second, one in the last."""
    rows = purchases(offers)
    return [{**row, "vendorRef": name} for row, name in zip(rows, LINES, strict=False)]


def several_lines_more_than_there_is(offers: Iterable[Row]) -> list[dict[str, Any]]:
    """Several lines a purchase; one of the first and one of the second for more pieces than there are."""
    in_stock = _in_stock(offers)
    return _beyond_stock(several_lines(in_stock), in_stock)


def _beyond_stock(rows: list[dict[str, Any]], offers: Iterable[Row]) -> list[dict[str, Any]]:
    quantities = {offer["barcode"]: offer["quantity"] for offer in offers}
    for row in rows[1:3]:
        row["quantity"] = quantities[row["barcode"]] + 2
    return rows


def _in_stock(offers: Iterable[Row]) -> list[Row]:
    # Well above what any purchase takes, and few enough that asking for more is still an order.
    return sorted(
        (one for one in offers if 4 <= one["quantity"] <= 10_000), key=lambda one: str(one["barcode"])
    )
