"""Product V1, as a client of the catalogue may read it beside the approved products while it is open."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from contract_tests.clients.client import Client
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace, with_more_reading
from contract_tests.clients.patience import endpoint
from contract_tests.clients.problems import Refused
from contract_tests.clients.protocol import Page
from contract_tests.profiles.catalog_pull.reference import REFERENCE

V1_SIZE = 50
V1_LIMITS = (endpoint("products of V1"),)

ReadV1 = Callable[[Marketplace], None]


def request_v1(market: Marketplace, **query: str | int) -> Page:
    """One page of V1 rows."""
    path = f"/product/sellers/{market.account.seller_id}/products"
    return market.page(V1_LIMITS, path, {"approved": "true", "size": V1_SIZE, **query})


def v1_pages(market: Marketplace, first: int = 0) -> None:
    """Every page from a first one on."""
    total = request_v1(market, page=first).total
    for number in range(first + 1, -(-total // V1_SIZE)):
        request_v1(market, page=number)


def with_v1(read: ReadV1) -> Client:
    """The reference, except that it reads V1 too, and goes on without it where it is closed."""

    def read_unless_closed(market: Marketplace, _copy: LocalCopy) -> None:
        with suppress(Refused):
            read(market)

    return with_more_reading(REFERENCE, read_unless_closed)
