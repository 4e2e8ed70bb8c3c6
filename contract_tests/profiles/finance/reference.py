"""The current account: settlements and other financials in windows of 15 days, every documented type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from contract_tests.clients.account import Account
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.paging import gather, read_at_rest
from contract_tests.clients.patience import Limit, endpoint
from contract_tests.clients.protocol import Page, Row

DAY_MS = 86_400_000
WINDOW_MS = 15 * DAY_MS
SPAN_MS = 75 * DAY_MS
SIZE = 1000

# docs/1-servis-limitleri, D: 100 requests a minute to all finance services together; ten are left unused.
TOGETHER = Limit("finance", requests=90, per_s=60.0)

INTERNATIONAL = {
    "settlements": ("Sale", "Return"),
    # CommissionInvocie is how the vendor spells it.
    "otherfinancials": ("PaymentOrder", "DeductionInvoices", "CreditNote", "CommissionInvocie"),
}
TURKISH = {
    "settlements": (
        "Sale", "Return", "Discount", "DiscountCancel", "Coupon", "CouponCancel",
        "ProvisionPositive", "ProvisionNegative", "ManualRefund", "ManualRefundCancel",
        "TyDiscount", "TyDiscountCancel", "TyCoupon", "TyCouponCancel",
        "SellerRevenuePositive", "SellerRevenueNegative", "CommissionPositive", "CommissionNegative",
        "SellerRevenuePositiveCancel", "SellerRevenueNegativeCancel",
        "CommissionPositiveCancel", "CommissionNegativeCancel",
        "DeliveryFee", "DeliveryFeeCancel", "PayByLink",
    ),
    "otherfinancials": (
        "CashAdvance", "WireTransfer", "IncomingTransfer", "ReturnInvoice", "CommissionAgreementInvoice",
        "PaymentOrder", "DeductionInvoices", "FinancialItem", "Stoppage",
    ),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time in epoch milliseconds, both ends included."""

    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one list for one window: which list, which types, when."""

    kind: str
    types: dict[str, str]
    window: Window


ReadWindow = Callable[[Marketplace, Question], list[Row]]
Windows = Callable[[int, int], Iterator[Window]]
Questions = Callable[[Account, LocalCopy, Windows], Iterator[Question]]


def windows(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of exactly 15 days that share their edges, so that no instant falls between two.

    Source: v3.0/docs/9-accounting-and-finance-integration, D: the interval cannot be longer than 15 days.
    """
    while from_ms < to_ms:
        yield Window(from_ms, min(from_ms + WINDOW_MS, to_ms))
        from_ms += WINDOW_MS


def questions(account: Account, _held: LocalCopy, windows: Windows) -> Iterator[Question]:
    """Every list, type and window of the last 75 days; the Turkish edition takes all types in one request.

    All of it in each run, whatever is held: payment orders are filled in later, and corrections come late.
    """
    for kind, types in (INTERNATIONAL if account.international else TURKISH).items():
        asked = [{"transactionType": name} for name in types]
        for window in windows(account.now_ms - SPAN_MS, account.now_ms):
            for one in asked if account.international else [{"transactionTypes": ",".join(types)}]:
                yield Question(kind, one, window)


def read_window(api: Marketplace, question: Question) -> list[Row]:
    """Every row of one window, once.

    What is booked stays booked, a correction is a new row: no row can leave, so the total tells of any move.
    """
    return read_at_rest(lambda: gather(window_pages(api, question), "id"))


def window_pages(api: Marketplace, question: Question) -> Iterator[Page]:
    """The pages of one window, by number."""
    number = 0
    while True:
        page = request_page(api, question, number)
        yield page
        number += 1
        if number * SIZE >= page.total:
            return


def request_page(api: Marketplace, question: Question, number: int) -> Page:
    """One page of settlements or other financials."""
    path = f"/finance/che/sellers/{api.account.seller_id}/{question.kind}"
    dates = {"startDate": question.window.from_ms, "endDate": question.window.to_ms}
    where = question.types | dates | {"page": number, "size": SIZE}
    return api.page((endpoint(question.kind), TOGETHER), path, where)


def save_entries(held: LocalCopy, kind: str, rows: list[Row]) -> None:
    """Add what the account shows; rows read before take their newer form, with their payment order."""
    held.merge(kind, "id", rows)
