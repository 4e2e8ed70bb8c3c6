"""The current account: settlements and other financials in windows of 15 days, every documented type."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from contract_tests.clients.account import Account
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, read_marketplace
from contract_tests.clients.paging import gather, read_at_rest
from contract_tests.clients.patience import Limit, endpoint
from contract_tests.clients.protocol import Page, Row
from contract_tests.clients.windows import Window, Windows

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
ENTRY_FIELDS = (
    "id", "transactionType", "transactionDate", "orderNumber", "barcode", "debt", "credit",
    "commissionAmount", "sellerRevenue", "paymentOrderId", "paymentDate",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one list for one window: which list, which types, when."""

    kind: str
    types: dict[str, str]
    window: Window


ReadWindow = Callable[[Marketplace, Question], list[Row]]
Questions = Callable[[Account, LocalCopy, Windows], Iterator[Question]]


def windows(from_ms: int, to_ms: int) -> Iterator[Window]:
    """Windows of exactly 15 days that share their edges, so that no instant falls between two.

    Source: v3.0/docs/9-accounting-and-finance-integration, D: the interval cannot be longer than 15 days.
    """
    while from_ms < to_ms:
        yield Window(from_ms, min(from_ms + WINDOW_MS, to_ms))
        from_ms += WINDOW_MS


def questions(account: Account, _copy: LocalCopy, windows: Windows) -> Iterator[Question]:
    """Every list, type and window of the last 75 days; the Turkish edition takes all types in one request.

    All of it in each run, whatever the copy has: payment orders are filled in later, corrections come late.
    """
    for kind, types in (INTERNATIONAL if account.international else TURKISH).items():
        one_by_one = [{"transactionType": name} for name in types]
        queries = one_by_one if account.international else [{"transactionTypes": ",".join(types)}]
        for window in windows(account.now_ms - SPAN_MS, account.now_ms):
            yield from (Question(kind, query, window) for query in queries)


def read_window(market: Marketplace, question: Question) -> list[Row]:
    """Every row of one window, once.

    What is booked stays booked, a correction is a new row: no row can leave, so the total tells of any move.
    """
    return read_at_rest(lambda: gather(window_pages(market, question), "id"))


def window_pages(market: Marketplace, question: Question) -> Iterator[Page]:
    """The pages of one window, by number."""
    number = 0
    while True:
        page = request_page(market, question, number)
        yield page
        number += 1
        if number * SIZE >= page.total:
            return


def request_page(market: Marketplace, question: Question, number: int) -> Page:
    """One page of settlements or other financials."""
    path = f"/finance/che/sellers/{market.account.seller_id}/{question.kind}"
    query = question.types | question.window.query | {"page": number, "size": SIZE}
    return market.page((endpoint(question.kind), TOGETHER), path, query)


def save_entries(copy: LocalCopy, kind: str, rows: list[Row]) -> None:
    """Add what the account shows; rows read before take their newer form, with their payment order."""
    copy.merge(kind, "id", rows)


def settlement_rows(copy: LocalCopy) -> Iterator[Row]:
    """One row a transaction of the settlements list."""
    return _entry_rows(copy, "settlements")


def other_financial_rows(copy: LocalCopy) -> Iterator[Row]:
    """One row a transaction of the other list."""
    return _entry_rows(copy, "otherfinancials")


def _entry_rows(copy: LocalCopy, kind: str) -> Iterator[Row]:
    for row in rows_of_the_span(copy, kind):
        yield {name: row.get(name) for name in ENTRY_FIELDS}


def rows_of_the_span(copy: LocalCopy, kind: str) -> Iterator[Row]:
    """The rows of the days that the last run looked back on; older ones are not shown."""
    (span,) = copy.rows("span") or [{"from_ms": 0}]
    from_ms = span["from_ms"]
    return (row for row in copy.rows(kind) if row.get("transactionDate", from_ms) >= from_ms)


