"""Broken partners of the gateway that read its offers before they order."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from contract_tests.clients.client import Client
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Passing
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase.offers import SIZE, count_offers_on, reads_offers_first
from contract_tests.profiles.variants import Broken

PROFILE = "b2b-purchase"
HUNDRED, MOST_PAGES = 100, 200


def a_hundred(gateway: Service, buyer: str) -> None:
    """Offers, a hundred at a time."""
    count_offers_on(gateway, buyer, 1, HUNDRED)


def first_page(gateway: Service, buyer: str) -> None:
    """The first page of offers."""
    count_offers_on(gateway, buyer, 1)


def pages_that_come(gateway: Service, buyer: str) -> None:
    """The pages that are not refused, until one is not full."""
    for number in range(1, MOST_PAGES + 1):
        with suppress(Passing):
            if count_offers_on(gateway, buyer, number) < SIZE:
                return


def reads(
    name: str, description: str, field_note: str, judge: str, client: Client, needs: str = ""
) -> Broken:
    """A partner that reads offers wrong, in the edition that has them."""
    return Broken(name, PROFILE, description, field_note, (judge,), client, edition="tr", needs=needs)


OFFER_CLIENTS = (
    reads("a_hundred_offers", "asks for a hundred offers at a time", "page size above the maximum: 3 of 26",
          "at_most", reads_offers_first(a_hundred)),
    reads("first_page_of_offers", "takes the first page of offers for all of them",
          "only the first page read: 3 of 26", "reads_until_short_page", reads_offers_first(first_page),
          "more than 20 offers"),
    reads("skips_a_page_of_offers", "skips a page of offers that was refused, and exits 0",
          "429 on one page silently dropped, exit 0: several", "refused_read_repeated",
          replace(reads_offers_first(pages_that_come), patience=NO_PATIENCE), "a refused page of offers"),
)  # fmt: skip
