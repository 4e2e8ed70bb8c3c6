"""What a shop wants bought, chosen from the offers that are there; the same world gives the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_tests.records.scenario import Row

PURCHASES = 6


def purchases(offers: Iterable[Row]) -> list[dict[str, Any]]:
    """Some offers that are well in stock, one to three pieces of each."""
    return [
        {"vendorRef": f"ORDER-{number}", "barcode": offer["barcode"], "quantity": number % 3 + 1}
        for number, offer in enumerate(_in_stock(offers)[:PURCHASES], start=1)
    ]


def more_than_there_is(offers: Iterable[Row]) -> list[dict[str, Any]]:
    """The same, two of them for more pieces than there are."""
    in_stock = _in_stock(offers)
    quantities = {offer["barcode"]: offer["quantity"] for offer in in_stock}
    rows = purchases(in_stock)
    for row in rows[1:3]:
        row["quantity"] = quantities[row["barcode"]] + 2
    return rows


def _in_stock(offers: Iterable[Row]) -> list[Row]:
    # Well above what any purchase takes, and few enough that asking for more is still an order.
    return sorted(
        (one for one in offers if 4 <= one["quantity"] <= 10_000), key=lambda one: str(one["barcode"])
    )
