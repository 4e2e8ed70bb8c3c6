"""What each type of row has to come to, worked out anew from packages, claims and other rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple

from contract_tests.tests.provider.support.account_book import Book, amount_of, percent_of
from contract_tests.tests.provider.support.worlds import DAY_MS
from emulator.world.money.ledger import Entry
from emulator.world.orders.model import Status

HOUR_MS = 3_600_000
WEEK_MS = 7 * DAY_MS
# By when a package leaves, after its order.
AGREED_HOURS = 37
SALES, RETURNS = ("sale", "pay_by_link"), ("return",)


class Cause(NamedTuple):
    """Where the rows of a type come from, in words, and the amounts that one of them may have."""

    words: str
    amounts: Callable[[Book, Entry], Collection[int]]


def _of_delivery(amount: Callable[[Book, Entry], int], book: Book, row: Entry) -> list[int]:
    """Something of a unit whose package was delivered when the row was booked."""
    assert row.shipment_package_id is not None
    package = book.packages[row.shipment_package_id]
    line, _, _ = book.unit(row)
    assert ("delivered", row.transaction_at_ms) in package.history
    assert (row.barcode, row.commission_rate_e2) == (line.barcode, line.commission_e2)
    return [amount(book, row)]


def _sale(book: Book, row: Entry) -> int:
    assert row.shipment_package_id is not None
    package, (_, _, units) = book.packages[row.shipment_package_id], book.unit(row)
    assert package.order.pays_by_link == (row.type == "pay_by_link")
    return units.gross_e4 - (0 if row.storefront == "TR" else units.seller_discount_e4)


def _seller_discount(book: Book, row: Entry) -> int:
    assert row.shipment_package_id is not None
    assert book.packages[row.shipment_package_id].order.has_seller_coupon == (row.type == "coupon")
    return book.unit(row)[2].seller_discount_e4


def _platform_discount(book: Book, row: Entry) -> int:
    assert row.shipment_package_id is not None
    order = book.packages[row.shipment_package_id].order
    assert order.customer.company
    assert order.has_platform_coupon == (row.type == "ty_coupon")
    return book.unit(row)[2].platform_discount_e4


def _delivery_fee(book: Book, row: Entry) -> int:
    assert row.shipment_package_id is not None
    package = book.packages[row.shipment_package_id]
    assert package.dispatch.by_seller
    return package.order.shipping_fee_e4


def _part_of_sale(percent: int, book: Book, row: Entry) -> list[int]:
    """So many hundredths of the sale of a unit, in whole kuruş, cut off."""
    return [amount_of(_sale_of(book, row)) * percent // 10_000 * 100]


def _sale_of(book: Book, row: Entry) -> Entry:
    (sale,) = (each for each in book.by_unit[row.shipment_package_id, row.unit_no] if each.type in SALES)
    assert sale.transaction_at_ms <= row.transaction_at_ms
    return sale


def _of_return(givers: Collection[str], book: Book, row: Entry) -> list[int]:
    """What was booked of a unit that came back, whose claim was accepted when the row was booked."""
    line, place, _ = book.unit(row)
    assert row.shipment_package_id is not None
    if row.type != "delivery_fee_cancel":
        accepted_ms = book.acceptances[row.shipment_package_id, line.id, place]
        assert accepted_ms == row.transaction_at_ms
    return _what_it_gave(givers, book, row)


def _what_it_gave(givers: Collection[str], book: Book, row: Entry) -> list[int]:
    """What a row of another type gave to the same unit before."""
    return [
        amount_of(each)
        for each in book.by_unit[row.shipment_package_id, row.unit_no]
        if each.type in givers and each.transaction_at_ms < row.transaction_at_ms
    ]


def _of_weight(percent: int, other: str, book: Book, row: Entry) -> list[int]:
    """A part of the sale, or what undoes such a part once the unit has come back."""
    return [*_part_of_sale(percent, book, row), *_what_it_gave((other,), book, row)]


def _of_settlements(
    types: Collection[str],
    percent: int,
    book: Book,
    row: Entry,
    *,
    takes: Collection[str] = (),
    amount: Callable[[Entry], int] = amount_of,
) -> list[int]:
    """A part of settlements since the row before, less those that take back."""
    left_e4 = book.total(types, row, amount) - book.total(takes, row, amount)
    return [percent_of(left_e4, percent)]


def _commission(row: Entry) -> int:
    return row.commission_e4 or 0


def _of_fines(status: Status, percent: int, book: Book, row: Entry) -> list[int]:
    """A part of the price of packages that came to a status since the row before; shipped ones, late."""
    after_ms = book.before(row)
    total_e4 = 0
    for package in book.packages.values():
        hours = AGREED_HOURS + 24 * package.dispatch.extra_days
        for each, at_ms in package.history:
            is_late = status != "shipped" or at_ms > package.order.placed_ms + hours * HOUR_MS
            if each == status and is_late and after_ms < at_ms <= row.transaction_at_ms:
                total_e4 += percent_of(package.total_e4, percent)
    return [total_e4]


def _cargo(book: Book, row: Entry) -> list[int]:
    """The fees of parcels that customers got or that claims brought back, each on no other invoice."""
    outbound = {
        package.cargo_number: package.order.order_number
        for package in book.packages.values()
        if any(status == "delivered" and at_ms <= row.transaction_at_ms for status, at_ms in package.history)
    }
    back = {
        claim.parcel.cargo_number: claim.order_number
        for claim in book.claims
        if any(item.waiting_ms and item.waiting_ms <= row.transaction_at_ms for item in claim.items)
    }
    all_charges = [charge for charges in book.charges.values() for charge in charges]
    for charge in book.charges[row.id]:
        order_numbers = outbound if charge.direction == "outbound" else back
        assert order_numbers[charge.parcel_id] == charge.order_number
        assert [each.parcel_id for each in all_charges].count(charge.parcel_id) == 1
        assert charge.amount_e4 == (950 + 500 * charge.desi) * 100
    return [sum(charge.amount_e4 for charge in book.charges[row.id])]


def _objection(book: Book, row: Entry) -> list[int]:
    """What one of the parcels was charged since the row before."""
    after_ms = book.before(row)
    return [
        charge.amount_e4
        for each in book.rows
        if each.sub_type == "cargo" and after_ms < each.transaction_at_ms <= row.transaction_at_ms
        for charge in book.charges[each.id]
    ]


def _advance(book: Book, row: Entry) -> list[int]:
    """A quarter of the revenue that falls due by the next Wednesday, when the advance does, too."""
    assert _is_payout_time(row.due_at_ms)
    assert row.transaction_at_ms < row.due_at_ms <= row.transaction_at_ms + WEEK_MS
    coming_e4 = sum(
        each.net_e4
        for each in book.rows
        if each.ledger == "settlement"
        and each.transaction_at_ms <= row.transaction_at_ms < each.due_at_ms <= row.due_at_ms
    )
    return [percent_of(coming_e4, 25)]


def _is_payout_time(at_ms: int) -> bool:
    moment = datetime.fromtimestamp(at_ms / 1000, UTC)
    return (moment.weekday(), moment.hour, moment.minute) == (2, 7, 0)


def _wire(book: Book, row: Entry) -> list[int]:
    return [percent_of(book.unpaid(row.transaction_at_ms, row), 25)]


def _debt(book: Book, row: Entry) -> list[int]:
    """What was owed on the last Wednesday at ten, Istanbul's time, and was not paid since."""
    hour_ms = row.transaction_at_ms // HOUR_MS * HOUR_MS
    wednesday_ms = next(ms for ms in range(hour_ms, hour_ms - WEEK_MS, -HOUR_MS) if _is_payout_time(ms))
    return [-percent_of(book.unpaid(wednesday_ms, row), 100)]


