"""Buys wrongly: orders, what was reserved of them, and what is given back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import requests

from contract_tests.clients import repeats_a_lost_purchase, takes_200_for_all
from contract_tests.clients.broken.listening import told_otherwise
from contract_tests.clients.client import REFERENCE, Client
from contract_tests.clients.habits import puts
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.problems import Lost, Passing, Refused
from contract_tests.clients.protocol import Row
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase.cancelling import CANCELLING, CancelResult, request_cancel
from contract_tests.profiles.b2b_purchase.reference import STEPS, place_order
from contract_tests.profiles.variants import Broken, password, with_query

OTHER_ADDRESS = ("/b2bbuyergateway", "/b2bbuyergatewayapi")
ATTEMPTS = 5


def orders(order: Callable[[Service, str, Row], Any]) -> Client:
    """The reference, except for how it orders."""
    return replace(REFERENCE, buying=replace(STEPS, order=order))


def cancels(**otherwise: Any) -> Client:
    """The reference, except for how it gives back."""
    return replace(REFERENCE, buying=replace(STEPS, cancelling=replace(CANCELLING, **otherwise)))


def nothing_known(_held: LocalCopy) -> list[Row]:
    """Every run is the first."""
    return []


def at_another_address(gateway: Service, buyer: str, want: Row) -> Any:
    """Order, and once more at the gateway's other address when no answer comes."""
    try:
        return place_order(gateway, buyer, want)
    except Lost:
        return place_order(replace(gateway, base_url=gateway.base_url.replace(*OTHER_ADDRESS)), buyer, want)


def until_all_are_there(gateway: Service, buyer: str, want: Row) -> Any:
    """Order, and order all of it once more when it was short."""
    answer = place_order(gateway, buyer, want)
    short = answer["items"][0]["availableQuantity"] < want["quantity"]
    return place_order(gateway, buyer, want) if short else answer


def without_reference(gateway: Service, buyer: str, want: Row) -> Any:
    """Order without a vendorRef."""
    items = [{"barcode": want["barcode"], "requestedQuantity": want["quantity"]}]
    return gateway.write(f"/v2/offers/{buyer}/items", items)


def under_one_reference(gateway: Service, buyer: str, want: Row) -> Any:
    """Order under the shop's own name, as every other order."""
    return place_order(gateway, buyer, want | {"vendorRef": "SHOP"})


def piece_by_piece(gateway: Service, buyer: str, want: Row) -> Any:
    """Order each piece by itself."""
    answer: Any = None
    for _ in range(want["quantity"]):
        answer = place_order(gateway, buyer, want | {"quantity": 1})
    whole = {"requestedQuantity": want["quantity"], "availableQuantity": want["quantity"]}
    return {**answer, "items": [whole]}


def done(want: Row) -> Row:
    """What the answer of an order would say."""
    item = {"requestedQuantity": want["quantity"], "availableQuantity": want["quantity"]}
    return {"requestNumber": "0", "items": [item]}


def done_though_refused(gateway: Service, buyer: str, want: Row) -> Any:
    """Order; a refusal is an answer too."""
    try:
        return place_order(gateway, buyer, want)
    except (Refused, Passing):
        return done(want)


def done_though_lost(gateway: Service, buyer: str, want: Row) -> Any:
    """Order; what was sent was done."""
    try:
        return place_order(gateway, buyer, want)
    except Lost:
        return done(want)


def all_that_was_wanted(row: Row) -> int:
    """As many as were asked for once."""
    return int(row["requestedQuantity"])


def all_given_back(answer: Any) -> CancelResult:
    """A 200 has done what it was asked for."""
    return CancelResult(int(answer["requestedQuantity"]), failed=False)


def until_it_works(gateway: Service, row: Row, quantity: int) -> Any:
    """Give back, again and again."""
    answer = request_cancel(gateway, row, quantity)
    for _ in range(ATTEMPTS - 1):
        if answer["hasError"]:
            answer = request_cancel(gateway, row, quantity)
    return answer


