"""Settlements: the rows that a delivered package makes.

What may happen to it later stands in ``after_sale.py``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from emulator.world.accounts.sellers import Edition
from emulator.world.core.listing import Listing
from emulator.world.money.ledger import (
    Account,
    Entry,
    Sale,
    account_of,
    add_blank_entries,
    add_entries,
    entry,
)
from emulator.world.money.sold import SoldPackage, parts_of
from emulator.world.money.transaction_types import TYPES, Amounts, settlement_amounts

if TYPE_CHECKING:
    from emulator.world.core.world import World

# A row that is still to be numbered: the sale it belongs to, its type, what it says of an amount.
Draft = tuple[Sale, str, Amounts]


def delivery_drafts(edition: Edition, package: SoldPackage, sale_rows: str) -> Iterator[Draft]:
    """What a delivered package is worth to its seller: the rows of its sales, and those beside them.

    The international edition has no rows of discounts: its sales are what the seller's discounts leave.
    Source: what the seller takes off a price are rows of their own, and so is what Trendyol pays of a
    company's, which the seller gets by an invoice at the end of the month, D. That the fee of a delivery is
    booked where the seller brings the goods is I.
    """
    is_turkish = edition == "tr"
    sale_type = "pay_by_link" if package.pays_by_link and is_turkish else "sale"
    discount_type = "coupon" if package.has_seller_coupon else "discount"
    platform_type = "ty_coupon" if package.has_platform_coupon else "ty_discount"
    fee_e4 = package.delivery_fee_e4 if is_turkish else 0
    for sale, discount_e4, platform_e4 in parts_of(package, sale_rows):
        if not is_turkish:
            whole_e4 = sale.amount_e4 - discount_e4
            yield _draft(sale._replace(amount_e4=whole_e4) if discount_e4 else sale, sale_type)
            continue
        yield _draft(sale, sale_type)
        if discount_e4:
            yield _draft(sale, discount_type, discount_e4)
        if platform_e4 and package.is_corporate:
            yield _draft(sale, platform_type, platform_e4)
        if fee_e4:
            yield _draft(sale, "delivery_fee", fee_e4)
            fee_e4 = 0


def _draft(sale: Sale, name: str, amount_e4: int | None = None) -> Draft:
    whole_e4 = sale.amount_e4 if amount_e4 is None else amount_e4
    return sale, name, settlement_amounts(TYPES[name], whole_e4, sale.rate_e2)


def number_rows(account: Account, drafts: Iterable[Draft], at_ms: int) -> list[Entry]:
    """The rows of some drafts that are booked at one moment."""
    return [entry(account, TYPES[name], amounts, at_ms, sale) for sale, name, amounts in drafts]


def book_sale(world: World, package: SoldPackage) -> list[Entry]:
    """Write the rows of a package that is delivered now."""
    account = account_of(world, Listing(package.seller_id, package.storefront))
    rows = delivery_rows(account, package, world.decisions["sale-rows"], world.clock.now_ms())
    add_entries(world, rows)
    return rows


def book_past_sales(world: World, sales: Iterable[tuple[int, SoldPackage]]) -> None:
    """Write the rows of packages of one listing that were delivered at moments of a past, in their order.

    They have no documented JSON yet: most of them change once more, when past weeks are paid.
    """
    rows: list[Entry] = []
    account: Account | None = None
    for at_ms, package in sales:
        if account is None:
            account = account_of(world, Listing(package.seller_id, package.storefront))
        rows += delivery_rows(account, package, world.decisions["sale-rows"], at_ms)
    add_blank_entries(world, rows)


def delivery_rows(account: Account, package: SoldPackage, sale_rows: str, at_ms: int) -> list[Entry]:
    """The rows of a package that is delivered at a moment."""
    return number_rows(account, delivery_drafts(account.edition, package, sale_rows), at_ms)