def _payout(book: Book, row: Entry) -> list[int]:
    assert _is_payout_time(row.transaction_at_ms)
    paid_rows = (
        each for each in book.rows if each.payment_order_id == row.payment_order_id and each is not row
    )
    return [percent_of(sum(each.net_e4 for each in paid_rows), 100)]


PLATFORM = ("ty_discount", "ty_coupon")
COMMISSION_OF_SALES = partial(_of_settlements, SALES, 100, amount=_commission)
COMMISSION_OF_RETURNS = partial(_of_settlements, RETURNS, 100, amount=_commission)
CORRECTIONS = (
    "seller_revenue_positive", "commission_negative", "seller_revenue_negative", "commission_positive",
)  # fmt: skip
# By the sub type of a row, or its type where it has none.
CAUSES: Mapping[str, Cause] = {
    "sale": Cause("a delivered unit", partial(_of_delivery, _sale)),
    "pay_by_link": Cause("a delivered unit, paid by a link", partial(_of_delivery, _sale)),
    "discount": Cause("the seller's discount on a delivered unit", partial(_of_delivery, _seller_discount)),
    "coupon": Cause("the seller's coupon on a delivered unit", partial(_of_delivery, _seller_discount)),
    "ty_discount": Cause("Trendyol's discount for a company", partial(_of_delivery, _platform_discount)),
    "ty_coupon": Cause("Trendyol's coupon for a company", partial(_of_delivery, _platform_discount)),
    "delivery_fee": Cause("a package that its seller brought", partial(_of_delivery, _delivery_fee)),
    "return": Cause("an accepted claim item", partial(_of_return, SALES)),
    "discount_cancel": Cause("an accepted claim item", partial(_of_return, ("discount",))),
    "coupon_cancel": Cause("an accepted claim item", partial(_of_return, ("coupon",))),
    "manual_refund_cancel": Cause("an accepted claim item", partial(_of_return, ("manual_refund",))),
    "ty_discount_cancel": Cause("an accepted claim item", partial(_of_return, ("ty_discount",))),
    "ty_coupon_cancel": Cause("an accepted claim item", partial(_of_return, ("ty_coupon",))),
    "delivery_fee_cancel": Cause("the last claim item of a package", partial(_of_return, ("delivery_fee",))),
    "manual_refund": Cause("a part of the price paid back", partial(_part_of_sale, 20)),
    "provision_positive": Cause("a heavier parcel", partial(_of_weight, 3, "provision_negative")),
    "provision_negative": Cause("a lighter parcel", partial(_of_weight, 4, "provision_positive")),
    "seller_revenue_positive": Cause("a lower commission", partial(_part_of_sale, 2)),
    "commission_negative": Cause("a lower commission", partial(_part_of_sale, 2)),
    "seller_revenue_negative": Cause("a higher commission", partial(_part_of_sale, 3)),
    "commission_positive": Cause("a higher commission", partial(_part_of_sale, 3)),
    **{
        f"{name}_cancel": Cause("a correction taken back", partial(_what_it_gave, (name,)))
        for name in CORRECTIONS
    },
    "payment_order": Cause("what was due on a Wednesday", _payout),
    "stoppage": Cause("sales since the row before", partial(_of_settlements, SALES, 1)),
    "stoppage_cancel": Cause("returns since the row before", partial(_of_settlements, RETURNS, 1)),
    "return_invoice": Cause(
        "what Trendyol paid of companies' prices since the row before",
        partial(_of_settlements, PLATFORM, 100, takes=[f"{name}_cancel" for name in PLATFORM]),
    ),
    "commission_invoice": Cause(
        "commission of sales", partial(_of_settlements, SALES, 100, amount=_commission)
    ),
    "commission": Cause("commission of sales", COMMISSION_OF_SALES),
    "credit_note": Cause("commission of returns", COMMISSION_OF_RETURNS),
    "commission_agreement_invoice": Cause("commission of returns", COMMISSION_OF_RETURNS),
    "platform_service_fee": Cause("sales since the row before", partial(_of_settlements, SALES, 1)),
    "financial_item": Cause("the service fee on returns", partial(_of_settlements, RETURNS, 1)),
    "international_service": Cause("sales since the row before", partial(_of_settlements, SALES, 1)),
    "advertising": Cause("a budget, a part of sales", partial(_of_settlements, SALES, 2)),
    "cargo": Cause("parcels", _cargo),
    "cargo_objection_refund": Cause("a parcel on a cargo invoice", _objection),
    "late_dispatch": Cause("packages that left late", partial(_of_fines, "shipped", 2)),
    "unsupplied": Cause("packages that were given up", partial(_of_fines, "unsupplied", 5)),
    "cash_advance": Cause("what the next payment order pays", _advance),
    "wire_transfer": Cause("what is due and not paid", _wire),
    "incoming_transfer": Cause("what a Wednesday left owing", _debt),
}