def with_the_password_in_the_url(request: requests.Request) -> requests.Request:
    """Send the password as a parameter too."""
    return with_query(request, password=password(request))


def buys(
    name: str, says: str, seen: str, caught_by: tuple[str, ...], client: Client, needs: str = ""
) -> Broken:
    """A partner of the gateway, in the edition that has it."""
    return Broken(name, "b2b-purchase", says, seen, caught_by, client, edition="tr", needs=needs)


TWICE = ("wanted_once", "not_repeated_after_loss")
NOT_THERE = ("wanted_once", "held_as_true:ghost")

BROKEN = (
    buys("repeats_a_lost_purchase", "orders again when the answer to an order was lost",
         "a write is committed and its answer is lost", TWICE, repeats_a_lost_purchase.CLIENT,
         "a purchase whose answer is lost"),
    buys("orders_at_another_address", "orders again at another address when no answer came",
         "repeats a write on other addresses after 401/403/5xx: 1 of 26", TWICE, orders(at_another_address),
         "a purchase whose answer is lost"),
    buys("orders_on_each_run", "does not remember what it ordered, and orders it again with the next run",
         "an effect doubled", TWICE, replace(REFERENCE, buying=replace(STEPS, earlier_orders=nothing_known)),
         "two runs"),
    buys("orders_piece_by_piece", "makes an order of each piece", "item retried after a partial success",
         ("wanted_once", "not_repeated_after_loss"), orders(piece_by_piece), "a want of several pieces"),
    buys("orders_all_of_it_again", "orders all of a short item again", "item retried after a partial success",
         ("short_not_asked_again", *TWICE), orders(until_all_are_there), "fewer in stock than wanted"),
    buys("no_vendor_ref", "orders without a reference of its own", "no key to find a lost order by",
         ("wanted_once", "given"), orders(without_reference)),
    buys("one_vendor_ref", "orders everything under one reference", "no key to find a lost order by",
         ("wanted_once",), orders(under_one_reference)),
    buys("takes_200_for_all", "takes a 200 for all it asked for and never reads availableQuantity",
         "fewer units than asked inside a 200", ("held_as_true:wrong", "held_as_true"),
         takes_200_for_all.CLIENT,
         "fewer in stock than wanted"),
    buys("takes_a_refusal_for_done", "takes a refused order for done", "429 dropped, exit 0: several",
         NOT_THERE,
         replace(orders(done_though_refused), patience=replace(REFERENCE.patience, refusals=0, failures=0)),
         "a refused purchase"),
    buys("takes_a_lost_answer_for_done", "takes an order without an answer for done",
         "a write whose answer is lost", NOT_THERE, orders(done_though_lost),
         "a purchase that is lost before it was done"),
    buys("ignores_has_error", "takes a 200 for a cancellation that failed",
         "a cancel after the cut-off that answers 200 with hasError", ("held_as_true:wrong", "held_as_true"),
         cancels(read=all_given_back), "a cancellation after the cut-off"),
    buys("cancels_what_it_wanted", "gives back as many as it once wanted, not as many as it got",
         "fewer units than asked inside a 200", ("cancels_within_reserved",),
         cancels(quantity=all_that_was_wanted), "a cancellation of a short item"),
    buys("cancels_again_and_again", "tries a cancellation that failed again and again",
         "a cancel after the cut-off that answers 200 with hasError", ("flag_read",),
         cancels(ask=until_it_works), "a cancellation after the cut-off"),
    buys("hurries_an_order", "sends a refused order again at once", "ignores Retry-After: 2 of 26",
         ("backs_off_after",), told_otherwise(lambda _: None),
         "two refusals of a purchase in a row"),
    buys("password_in_the_url", "sends its password as a parameter", "secrets in logs",
         ("secret_not_in_url",), puts(with_the_password_in_the_url)),
)  # fmt: skip
