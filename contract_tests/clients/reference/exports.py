"""What the client shows of its copy: one row a key, in the words a shop would compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal

from contract_tests.clients.reference.api import Row
from contract_tests.clients.reference.held import Held
from contract_tests.clients.reference.purchases import orders

ENTRY_FIELDS = (
    "id", "transactionType", "transactionDate", "orderNumber", "barcode", "debt", "credit",
    "commissionAmount", "sellerRevenue", "paymentOrderId", "paymentDate",
)  # fmt: skip


def export(held: Held, kind: str, profile: str = "") -> Iterator[Row]:
    """The rows of one kind, as the profile understands it; nothing for a kind this client does not know."""
    known = {**EXPORTS, **OF_PROFILE.get(profile, {})}
    return known[kind](held) if kind in known else iter(())


def products(held: Held) -> Iterator[Row]:
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


def settlements(held: Held) -> Iterator[Row]:
    """One row a transaction of the settlements list."""
    return _entries(held, "settlements")


def other_financials(held: Held) -> Iterator[Row]:
    """One row a transaction of the other list."""
    return _entries(held, "otherfinancials")


def _entries(held: Held, kind: str) -> Iterator[Row]:
    for row in held.rows(kind):
        yield {name: row.get(name) for name in ENTRY_FIELDS}


def totals(held: Held) -> Iterator[Row]:
    """What the settlements of each payment order add up to; paymentOrderId null is what is not yet paid.

    A sale earns its revenue, a return takes it back. The payout row is their payment, never part of the sum.
    """
    net: defaultdict[int | None, Decimal] = defaultdict(Decimal)
    for row in held.rows("settlements"):
        earned = Decimal(row["sellerRevenue"] or 0)
        net[row["paymentOrderId"]] += earned if Decimal(row["credit"]) else -earned
    for order, amount in net.items():
        yield {"paymentOrderId": order, "net": amount}


def as_served(kind: str) -> Callable[[Held], Iterator[Row]]:
    """The rows of a kind as they came."""
    return lambda held: held.rows(kind)


EXPORTS: dict[str, Callable[[Held], Iterator[Row]]] = {
    "products": products,
    "settlements": settlements,
    "otherfinancials": other_financials,
    "totals": totals,
}
OF_PROFILE: dict[str, dict[str, Callable[[Held], Iterator[Row]]]] = {
    "b2b-purchase": {"orders": orders},
    "pazarsync": {kind: as_served(kind) for kind in ("products", "orders", "stock")},
}
