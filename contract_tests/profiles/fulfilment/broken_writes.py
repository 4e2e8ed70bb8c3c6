"""Broken clients of packages: how they write to one, and what they do when that is refused or lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contract_tests.clients.client import Client
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.packages import KEY
from contract_tests.clients.patience import endpoint
from contract_tests.clients.problems import Lost, Refused
from contract_tests.clients.protocol import Row
from contract_tests.profiles.fulfilment.reference import (
    STEPS,
    client,
    put_status,
    status_change,
)
from contract_tests.profiles.variants import Broken

PROFILE = "fulfilment"
NARROW = 2**31
BLIND_REPEATS = 3

PutStatus = Callable[[Marketplace, Row, str], None]


def puts(put: PutStatus) -> Client:
    """The reference, except for how it writes to a package."""
    return client(replace(STEPS, put_status=put))


def put_body(market: Marketplace, number: object, body: Row) -> None:
    """Send a body to the address of a package."""
    market.pace.take([endpoint("updatePackage")], market.service.clock)
    path = f"/integration/order/sellers/{market.account.seller_id}/shipment-packages/{number}"
    market.service.write(path, body, method="PUT")


def by_narrow_number(market: Marketplace, package: Row, status: str) -> None:
    """The package's number as 31 bits hold it."""
    put_body(market, package[KEY] % NARROW, status_change(package, status))


def by_order_number(market: Marketplace, package: Row, status: str) -> None:
    """The order's number for the package's."""
    put_body(market, package["orderNumber"], status_change(package, status))


def in_capitals(market: Marketplace, package: Row, status: str) -> None:
    """A status as webhooks write it."""
    put_body(market, package[KEY], status_change(package, status) | {"status": status.upper()})


def and_shipped(market: Marketplace, package: Row, status: str) -> None:
    """A package that is invoiced is on its way."""
    put_status(market, package, status)
    if status == "Invoiced":
        put_body(market, package[KEY], status_change(package, status) | {"status": "Shipped"})


def first_line(market: Marketplace, package: Row, status: str) -> None:
    """One piece of the first line stands for all."""
    body = status_change(package, status)
    put_body(market, package[KEY], body | {"lines": [body["lines"][0] | {"quantity": 1}]})


def again_after_a_loss(market: Marketplace, package: Row, status: str) -> None:
    """What has no answer is sent again."""
    for _ in range(BLIND_REPEATS):
        try:
            return put_status(market, package, status)
        except Lost:
            continue
    return None


def again_after_a_refusal(market: Marketplace, package: Row, status: str) -> None:
    """What is refused is sent again."""
    for _ in range(BLIND_REPEATS):
        try:
            return put_status(market, package, status)
        except Refused:
            continue
    return None


def writes(
    name: str,
    description: str,
    field_note: str,
    judge: str,
    put: PutStatus,
    needs: str = "",
    *,
    advice: bool = False,
) -> Broken:
    """A client that writes to packages otherwise."""
    return Broken(name, PROFILE, description, field_note, (judge,), puts(put), needs=needs, advice=advice)


BROKEN = (
    writes("narrow_package_numbers", "writes to package numbers of 31 bits", "32-bit ids", "listed_package",
           by_narrow_number),
    writes("order_number_for_package", "writes to the order's number", "one number taken for another",
           "listed_package", by_order_number),
    writes("picking_in_capitals", "sends a status in capitals",
           "status words of the webhook sent to a service", "body_one_of", in_capitals),
    writes("ships_by_itself", "sends Shipped, which is the carrier's", "a status that cannot be set",
           "body_one_of", and_shipped),
    writes("first_line_for_all", "names the first line of a package alone", "lines left out", "lines_whole",
           first_line, advice=True),
    writes("repeats_a_lost_write", "sends a write without an answer again, unread",
           "a write is committed and its answer is lost", "not_repeated_unread", again_after_a_loss,
           "a write whose answer is lost", advice=True),
    writes("repeats_a_refused_write", "sends a refused write again, unread",
           "retries for ever: 2 of 26", "not_repeated_unread", again_after_a_refusal,
           "a package cancelled before it is written to", advice=True),
)  # fmt: skip
