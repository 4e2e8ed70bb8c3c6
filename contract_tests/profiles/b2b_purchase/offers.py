"""The offers of the gateway, as a partner may read them before it orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contract_tests.clients.account import required_variables
from contract_tests.clients.client import Client, SyncContext
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase.reference import REFERENCE

SIZE = 20

ReadOffers = Callable[[Service, str], None]


def count_offers_on(gateway: Service, buyer: str, number: int, size: int = SIZE) -> int:
    """How many offers stand on a page."""
    query: dict[str, Any] = {"buyerCode": buyer, "Page": number, "PageSize": size}
    return gateway.read("/v1_1/offers", query, parse=len)


def read_offers(gateway: Service, buyer: str) -> None:
    """Every page from 1 on, until one is not full."""
    number = 1
    while count_offers_on(gateway, buyer, number) == SIZE:
        number += 1


def reads_offers_first(read: ReadOffers) -> Client:
    """The reference, except that it reads offers before it orders."""

    def sync(context: SyncContext) -> None:
        names = ("B2B_BASE_URL", "B2B_USER", "B2B_PASSWORD")
        base_url, user, password = required_variables(context.environment, *names)
        read(context.service(base_url, (user, password)), user)
        REFERENCE.sync(context)

    return replace(REFERENCE, sync=sync)
