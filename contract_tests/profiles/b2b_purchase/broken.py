"""Broken clients of the gateway: how they order, what they take for reserved, and how they give back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients.client import Client
from contract_tests.clients.habits import (
    authorization_without_scheme,
    password,
    with_encode,
    with_query,
    with_retry_after,
)
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.patience import NO_PATIENCE
from contract_tests.clients.problems import Lost, Passing, Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase import broken_offers
from contract_tests.profiles.b2b_purchase.cancelling import CANCELLING, CancelResult, request_cancel
from contract_tests.profiles.b2b_purchase.reference import (
    REFERENCE,
    Steps,
    client,
    place_order,
    purchases_of,
    requested_items,
)
from contract_tests.profiles.foreign import PHP, foreign_client
from contract_tests.profiles.variants import Broken

PROFILE = "b2b-purchase"
OTHER_ADDRESS = ("/b2bbuyergateway", "/b2bbuyergatewayapi")
ATTEMPTS, CANCEL_ATTEMPTS = 3, 5


def orders(place_order: Callable[[Service, str, list[Row]], Any]) -> Client:
    """The reference, except for how it orders."""
    return client(Steps(place_order=place_order))


def cancels(**changes: Any) -> Client:
    """The reference, except for how it gives back."""
    return client(Steps(cancelling=replace(CANCELLING, **changes)))


def no_earlier_orders(_copy: LocalCopy) -> list[Row]:
    """Every run is the first."""
    return []


def until_an_answer_comes(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order, and order again when the answer is lost, as if it were a read."""
    for _ in range(ATTEMPTS - 1):
        try:
            return place_order(gateway, buyer, lines)
        except Lost:
            gateway.clock.sleep(1)
    return place_order(gateway, buyer, lines)


