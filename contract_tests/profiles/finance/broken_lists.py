"""Broken clients of the account that read what hangs on it: payment orders, parcels of cargo invoices."""

from __future__ import annotations

from collections.abc import Callable

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, with_more_reading
from contract_tests.profiles.finance.lists_beside import MOST_PAYMENT_ORDERS, cargo_lists, request_list
from contract_tests.profiles.finance.reference import REFERENCE
from contract_tests.profiles.variants import Broken

PROFILE = "finance"
FIFTY, TWO = 50, 2


def parcels_from_page_one(market: Marketplace, copy: LocalCopy) -> None:
    """The parcels of every cargo invoice, where pages count from 1."""
    for name in cargo_lists(copy):
        request_list(market, name, page=1)


def first_parcels(market: Marketplace, copy: LocalCopy) -> None:
    """Two parcels of every cargo invoice, as if it had no others."""
    for name in cargo_lists(copy):
        request_list(market, name, page=0, size=TWO)


def newest_payment_orders(market: Marketplace, _copy: LocalCopy) -> None:
    """The first page of payment orders."""
    request_list(market, "payment-order", page=0, size=MOST_PAYMENT_ORDERS)


def fifty_payment_orders(market: Marketplace, _copy: LocalCopy) -> None:
    """Payment orders, fifty at a time."""
    request_list(market, "payment-order", page=0, size=FIFTY)


def reads_beside(
    name: str,
    description: str,
    field_note: str,
    judge: str,
    read: Callable[[Marketplace, LocalCopy], None],
    needs: str = "",
    *,
    edition: str = "int",
) -> Broken:
    """A client that reads the account right and another list wrong."""
    changed_client = with_more_reading(REFERENCE, read)
    return Broken(
        name, PROFILE, description, field_note, (judge,), changed_client, edition=edition, needs=needs
    )


LIST_CLIENTS = (
    reads_beside("parcels_from_page_one", "counts the pages of a cargo invoice from 1 and sees no parcel",
                 "starts at page 1: 2 of 26", "starts_at_page_zero", parcels_from_page_one,
                 "a cargo invoice"),
    reads_beside("first_parcels_only", "reads two parcels of a cargo invoice and no further page",
                 "only the first page read: 3 of 26", "reads_every_page", first_parcels,
                 "a cargo invoice of three parcels"),
    reads_beside("newest_payment_orders_only", "reads the first page of payment orders alone",
                 "only the first page read: 3 of 26", "reads_every_page", newest_payment_orders,
                 "more than ten payment orders", edition="tr"),
    reads_beside("fifty_payment_orders", "asks for fifty payment orders at a time",
                 "page size above the maximum: 3 of 26", "at_most", fifty_payment_orders, edition="tr"),
)  # fmt: skip
