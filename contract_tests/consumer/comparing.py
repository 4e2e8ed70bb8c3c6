"""Compares the copy of a client with the truth of a world: which sorts of difference there are, by kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

Row = Mapping[str, Any]

# What a client says of a row that it does not take for done.
NOT_CLAIMED = {"unclear", "failed", "pending", "refused"}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of export: the kind of truth, what a row is known by, which fields are compared.

    Shapes: a client shows only ``some`` of it: what it did itself.
    """

    shown: str
    true: str
    keys: tuple[str, ...]
    fields: tuple[str, ...]
    some: bool = False


KINDS: Mapping[str, tuple[Kind, ...]] = {
    "catalog-pull": (
        Kind("products", "products", ("barcode",), (
            "contentId", "productMainId", "stockCode", "quantity", "salePrice", "listPrice", "archived",
            "title",
        )),
    ),
    "finance": (
        Kind("settlements", "settlements", ("id",), (
            "transactionDate", "orderNumber", "debt", "credit", "sellerRevenue", "paymentOrderId",
            "paymentDate",
        )),
        Kind("otherfinancials", "otherfinancials", ("id",),
             ("transactionDate", "debt", "credit", "paymentOrderId")),
        Kind("totals", "totals", ("paymentOrderId",), ("net",)),
    ),
    "b2b-purchase": (Kind("orders", "purchases", ("vendorRef", "barcode"), ("reservedQuantity",)),),
    "pazarsync": (
        Kind("products", "goods", ("id",), ("sku", "name", "price", "status")),
        Kind("orders", "pazarsync-orders", ("id",), ("status", "total_amount")),
        Kind("stock", "stock", ("sku",), ("quantity",), some=True),
    ),
}  # fmt: skip


def truly(row: Row, language: str) -> Row:
    """A row of the truth in the words of an export."""
    title = row.get("titles", {}).get(language, row.get("title"))
    left = row.get("reservedQuantity", 0) - row.get("cancelledQuantity", 0)
    return {**row, "title": title, "reservedQuantity": left}


def differences(kind: Kind, held: Sequence[Row], true: Sequence[Row]) -> Iterator[str]:
    """Name the sorts of difference: duplicate, missing, ghost, wrong."""
    names = [_key(kind, row) for row in held]
    mine = {_key(kind, row): row for row in held if row.get("state") not in NOT_CLAIMED}
    theirs = {_key(kind, row): row for row in true}
    if max(Counter(names).values(), default=0) > 1:
        yield "duplicate"
    if theirs.keys() - set(names) and not kind.some:
        yield "missing"
    if any(key not in theirs and row.get("state") != "cancelled" for key, row in mine.items()):
        yield "ghost"
    both = mine.keys() & theirs.keys()
    if any(_plain(mine[key][name]) != _plain(theirs[key][name]) for key in both for name in kind.fields):
        yield "wrong"


def _key(kind: Kind, row: Row) -> tuple[str, ...]:
    return tuple(str(row.get(name)) for name in kind.keys)


def _plain(value: Any) -> Any:
    try:
        return value if isinstance(value, bool) else Decimal(str(value))
    except InvalidOperation:
        return value
