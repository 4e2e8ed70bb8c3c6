"""Broken clients of packages that do something else beside: cancel, track, change carriers, ask for time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from contract_tests.clients.client import Client
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.marketplace import Marketplace
from contract_tests.clients.packages import KEY
from contract_tests.clients.problems import Lost, Problem, Refused
from contract_tests.clients.protocol import Row
from contract_tests.profiles.fulfilment.reference import (
    STEPS,
    client,
    client_with,
    put_status,
    sync_wants,
)
from contract_tests.profiles.variants import Broken

PROFILE = "fulfilment"
NO_REASON, REASON_ABROAD, OUT_OF_STOCK = 599, 503, 500
CARRIERS = {True: ("FANCOURIER", "DPD Romania"), False: ("YKMP", "ARASMP")}


def write(market: Marketplace, package: Row, service: str, body: Any) -> None:
    """Send a body to a service of a package, once."""
    path = f"/integration/order/sellers/{market.account.seller_id}/shipment-packages/{package[KEY]}/{service}"
    market.service.write(path, body, method="PUT")


def cancel(market: Marketplace, package: Row, reason: int) -> None:
    """Cancel one piece of the first line."""
    lines = [{"lineId": package["lines"][0]["lineId"], "quantity": 1}]
    write(market, package, "items/unsupplied", {"lines": lines, "reasonId": reason})


def cancels_when_refused(reason: int) -> Client:
    """The reference, except that it cancels what it cannot pick."""

    def put(market: Marketplace, package: Row, status: str) -> None:
        try:
            put_status(market, package, status)
        except Refused:
            cancel(market, package, reason)
            raise

    return client(replace(STEPS, put_status=put))


def cancels_a_piece_again(market: Marketplace, package: Row, status: str) -> None:
    """Cancel a piece of each package that is picked, and again when no answer comes."""
    put_status(market, package, status)
    for _ in range(2):
        with suppress(Lost):
            return cancel(market, package, OUT_OF_STOCK)
    return None


def beside(act: Callable[[Marketplace, Row], None], *, first: bool = False) -> Client:
    """The reference, except for what it does to one package of each order, before its work or after it."""

    def sync(market: Marketplace, wants: Iterable[Row], copy: LocalCopy) -> None:
        wants = list(wants)
        if not first:
            sync_wants(market, wants, copy)
        for want in wants:
            for package in STEPS.find_packages(market, want["orderNumber"])[:1]:
                with suppress(Problem):
                    act(market, package)
        if first:
            sync_wants(market, wants, copy)

    return client_with(sync)


def two_carriers(market: Marketplace, package: Row) -> None:
    """Change the carrier, and change it again."""
    for carrier in CARRIERS[market.account.international]:
        write(market, package, "cargo-providers", {"cargoProvider": carrier})


def track(market: Marketplace, package: Row, number: object) -> None:
    """Feed a tracking number of the seller's own carrier."""
    if market.account.international:
        body = {"cargoSenderNumber": number, "providerCode": "GLS"}
        write(market, package, "tracking-details", body)
    else:
        write(market, package, "update-tracking-number", {"trackingNumber": number})


def track_by_text(market: Marketplace, package: Row) -> None:
    """Feed the tracking number as it should be."""
    track(market, package, "7340447182689")


def track_by_number(market: Marketplace, package: Row) -> None:
    """Feed the tracking number as a number, which loses zeros."""
    track(market, package, 7340447182689)


def five_days_more(market: Marketplace, package: Row) -> None:
    """Ask for five days more."""
    write(market, package, "extended-agreed-delivery-date", {"extendedDayCount": 5})


def short_code(market: Marketplace, package: Row) -> None:
    """Send a code of three characters to the customer."""
    body = {"isPhoneNumber": True, "trackingInfo": "5550000000", "params": {"digitalCode": "123"}}
    write(market, package, "alternative-delivery", body)


def acts(
    name: str,
    description: str,
    field_note: str,
    judge: str,
    client: Client,
    needs: str = "",
    edition: str = "int",
) -> Broken:
    """A client that does something else beside."""
    return Broken(name, PROFILE, description, field_note, (judge,), client, needs=needs, edition=edition)


REASONS, FORMS = "a reason that the list does not have", "a form that the page does not have"

BROKEN = (
    acts("cancels_for_no_reason", "cancels for a reason that no list has", REASONS, "body_one_of",
         cancels_when_refused(NO_REASON), "a package cancelled before it is written to"),
    acts("cancels_for_a_reason_abroad", "cancels for a reason of the other edition", REASONS, "body_one_of",
         cancels_when_refused(REASON_ABROAD), "a package cancelled before it is written to", "tr"),
    acts("cancels_a_piece_again", "cancels a piece again when the answer is lost",
         "a write is committed and its answer is lost", "not_repeated_unread",
         client(replace(STEPS, put_status=cancels_a_piece_again)), "a cancellation whose answer is lost"),
    acts("cancels_a_piece", "cancels a piece of what it picks", "an effect on more rows than asked",
         "only_wanted_done:ghost", client(replace(STEPS, put_status=cancels_a_piece_again))),
    acts("two_carriers", "changes the carrier of a package twice in a row", "a documented limit broken",
         "changes_apart", beside(two_carriers)),
    acts("tracks_before_picking", "feeds a tracking number to a package that is not picked",
         "a step of two left out", "not_written_when", beside(track_by_text, first=True)),
    acts("tracks_by_number", "sends a tracking number as a number", FORMS, "body_text",
         beside(track_by_number)),
    acts("five_days_more", "asks for five days more", FORMS, "body_one_of", beside(five_days_more),
         edition="tr"),
    acts("short_digital_code", "sends a code of three characters", FORMS, "body_text", beside(short_code)),
)  # fmt: skip
