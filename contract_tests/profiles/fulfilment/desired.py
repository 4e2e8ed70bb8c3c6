"""What a shop wants done with its packages, chosen from those of a world: the same world, the same rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import cycle
from typing import Any

from contract_tests.records.scenario import Row

FEW = 6
# Two runs within a minute read each of them by its number, and the list takes 30 requests a minute.
MOST = 12
PICKING, INVOICED = "Picking", "Invoiced"
OVER = {"Cancelled", "UnSupplied", "UnPacked"}
ON_HAND = {"Created", PICKING, INVOICED}


def few_orders(packages: Iterable[Row]) -> list[dict[str, Any]]:
    """Some orders that nobody has worked on yet; every second one is wanted invoiced."""
    return _wants(_orders(packages, lambda rows: _statuses(rows) == {"Created"})[:FEW])


def every_order(packages: Iterable[Row]) -> list[dict[str, Any]]:
    """Orders that no carrier has yet, whatever was done with them: all, if they are not too many."""
    return _wants(_orders(packages, lambda rows: _statuses(rows) <= ON_HAND)[:MOST])


def orders_of_several(packages: Iterable[Row]) -> list[dict[str, Any]]:
    """Orders that were split or partly cancelled, before some others."""
    packages = list(packages)
    several = _orders(packages, lambda rows: len(rows) > 1 and _statuses(rows) <= ON_HAND)
    others = _orders(packages, lambda rows: len(rows) == 1 and _statuses(rows) == {"Created"})
    return _wants([*several, *others[:2]])


def orders_done(packages: Iterable[Row]) -> list[dict[str, Any]]:
    """Orders that stand where they are wanted, or past it, and one that does not."""
    packages = list(packages)
    rows = [
        *_orders(packages, lambda rows: _statuses(rows) == {"Picking"})[:2],
        *_orders(packages, lambda rows: _statuses(rows) == {"Shipped"})[:2],
        *_orders(packages, lambda rows: _statuses(rows) == {"Created"})[:1],
    ]
    return [{"orderNumber": number, "action": PICKING} for number in rows]


def both_steps(packages: Iterable[Row]) -> list[dict[str, Any]]:
    """Each of some orders is wanted picked and is wanted invoiced, in two rows."""
    numbers = _orders(packages, lambda rows: _statuses(rows) == {"Created"})[:3]
    return [{"orderNumber": number, "action": action} for number in numbers for action in (PICKING, INVOICED)]


def _wants(numbers: Iterable[str]) -> list[dict[str, Any]]:
    return [
        {"orderNumber": number, "action": action}
        for number, action in zip(numbers, cycle((PICKING, INVOICED)), strict=False)
    ]


def _statuses(rows: Iterable[Row]) -> set[str]:
    return {str(row["status"]) for row in rows if row["status"] not in OVER}


def _orders(packages: Iterable[Row], is_meant: Callable[[list[Row]], bool]) -> list[str]:
    """List the numbers of orders whose packages are meant, those whose packages are all over never."""
    by_number: dict[str, list[Row]] = {}
    for row in packages:
        by_number.setdefault(str(row["orderNumber"]), []).append(row)
    return sorted(number for number, rows in by_number.items() if _statuses(rows) and is_meant(rows))
