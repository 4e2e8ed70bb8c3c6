"""What hangs on the account, as a client may read it too: payment orders, parcels of cargo invoices."""

from __future__ import annotations

from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.patience import endpoint
from contract_tests.clients.protocol import Page
from contract_tests.profiles.finance.reference import TOGETHER

# The rows of other financials whose id is the serial of a cargo invoice.
CARGO_LABEL = "Kargo Fatura"
MOST_PAYMENT_ORDERS, MOST_PARCELS = 10, 500


def request_list(market: Marketplace, name: str, **query: int) -> Page:
    """One page of a list beside the two of the account."""
    path = f"/finance/che/sellers/{market.account.seller_id}/{name}"
    return market.page((endpoint(name.partition("/")[0]), TOGETHER), path, query)


def cargo_lists(copy: LocalCopy) -> list[str]:
    """The list of parcels of each cargo invoice in the copy."""
    rows = copy.rows("otherfinancials")
    return [f"cargo-invoice/{row['id']}/items" for row in rows if CARGO_LABEL in row["transactionType"]]


def read_whole_list(market: Marketplace, name: str, size: int) -> None:
    """Every page of a list, the first of them page 0."""
    number, total = 0, 1
    while number * size < total:
        total = request_list(market, name, page=number, size=size).total
        number += 1


def read_lists_beside(market: Marketplace, copy: LocalCopy) -> None:
    """The payment orders where the edition has them, and the parcels of every cargo invoice."""
    if not market.account.international:
        read_whole_list(market, "payment-order", MOST_PAYMENT_ORDERS)
    for name in cargo_lists(copy):
        read_whole_list(market, name, MOST_PARCELS)
