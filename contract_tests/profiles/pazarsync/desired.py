"""Which stock a shop wants set, chosen from its products; the same world gives the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contract_tests.records.scenario import Row

STOCKS = 25
NO_SUCH_SKU = "NO-SUCH-SKU-1"


def stocks(products: Iterable[Row]) -> list[dict[str, Any]]:
    """Another stock for some products."""
    first = sorted(products, key=lambda one: str(one["sku"]))[:STOCKS]
    return [{"sku": one["sku"], "stock": int(one["stock"]) + number} for number, one in enumerate(first, 1)]


def one_unknown(products: Iterable[Row]) -> list[dict[str, Any]]:
    """The same, and a product that does not exist among them."""
    rows = stocks(products)
    return [*rows[:3], {"sku": NO_SUCH_SKU, "stock": 1}, *rows[3:]]
