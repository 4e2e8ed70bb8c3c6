"""What the reference does as a partner of the gateway and as a client of PazarSync, without an emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from contract_tests.clients import repeats_a_lost_purchase
from contract_tests.clients.reference import pazarsync, purchases
from contract_tests.clients.reference.held import Held
from contract_tests.clients.reference.orderbook import orders
from contract_tests.clients.reference.patience import Clock
from contract_tests.clients.reference.purchases import BUYING, Buying
from contract_tests.clients.reference.session import Service
from contract_tests.clients.reference.tokens import Access
from contract_tests.clients.reference.trouble import Trouble

WANT = {"vendorRef": "A", "barcode": "1", "quantity": 3}
Answer = tuple[int, Any, dict[str, str]]


@dataclass(slots=True)
class Counter(BaseAdapter):
    """Answers every request by a function of its number and itself; time passes only when somebody sleeps."""

    answer: Callable[[int, requests.PreparedRequest], Answer]
    asked: list[tuple[str, str]] = field(default_factory=list)
    now: float = 1_000_000.0

    @property
    def clock(self) -> Clock:
        """The time of the test."""
        return Clock(lambda: self.now, self.sleep)

    @property
    def session(self) -> requests.Session:
        """A session whose every request comes here."""
        session = requests.Session()
        session.mount("http://", self)
        return session

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Answer one request."""
        self.asked.append((str(request.method), request.path_url))
        status, body, headers = self.answer(len(self.asked), request)
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = status, str(request.url), request
        answer._content = body if isinstance(body, bytes) else json.dumps(body).encode()
        answer.headers.update(headers)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def reserved(quantity: int) -> Answer:
    item = {"barcode": "1", "requestedQuantity": 3, "availableQuantity": quantity}
    return 200, {"requestNumber": "N-1", "items": [item]}, {}


def ordering(*answers: Answer, held: Held | None = None, buying: Buying = BUYING) -> tuple[Counter, Held]:
    """One run that wants one thing and gets these answers in turn."""
    counter, held = Counter(lambda number, _: answers[min(number, len(answers)) - 1]), held or Held()
    gateway = Service("http://gateway.invalid", session=counter.session, clock=counter.clock)
    try:
        purchases.sync(gateway, "ME", [WANT], held, buying)
    except Trouble:
        held.merge("exit", "code", [{"code": 1}])
    return counter, held


def order(held: Held) -> Any:
    (row,) = orders(held)
    return row


@pytest.mark.parametrize("lost", [(504, {}, {}), (500, {}, {}), (200, b'{"requestN', {}), (200, {}, {})])
def test_purchase_whose_answer_was_lost_is_not_sent_again_in_this_run_nor_the_next(lost: Answer) -> None:
    counter, held = ordering(lost)
    again, _ = ordering(reserved(3), held=held)
    assert (len(counter.asked), again.asked, order(held)["state"]) == (1, [], "unclear")
    assert list(held.rows("exit"))


@pytest.mark.parametrize("status", [429, 503])
def test_purchase_that_was_not_done_is_sent_again_after_the_pause(status: int) -> None:
    counter, held = ordering((status, {}, {"Retry-After": "7"}), reserved(3))
    assert (len(counter.asked), counter.now, order(held)["state"]) == (2, 1_000_007.0, "reserved")


def test_purchase_that_was_never_let_through_is_made_by_the_next_run() -> None:
    _, held = ordering((429, {}, {}))
    assert order(held)["state"] == "pending"
    ordering(reserved(3), held=held)
    assert order(held)["state"] == "reserved"


def test_fewer_pieces_than_wanted_are_held_as_short() -> None:
    _, held = ordering(reserved(1))
    assert (order(held)["state"], order(held)["reservedQuantity"]) == ("short", 1)


def test_packages_of_earlier_orders_are_asked_for() -> None:
    _, held = ordering(reserved(3))
    counter, _ = ordering((200, [{"b2BId": 7}], {}), held=held)
    assert counter.asked == [("GET", "/v2/offers/N-1/B2Bs")]
    assert ordering(held=held)[0].asked == []


def test_repeats_a_lost_purchase_sends_it_again() -> None:
    counter, _ = ordering((504, {}, {}), reserved(3), buying=repeats_a_lost_purchase.CLIENT.buying)
    assert len(counter.asked) == 2


def service(number: int, request: requests.PreparedRequest) -> Answer:
    """A PazarSync of two pages."""
    if request.path_url == "/api/auth/token":
        return 200, {"access_token": f"t{number}", "token_type": "bearer", "expires_in": 3600}, {}
    if request.method == "POST":
        return 200, {"updated": 1, "failed": 1, "errors": [{"sku": "X"}]}, {}
    place = 2 if "page=2" in request.path_url else 1
    return 200, {"data": [{"id": place}], "meta": {"total_pages": 2, "total_items": 2}}, {}


def synchronised(counter: Counter, held: Held, *skus: str) -> None:
    """One run against a service."""
    service = Service("http://ps.invalid", session=counter.session, clock=counter.clock)
    access = Access(service, "me", "secret", held)
    pazarsync.sync(access, [{"sku": sku, "stock": 1} for sku in skus], held)


def tokens(counter: Counter) -> int:
    return [path for _, path in counter.asked].count("/api/auth/token")


def test_token_serves_this_run_and_the_next_until_it_expires() -> None:
    counter, held = Counter(service), Held()
    synchronised(counter, held)
    synchronised(counter, held)
    assert tokens(counter) == 1
    counter.sleep(3600)
    synchronised(counter, held)
    assert tokens(counter) == 2


def test_refused_token_is_replaced_and_the_call_made_once_more() -> None:
    def refuse_third(number: int, request: requests.PreparedRequest) -> Answer:
        return (401, {}, {}) if number == 3 else service(number, request)

    counter = Counter(refuse_third)
    synchronised(counter, Held())
    assert counter.asked[2:5] == [
        ("GET", "/api/v1/products?page=2&limit=100"),
        ("POST", "/api/auth/token"),
        ("GET", "/api/v1/products?page=2&limit=100"),
    ]


def test_quota_that_is_used_up_is_waited_for() -> None:
    used_up = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1000030"}

    def used_up_at_second(number: int, request: requests.PreparedRequest) -> Answer:
        status, body, _ = service(number, request)
        return status, body, used_up if number == 2 else {}

    counter = Counter(used_up_at_second)
    synchronised(counter, Held())
    assert counter.now == 1_000_030.0


def test_row_that_failed_is_held_as_failed_and_the_run_says_so() -> None:
    held = Held()
    with pytest.raises(Trouble, match="not set: X"):
        synchronised(Counter(service), held, "S", "X")
    assert {row["sku"]: row["state"] for row in held.rows("stock")} == {"S": "pushed", "X": "failed"}