def total_rows(copy: LocalCopy) -> Iterator[Row]:
    """What the settlements of each payment order add up to; paymentOrderId null is what is not yet paid.

    A sale earns its revenue, a return takes it back. The payout row is their payment, never part of the sum.
    Discounts and coupons are what they take less what their cancels give back; of a pair of corrections only
    the half that moves the revenue has any; what stands beside the orders is credit less debt.
    """
    return totals_of(copy, PARTS)


def totals_of(copy: LocalCopy, parts: Mapping[str, Part]) -> Iterator[Row]:
    """Totals whose parts add up an amount of each row that they are about."""
    sums: dict[int | None, dict[str, Decimal]] = {}
    for kind in ("settlements", "otherfinancials"):
        for row in rows_of_the_span(copy, kind):
            order = row.get("paymentOrderId")
            if kind == "settlements":
                sums.setdefault(order, dict.fromkeys(parts, Decimal()))
            for name, part in parts.items():
                if part.kind == kind and order in sums and part.holds(str(row.get("transactionType") or "")):
                    sums[order][name] += part.amount_of(row)
    for order, amounts in sums.items():
        yield {"paymentOrderId": order, **amounts}


def earned_amount(row: Row) -> Decimal:
    """What a row adds to the revenue: a sale gives, a return takes."""
    revenue = Decimal(row.get("sellerRevenue") or 0)
    return revenue if Decimal(row.get("credit") or 0) else -revenue


def charged_amount(row: Row) -> Decimal:
    """What a row takes."""
    return Decimal(row.get("debt") or 0) - Decimal(row.get("credit") or 0)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a total: the list and the labels of the rows it is about, and what each adds to it."""

    kind: str
    holds: Callable[[str], bool]
    amount_of: Callable[[Row], Decimal]


def is_payout(label: str) -> bool:
    """Whether a row calls itself a payout, in whatever letters: live labels lose their Turkish ones."""
    letters = unicodedata.normalize("NFKD", label)
    return "".join(each for each in letters if not unicodedata.combining(each)).upper() == PAYOUT_LABEL


DISCOUNT_LABELS = frozenset({"İndirim", "İndirim İptal", "Kupon", "Kupon İptal"})
PAYOUT_LABEL = "ODEME"
PARTS: Mapping[str, Part] = {
    "net": Part("settlements", lambda _: True, earned_amount),
    "discounts": Part("settlements", lambda label: label in DISCOUNT_LABELS, charged_amount),
    "corrections": Part("settlements", lambda label: "Düzeltme" in label, earned_amount),
    "other": Part("otherfinancials", lambda label: not is_payout(label), lambda row: -charged_amount(row)),
}


@dataclass(frozen=True, slots=True)
class Steps:
    """What a client of the account may do its own way."""

    questions: Questions = questions
    """Says which lists, types and windows are asked for."""

    windows: Windows = windows
    """Cuts a span of time into windows."""

    read_window: ReadWindow = read_window
    """Reads every row of a window."""

    save_entries: Callable[[LocalCopy, str, list[Row]], None] = save_entries
    """Adds rows of a list to the copy."""


STEPS = Steps()


def client(steps: Steps = STEPS) -> Client:
    """Make a client that reads every list, type and window of the span, then saves what came."""

    def sync(context: SyncContext) -> None:
        def read(market: Marketplace) -> None:
            rows: defaultdict[str, list[Row]] = defaultdict(list)
            for question in steps.questions(market.account, context.copy, steps.windows):
                rows[question.kind] += steps.read_window(market, question)
            for kind, entries in rows.items():
                steps.save_entries(context.copy, kind, entries)
            from_ms = market.account.now_ms - SPAN_MS
            context.copy.replace("span", "name", [{"name": "last run", "from_ms": from_ms}])

        read_marketplace(context, read)

    return Client(sync, EXPORTS)


EXPORTS = {"settlements": settlement_rows, "otherfinancials": other_financial_rows, "totals": total_rows}
REFERENCE = client()
