"""Settlements: the rows that a delivered package makes, and what later takes back or corrects them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import repeat
from operator import itemgetter
from random import Random
from typing import TYPE_CHECKING, Any

from emulator.world.accounts.sellers import Edition
from emulator.world.core.ids import between, chance
from emulator.world.core.listing import Listing
from emulator.world.core.plan import DAY_MS
from emulator.world.money.ledger import (
    Account,
    Entry,
    Sale,
    account_of,
    add_blank_entries,
    add_entries,
    edition_of,
    entry,
)
from emulator.world.money.transaction_types import TYPES, settlement_amounts

if TYPE_CHECKING:
    from emulator.world.core.world import World

FOLLOW_UP = "follow-up"
SALE_COLUMNS = (
    "order_number, shipment_package_id, receipt_id, order_at_ms, barcode, credit_e4, commission_rate_e2,"
    " payment_period"
)
HOUR_MS = 3_600_000
# How many days after its delivery a package falls due, by its number. Source: paymentPeriod is documented, D;
# what it follows from is I.
PERIODS = (14, 21, 28, 30)
# A line of more units than these makes one row, whatever the decision says; I.
MOST_UNIT_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class SoldLine:
    """One kind of thing in a delivered package.

    Shapes: ``prices`` are (how many units, what each was sold for), ``platform_discounts`` (how many units,
    what the marketplace paid of that for each).
    Units: ten-thousandths of the storefront's currency, hundredths of a percent.
    """

    barcode: str
    prices: tuple[tuple[int, int], ...]
    rate_e2: int
    platform_discounts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class SoldPackage:
    """A delivered package as the ledger has to know it.

    Units: ``ordered_ms`` epoch milliseconds UTC.
    """

    seller_id: int
    """Who sold it."""
    storefront: str
    """Where it was sold."""
    order_number: str
    """The order that the customer placed."""
    package_id: int
    """The number of the package."""
    parcel_id: int
    """The cargo number of its parcel."""
    receipt_id: int
    """The receipt of the order."""
    ordered_ms: int
    """When the order was placed."""
    lines: tuple[SoldLine, ...]
    """What was in it."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What can come of a sale later: rows of these types, together, on a part of its amount.

    Units: ``share`` of all sales, ``percent`` of the amount, ``days`` after the sale.
    """

    types: tuple[str, ...]
    share: float
    percent: int
    days: int


# Corrections stand in pairs that are to be read together. Source: docs/cari-hesap-ekstresi-entegrasyonu, D;
# how often each occurs is I.
FOLLOW_UPS: Mapping[str, tuple[FollowUp, ...]] = {
    "int": (FollowUp(("return",), 0.08, 100, 6),),
    "tr": (
        FollowUp(("return",), 0.07, 100, 7),
        FollowUp(("discount",), 0.05, 10, 0),
        FollowUp(("discount", "discount_cancel"), 0.01, 15, 2),
        FollowUp(("coupon",), 0.03, 8, 0),
        FollowUp(("coupon", "coupon_cancel"), 0.01, 12, 2),
        FollowUp(("provision_positive",), 0.01, 3, 3),
        FollowUp(("provision_negative",), 0.01, 4, 3),
        FollowUp(("manual_refund",), 0.02, 20, 5),
        FollowUp(("manual_refund", "manual_refund_cancel"), 0.005, 25, 6),
        FollowUp(("ty_discount",), 0.01, 10, 1),
        FollowUp(("ty_discount", "ty_discount_cancel"), 0.005, 10, 4),
        FollowUp(("ty_coupon",), 0.01, 5, 1),
        FollowUp(("ty_coupon", "ty_coupon_cancel"), 0.005, 5, 4),
        FollowUp(("seller_revenue_positive", "commission_negative"), 0.01, 2, 9),
        FollowUp(("seller_revenue_negative", "commission_positive"), 0.01, 3, 9),
        FollowUp(("seller_revenue_positive_cancel", "commission_negative_cancel"), 0.004, 2, 16),
        FollowUp(("seller_revenue_negative_cancel", "commission_positive_cancel"), 0.004, 3, 16),
        FollowUp(("delivery_fee",), 0.02, 6, 0),
        FollowUp(("delivery_fee", "delivery_fee_cancel"), 0.005, 6, 3),
        FollowUp(("pay_by_link",), 0.01, 100, 1),
    ),
}


def sales_of(package: SoldPackage, sale_rows: str) -> Iterator[Sale]:
    """The sales of a package, one a unit or one a line by the decision ``sale-rows``.

    Source: a quantity of N is N rows of one unit's amounts, seen on live accounts, C.
    """
    for line in package.lines:
        yield from _sales_of_line(package, line, line.prices, sale_rows)


def platform_discounts_of(package: SoldPackage, sale_rows: str) -> Iterator[Sale]:
    """What the marketplace paid of the prices of a package, cut as its sales are.

    Source: discounts that Trendyol pays are rows of their own and repaid at the end of the month, D.
    """
    for line in package.lines:
        if line.platform_discounts:
            parts = _sales_of_line(package, line, line.platform_discounts, sale_rows)
            yield from (part for part in parts if part.amount_e4)


def _sales_of_line(
    package: SoldPackage, line: SoldLine, prices: tuple[tuple[int, int], ...], sale_rows: str
) -> Iterator[Sale]:
    by_line = sale_rows == "line" or sum(units for units, _ in prices) > MOST_UNIT_ROWS
    rows = ((1, sum(units * price for units, price in prices)),) if by_line else prices
    for times, amount_e4 in rows:
        yield from repeat(_sale(package, line, amount_e4), times)


def _sale(package: SoldPackage, line: SoldLine, amount_e4: int) -> Sale:
    return Sale(
        order_number=package.order_number,
        package_id=package.package_id,
        receipt_id=package.receipt_id,
        ordered_ms=package.ordered_ms,
        barcode=line.barcode,
        amount_e4=amount_e4,
        rate_e2=line.rate_e2,
        period=PERIODS[package.package_id % len(PERIODS)],
    )


def book_sale(world: World, package: SoldPackage) -> list[Entry]:
    """Write the sales of a package that is delivered now."""
    account = account_of(world, Listing(package.seller_id, package.storefront))
    rows = delivery_rows(account, package, world.decisions["sale-rows"], world.clock.now_ms())
    add_entries(world, rows)
    return rows


def book_past_sales(world: World, sales: Iterable[tuple[int, SoldPackage]]) -> None:
    """Write the sales of packages of one listing that were delivered at moments of a past, in their order.

    Their rows have no documented JSON yet: most of them change once more, when past weeks are paid.
    """
    rows: list[Entry] = []
    account: Account | None = None
    for at_ms, package in sales:
        if account is None:
            account = account_of(world, Listing(package.seller_id, package.storefront))
        rows += delivery_rows(account, package, world.decisions["sale-rows"], at_ms)
    add_blank_entries(world, rows)


def expect_follow_ups(world: World, package: SoldPackage) -> None:
    """Put on the calendar what will come of the sales of a package that is delivered now."""
    listing = Listing(package.seller_id, package.storefront)
    for at_ms, sale, kind in _follow_ups(world, package, world.clock.now_ms()):
        schedule_follow_up(world, listing, sale, kind, at_ms)


def book_past_follow_ups(world: World, sales: Iterable[tuple[int, SoldPackage]]) -> None:
    """Write what has come of sales of one listing by now, in the order of time; the rest waits.

    One row of the calendar each would say the same, and take as long as all the sales.
    """
    past: list[tuple[int, Sale, FollowUp]] = []
    listing: Listing | None = None
    for sold_ms, package in sales:
        listing = Listing(package.seller_id, package.storefront)
        for at_ms, sale, kind in _follow_ups(world, package, sold_ms):
            if at_ms > world.anchor_ms:
                schedule_follow_up(world, listing, sale, kind, at_ms)
            else:
                past.append((at_ms, sale, kind))
    if listing is None:
        return
    account = account_of(world, listing)
    past.sort(key=itemgetter(0))
    add_blank_entries(
        world, (row for at_ms, sale, kind in past for row in follow_up_rows(account, sale, kind, at_ms))
    )


def _follow_ups(world: World, package: SoldPackage, sold_ms: int) -> Iterator[tuple[int, Sale, FollowUp]]:
    """What comes of the sales of a package that is delivered at a moment, and when."""
    edition = edition_of(world, Listing(package.seller_id, package.storefront))
    rng = chance(world.seed, "follow-ups", package.package_id)
    for sale in sales_of(package, world.decisions["sale-rows"]):
        for kind in draw_follow_ups(edition, rng):
            yield follow_up_moment(kind, sold_ms, rng), sale, kind


def draw_follow_ups(edition: Edition, rng: Random) -> list[FollowUp]:
    """What comes of one sale, each kind in its share."""
    draw = rng.random
    return [kind for kind in FOLLOW_UPS[edition] if draw() < kind.share]


def follow_up_moment(kind: FollowUp, sold_ms: int, rng: Random) -> int:
    """When a follow-up of a sale is booked."""
    return sold_ms + kind.days * DAY_MS + between(rng, 1, 20) * HOUR_MS


def delivery_rows(account: Account, package: SoldPackage, sale_rows_by: str, at_ms: int) -> list[Entry]:
    """The rows of a package that is delivered at a moment: its sales, and what Trendyol paid of them."""
    rows = sale_rows(account, sales_of(package, sale_rows_by), at_ms)
    discounts = platform_discounts_of(package, sale_rows_by)
    return [*rows, *(settlement(account, each, "ty_discount", 100, at_ms) for each in discounts)]


def sale_rows(account: Account, sales: Iterable[Sale], at_ms: int) -> list[Entry]:
    """The rows of the sales of a package that is delivered at a moment."""
    return [settlement(account, sale, "sale", 100, at_ms) for sale in sales]


def follow_up_rows(account: Account, sale: Sale, kind: FollowUp, at_ms: int) -> list[Entry]:
    """The rows of what comes of a sale at a moment."""
    return [settlement(account, sale, name, kind.percent, at_ms) for name in kind.types]


def settlement(account: Account, sale: Sale, name: str, percent: int, at_ms: int) -> Entry:
    """The row of a type on a part of a sale; a part of whole kuruş is whole kuruş again."""
    smallest = 1 if sale.amount_e4 % 100 else 100
    amount_e4 = sale.amount_e4 * percent // (100 * smallest) * smallest
    return entry(account, TYPES[name], settlement_amounts(TYPES[name], amount_e4, sale.rate_e2), at_ms, sale)


def schedule_follow_up(world: World, listing: Listing, sale: Sale, kind: FollowUp, at_ms: int) -> None:
    """Put what is to come of a sale on the calendar."""
    payload = {
        "seller": listing.seller_id,
        "storefront": listing.storefront,
        "sale": sale._asdict(),
        "types": kind.types,
        "percent": kind.percent,
    }
    world.schedule(at_ms, FOLLOW_UP, payload)


def follow_up_due(world: World, at_ms: int, payload: Mapping[str, Any]) -> None:
    """Book a follow-up whose moment has come, if its sale has come about; its rate may have changed since."""
    expected, listing = Sale(**payload["sale"]), Listing(payload["seller"], payload["storefront"])
    for sale in sales_of_order(world, listing, expected.order_number):
        if sale._replace(rate_e2=expected.rate_e2) == expected:
            kind = FollowUp(tuple(payload["types"]), 1.0, payload["percent"], 0)
            add_entries(world, follow_up_rows(account_of(world, listing), sale, kind, at_ms))
            return


def sales_by(world: World, listing: Listing, until_ms: int) -> list[Sale]:
    """The sales of an account up to a moment, in the order of writing."""
    sql = (
        f"SELECT {SALE_COLUMNS} FROM ledger_entry WHERE seller_id = ? AND storefront = ?"
        " AND ledger = 'settlement' AND type = 'sale' AND transaction_at_ms <= ? ORDER BY entry_no"
    )
    return [Sale(*row) for row in world.store.rows(sql, (*listing, until_ms)) if None not in row]


def sales_of_order(world: World, listing: Listing, order_number: str) -> list[Sale]:
    """The sales of one order in an account, in the order of writing."""
    sql = (
        f"SELECT {SALE_COLUMNS}, seller_id, storefront FROM ledger_entry"
        " WHERE order_number = ? AND type = 'sale' ORDER BY entry_no"
    )
    rows = [row for row in world.store.rows(sql, (order_number,)) if row[-2:] == listing]
    return [Sale(*row[:-2]) for row in rows if None not in row]