def at_another_address(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order, and once more at the gateway's other address when no answer comes."""
    try:
        return place_order(gateway, buyer, lines)
    except Lost:
        other = replace(gateway, base_url=gateway.base_url.replace(*OTHER_ADDRESS))
        return place_order(other, buyer, lines)


def until_all_are_there(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order, and order all of it once more when it was short."""
    answer = place_order(gateway, buyer, lines)
    is_short = any(item["availableQuantity"] < item["requestedQuantity"] for item in answer["items"])
    return place_order(gateway, buyer, lines) if is_short else answer


def without_reference(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order without a vendorRef."""
    return gateway.write(f"/v2/offers/{buyer}/items", requested_items(lines))


def under_one_reference(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order under the shop's own name, as every other order."""
    return place_order(gateway, buyer, [line | {"vendorRef": "SHOP"} for line in lines])


def piece_by_piece(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order each piece by itself."""
    answer: Any = None
    for line in lines:
        for _ in range(line["quantity"]):
            answer = place_order(gateway, buyer, [line | {"quantity": 1}])
    return {**answer, "items": whole_items(lines)}


def whole_items(lines: list[Row]) -> list[Row]:
    """Items of which everything is reserved."""
    return [item | {"availableQuantity": item["requestedQuantity"]} for item in requested_items(lines)]


def success_though_refused(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order; a refusal is an answer too."""
    try:
        return place_order(gateway, buyer, lines)
    except (Refused, Passing):
        return {"requestNumber": "0", "items": whole_items(lines)}


def success_though_lost(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order; what was sent was done."""
    try:
        return place_order(gateway, buyer, lines)
    except Lost:
        return {"requestNumber": "0", "items": whole_items(lines)}


def first_item_for_all(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order; take what became of the first line for what became of all."""
    answer = place_order(gateway, buyer, lines)
    first = answer["items"][0]
    is_whole = first["availableQuantity"] >= first["requestedQuantity"]
    nothing = [item | {"availableQuantity": 0} for item in requested_items(lines)]
    return {**answer, "items": whole_items(lines) if is_whole else nothing}


def one_line_a_reference(wants: list[Row]) -> list[list[Row]]:
    """Read one line of each vendorRef, the last one."""
    return purchases_of({want["vendorRef"]: want for want in wants}.values())


def all_lines_or_none(wants: list[Row]) -> list[list[Row]]:
    """Read a purchase as withdrawn when one line of it is."""
    withdrawn_names = {want["vendorRef"] for want in wants if not want["quantity"]}
    lines = (want | {"quantity": 0} if want["vendorRef"] in withdrawn_names else want for want in wants)
    return purchases_of(lines)


def line_by_line_after_a_loss(gateway: Service, buyer: str, lines: list[Row]) -> Any:
    """Order; when the answer is lost, order each line by itself."""
    try:
        return place_order(gateway, buyer, lines)
    except Lost:
        answers = [place_order(gateway, buyer, [line]) for line in lines]
        return {**answers[-1], "items": [item for answer in answers for item in answer["items"]]}


def requested_quantity(row: Row) -> int:
    """As many as were asked for, whatever was there."""
    return int(row["requestedQuantity"])


def everything_cancelled(answer: Any) -> CancelResult:
    """A 200 has done what it was asked for."""
    return CancelResult(int(answer["requestedQuantity"]), has_failed=False)


def cancel_until_it_works(gateway: Service, row: Row, quantity: int) -> Any:
    """Give back, again and again."""
    answer = request_cancel(gateway, row, quantity)
    for _ in range(CANCEL_ATTEMPTS - 1):
        if answer["hasError"]:
            answer = request_cancel(gateway, row, quantity)
    return answer


def password_in_the_url(request: requests.Request) -> requests.Request:
    """Send the password as a parameter too."""
    return with_query(request, password=password(request))


def buys(
    name: str, description: str, field_note: str, caught_by: tuple[str, ...], client: Client, needs: str = ""
) -> Broken:
    """A partner of the gateway, in the edition that has it."""
    return Broken(name, PROFILE, description, field_note, caught_by, client, edition="tr", needs=needs)


TWICE = ("wanted_once", "not_repeated_after_loss")
NOT_THERE = ("wanted_once", "held_as_true:ghost")

BROKEN = (
    buys("repeats_a_lost_purchase", "orders again when the answer to an order was lost",
         "a write is committed and its answer is lost", TWICE, orders(until_an_answer_comes),
         "a purchase whose answer is lost"),
    buys("orders_at_another_address", "orders again at another address when no answer came",
         "repeats a write on other addresses after 401/403/5xx: 1 of 26", TWICE, orders(at_another_address),
         "a purchase whose answer is lost"),
    buys("orders_on_each_run", "does not remember what it ordered, and orders it again with the next run",
         "an effect doubled", TWICE, client(Steps(earlier_orders=no_earlier_orders)), "two runs"),
    buys("orders_piece_by_piece", "makes an order of each piece", "item retried after a partial success",
         TWICE, orders(piece_by_piece), "a want of several pieces"),
    buys("orders_all_of_it_again", "orders all of a short item again", "item retried after a partial success",
         ("short_not_asked_again", *TWICE), orders(until_all_are_there), "fewer in stock than wanted"),
    buys("no_vendor_ref", "orders without a reference of its own", "no key to find a lost order by",
         ("wanted_once", "given"), orders(without_reference)),
    buys("one_vendor_ref", "orders everything under one reference", "no key to find a lost order by",
         ("wanted_once",), orders(under_one_reference)),
    buys("takes_200_for_all", "takes a 200 for all it asked for and never reads availableQuantity",
         "fewer units than asked inside a 200", ("held_as_true:wrong", "held_as_true"),
         client(Steps(reserved_quantity=requested_quantity)), "fewer in stock than wanted"),
    buys("one_line_a_reference", "knows one line of each vendorRef, the last one it reads",
         "rows kept by a key that is none: several", ("wanted_once:missing",),
         client(Steps(purchases_of=one_line_a_reference)), "a purchase of several lines"),
    buys("one_item_for_all_lines", "takes what became of the first line for what became of all",
         "fewer units than asked inside a 200", ("held_as_true:wrong", "held_as_true"),
         orders(first_item_for_all), "a purchase of several lines, not all of them there"),
    buys("each_line_again_after_a_loss", "orders each line by itself when the answer to all was lost",
         "a write is committed and its answer is lost", TWICE, orders(line_by_line_after_a_loss),
         "a purchase of several lines whose answer is lost"),
    buys("gives_the_whole_purchase_back", "gives all lines of a purchase back when one is no longer wanted",
         "an effect on more rows than asked", ("wanted_once:missing",),
         client(Steps(purchases_of=all_lines_or_none)), "a line that is no longer wanted"),
    buys("takes_a_refusal_for_done", "takes a refused order for done", "429 dropped, exit 0: several",
         NOT_THERE, replace(orders(success_though_refused), patience=NO_PATIENCE), "a refused purchase"),
    buys("takes_a_lost_answer_for_done", "takes an order without an answer for done",
         "a write whose answer is lost", NOT_THERE, orders(success_though_lost),
         "a purchase that is lost before it was done"),
    buys("ignores_has_error", "takes a 200 for a cancellation that failed",
         "a cancel after the cut-off that answers 200 with hasError", ("held_as_true:wrong", "held_as_true"),
         cancels(read_cancel=everything_cancelled), "a cancellation after the cut-off"),
    buys("cancels_what_it_wanted", "gives back as many as it once wanted, not as many as it got",
         "fewer units than asked inside a 200", ("cancels_within_reserved",),
         cancels(quantity=requested_quantity), "a cancellation of a short item"),
    buys("cancels_again_and_again", "tries a cancellation that failed again and again",
         "a cancel after the cut-off that answers 200 with hasError", ("flag_read",),
         cancels(request_cancel=cancel_until_it_works), "a cancellation after the cut-off"),
    buys("hurries_an_order", "sends a refused order again at once", "ignores Retry-After: 2 of 26",
         ("backs_off_after",), with_retry_after(REFERENCE, lambda _: None),
         "two refusals of a purchase in a row"),
    buys("buyer_without_scheme", "does not say that its credentials are Basic",
         "Authorization built wrongly: several", ("basic_authorization",),
         with_encode(REFERENCE, authorization_without_scheme)),
    replace(
        buys("password_in_the_url", "sends its password as a parameter", "secrets in logs",
             ("secret_not_in_url",), with_encode(REFERENCE, password_in_the_url)),
        advice=True,
    ),
    foreign_client(PHP, "retry-middleware", PROFILE, "repeats whatever a server error met, orders too",
                   "a write is committed and its answer is lost", TWICE, "a purchase whose answer is lost",
                   "tr"),
    *broken_offers.OFFER_CLIENTS,
)  # fmt: skip
