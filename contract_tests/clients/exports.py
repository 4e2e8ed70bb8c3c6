"""What the client shows of its copy: one row a key, in the words a shop would compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.protocol import Row
from contract_tests.profiles.b2b_purchase.saved_orders import order_rows

ENTRY_FIELDS = (
    "id", "transactionType", "transactionDate", "orderNumber", "barcode", "debt", "credit",
    "commissionAmount", "sellerRevenue", "paymentOrderId", "paymentDate",
)  # fmt: skip


Export = Callable[[LocalCopy], Iterator[Row]]


def export(
    held: LocalCopy, kind: str, profile: str, exports: Mapping[str, Mapping[str, Export]]
) -> list[Row]:
    """The rows of one kind, as the profile understands it; none of a kind this client does not know.

    Units: money as decimal strings.
    """
    known = exports[profile]
    return [_plain(row) for row in known[kind](held)] if kind in known else []


def _plain(row: Row) -> Row:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in row.items()}


def products(held: LocalCopy) -> Iterator[Row]:
    """One row a barcode."""
    for content in held.rows("products"):
        for variant in content["variants"]:
            yield {
                "barcode": variant["barcode"],
                "contentId": content["contentId"],
                "productMainId": content["productMainId"],
                "stockCode": variant["stockCode"],
                "quantity": variant["stock"]["quantity"],
                "salePrice": variant["price"]["salePrice"],
                "listPrice": variant["price"]["listPrice"],
                "title": content["title"],
                "archived": variant["archived"],
            }


def settlements(held: LocalCopy) -> Iterator[Row]:
    """One row a transaction of the settlements list."""
    return _entries(held, "settlements")


def other_financials(held: LocalCopy) -> Iterator[Row]:
    """One row a transaction of the other list."""
    return _entries(held, "otherfinancials")


def _entries(held: LocalCopy, kind: str) -> Iterator[Row]:
    for row in of_the_span(held, kind):
        yield {name: row.get(name) for name in ENTRY_FIELDS}


def of_the_span(held: LocalCopy, kind: str) -> Iterator[Row]:
    """The rows of the days that the last run looked back on; older ones stay held, and are not shown."""
    (span,) = held.rows("span") or [{"from_ms": 0}]
    from_ms = span["from_ms"]
    return (row for row in held.rows(kind) if row.get("transactionDate", from_ms) >= from_ms)


def totals(held: LocalCopy) -> Iterator[Row]:
    """What the settlements of each payment order add up to; paymentOrderId null is what is not yet paid.

    A sale earns its revenue, a return takes it back. The payout row is their payment, never part of the sum.
    """
    net: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for row in of_the_span(held, "settlements"):
        earned = Decimal(row.get("sellerRevenue") or 0)
        net[row.get("paymentOrderId")] += earned if Decimal(row.get("credit") or 0) else -earned
    for order, amount in net.items():
        yield {"paymentOrderId": order, "net": amount}


def as_served(kind: str) -> Export:
    """The rows of a kind as they came."""
    return lambda held: iter(held.rows(kind))


EXPORTS: Mapping[str, Mapping[str, Export]] = {
    "catalog-pull": {"products": products},
    "finance": {"settlements": settlements, "otherfinancials": other_financials, "totals": totals},
    "b2b-purchase": {"orders": order_rows},
    "pazarsync": {kind: as_served(kind) for kind in ("products", "orders", "stock")},
}
