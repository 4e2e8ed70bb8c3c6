"""What a shop wants done in a scenario, chosen from what is there; the same world gives the same wants."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
Choose = Callable[[Iterable[Row]], list[dict[str, Any]]]

PURCHASES, STOCKS = 6, 25
NO_SUCH_SKU = "NO-SUCH-SKU-1"


def purchases(offers: Iterable[Row]) -> list[dict[str, Any]]:
    """Some offers that are well in stock, one to three pieces of each."""
    return [
        {"vendorRef": f"ORDER-{number}", "barcode": offer["barcode"], "quantity": number % 3 + 1}
        for number, offer in enumerate(_in_stock(offers)[:PURCHASES], start=1)
    ]


def more_than_there_is(offers: Iterable[Row]) -> list[dict[str, Any]]:
    """The same, two of them for more pieces than there are."""
    found = _in_stock(offers)
    quantities = {offer["barcode"]: offer["quantity"] for offer in found}
    wanted = purchases(found)
    for one in wanted[1:3]:
        one["quantity"] = quantities[one["barcode"]] + 2
    return wanted


def withdraw(rows: Sequence[Row], withdrawn: Collection[int]) -> list[Row]:
    """The same, some of them no longer: a quantity of 0 takes back what was reserved.

    Shapes: ``given_up`` numbers them from 0; a number that is too large names none.
    """
    return [{**one, "quantity": 0} if at in withdrawn else one for at, one in enumerate(rows)]


def _in_stock(offers: Iterable[Row]) -> list[Row]:
    # Well above what any purchase takes, and few enough that asking for more is still an order.
    return sorted(
        (one for one in offers if 4 <= one["quantity"] <= 10_000), key=lambda one: str(one["barcode"])
    )


def stocks(goods: Iterable[Row]) -> list[dict[str, Any]]:
    """Another stock for some products."""
    found = sorted(goods, key=lambda one: str(one["sku"]))[:STOCKS]
    return [{"sku": one["sku"], "stock": int(one["stock"]) + number} for number, one in enumerate(found, 1)]


def one_unknown(goods: Iterable[Row]) -> list[dict[str, Any]]:
    """The same, and a product that does not exist among them."""
    wanted = stocks(goods)
    return [*wanted[:3], {"sku": NO_SUCH_SKU, "stock": 1}, *wanted[3:]]


# What a shop may want, by the name a scenario calls it by.
CHOICES: Mapping[str, Choose] = {
    "purchases": purchases,
    "more than there is": more_than_there_is,
    "stocks": stocks,
    "one unknown": one_unknown,
}
