"""What the reference does as a partner of the gateway and as a client of PazarSync, without an emulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from contract_tests.clients.client import sync
from contract_tests.clients.local_copy import LocalCopy
from contract_tests.clients.patience import Clock
from contract_tests.clients.problems import Problem, Refused
from contract_tests.clients.session import Service
from contract_tests.profiles.b2b_purchase.broken import until_an_answer_comes
from contract_tests.profiles.b2b_purchase.reference import STEPS, Steps, sync_orders
from contract_tests.profiles.b2b_purchase.saved_orders import order_rows
from contract_tests.profiles.every import broken_client, reference_client
from contract_tests.profiles.pazarsync.access import Access
from contract_tests.profiles.pazarsync.reference import failed_skus, sync_shop

WANT = {"vendorRef": "A", "barcode": "1", "quantity": 3}
PAZARSYNC = {
    "PAZARSYNC_BASE_URL": "http://ps.invalid",
    "PAZARSYNC_CLIENT_ID": "me",
    "PAZARSYNC_CLIENT_SECRET": "secret",
}
Answer = tuple[int, Any, dict[str, str]]


@dataclass(slots=True)
class Counter(BaseAdapter):
    """Answers every request by a function of its number and itself; time passes only when somebody sleeps."""

    answer: Callable[[int, requests.PreparedRequest], Answer]
    asked: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
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
        self.bodies.append(request.body)
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


def given_back(quantity: int, *, failed: bool) -> Answer:
    told = {"requestedQuantity": 3, "cancelledQuantity": quantity, "hasError": failed, "messages": []}
    return 200, told, {}


def ordering(
    *answers: Answer, saved_copy: LocalCopy | None = None, buying: Steps = STEPS, quantity: int = 3
) -> tuple[Counter, LocalCopy]:
    """One run that wants one thing and gets these answers in turn."""
    counter, saved_copy = (
        Counter(lambda number, _: answers[min(number, len(answers)) - 1]),
        saved_copy or LocalCopy(),
    )
    gateway = Service("http://gateway.invalid", session=counter.session, clock=counter.clock)
    try:
        sync_orders(gateway, "ME", [WANT | {"quantity": quantity}], saved_copy, buying)
        saved_copy.replace("exit", "code", [])
    except Problem:
        saved_copy.replace("exit", "code", [{"code": 1}])
    return counter, saved_copy


def order(saved_copy: LocalCopy) -> Any:
    (row,) = order_rows(saved_copy)
    return row


@pytest.mark.parametrize("lost", [(504, {}, {}), (500, {}, {}), (200, b'{"requestN', {}), (200, {}, {})])
def test_purchase_whose_answer_was_lost_is_not_sent_again_in_this_run_nor_the_next(lost: Answer) -> None:
    counter, saved_copy = ordering(lost)
    again, _ = ordering(reserved(3), saved_copy=saved_copy)
    assert (len(counter.asked), again.asked, order(saved_copy)["state"]) == (1, [], "unclear")
    assert saved_copy.rows("exit")


@pytest.mark.parametrize("status", [429, 503])
def test_purchase_that_was_not_done_is_sent_again_after_the_pause(status: int) -> None:
    counter, saved_copy = ordering((status, {}, {"Retry-After": "7"}), reserved(3))
    assert (len(counter.asked), counter.now, order(saved_copy)["state"]) == (2, 1_000_007.0, "reserved")


def test_purchase_that_was_never_let_through_is_made_by_the_next_run() -> None:
    _, saved_copy = ordering((429, {}, {}))
    assert order(saved_copy)["state"] == "pending"
    ordering(reserved(3), saved_copy=saved_copy)
    assert order(saved_copy)["state"] == "reserved"


def test_fewer_pieces_than_wanted_are_held_as_short() -> None:
    _, saved_copy = ordering(reserved(1))
    assert (order(saved_copy)["state"], order(saved_copy)["reservedQuantity"]) == ("short", 1)


def test_lines_of_one_purchase_are_ordered_by_one_request_and_each_saved_as_it_came() -> None:
    items = [
        {"barcode": "2", "requestedQuantity": 1, "availableQuantity": 0},
        {"barcode": "1", "requestedQuantity": 3, "availableQuantity": 9},
    ]
    answer: Answer = 200, {"requestNumber": "N-1", "items": items}, {}
    counter, copy = Counter(lambda *_: answer), LocalCopy()
    gateway = Service("http://gateway.invalid", session=counter.session, clock=counter.clock)
    sync_orders(gateway, "ME", [WANT, WANT | {"barcode": "2", "quantity": 1}], copy)
    assert len(counter.asked) == 1
    assert {row["barcode"]: (row["state"], row["reservedQuantity"]) for row in order_rows(copy)} == {
        "1": ("reserved", 3),
        "2": ("short", 0),
    }


def known(saved_copy: LocalCopy) -> tuple[Any, ...]:
    """State of the one order, how many are held, and whether the last run said that something is wrong."""
    row = order(saved_copy)
    return row["state"], row["reservedQuantity"], bool(saved_copy.rows("exit"))


NO_PACKAGES: Answer = 200, [], {}


@pytest.mark.parametrize("status", [401, 403])
def test_purchase_that_met_a_closed_door_is_made_by_the_next_run(status: int) -> None:
    _, saved_copy = ordering((status, b"<html>", {}))
    assert known(saved_copy) == ("pending", 0, True)
    ordering(reserved(3), saved_copy=saved_copy)
    assert known(saved_copy) == ("reserved", 3, False)


def test_purchase_that_was_refused_is_offered_again_by_a_later_run() -> None:
    _, saved_copy = ordering((400, {}, {}))
    assert known(saved_copy) == ("refused", 0, True)
    counter, _ = ordering((400, {}, {}), saved_copy=saved_copy)
    assert (len(counter.asked), saved_copy.rows("exit")) == (1, [{"code": 1}])


def test_order_that_is_wanted_no_longer_is_given_back() -> None:
    _, saved_copy = ordering(reserved(2))
    counter, _ = ordering(NO_PACKAGES, given_back(2, failed=False), saved_copy=saved_copy, quantity=0)
    assert counter.asked[-1] == ("POST", "/v2/offers/N-1/cancel-items")
    assert json.loads(counter.bodies[-1]) == {"barcode": "1", "quantity": 2}
    assert known(saved_copy) == ("cancelled", 0, False)
    assert ordering(saved_copy=saved_copy, quantity=0)[0].asked == []


@pytest.mark.parametrize(("came", "left"), [(0, 3), (1, 2)])
def test_order_that_could_not_be_given_back_is_held_as_it_is(came: int, left: int) -> None:
    _, saved_copy = ordering(reserved(3))
    ordering(NO_PACKAGES, given_back(came, failed=True), saved_copy=saved_copy, quantity=0)
    assert known(saved_copy) == ("reserved", left, True)
    counter, _ = ordering(NO_PACKAGES, saved_copy=saved_copy, quantity=0)
    assert ([method for method, _ in counter.asked], known(saved_copy)) == (["GET"], ("reserved", left, True))


def test_order_whose_cancellation_was_lost_is_asked_about_once_more() -> None:
    _, saved_copy = ordering(reserved(3))
    ordering(NO_PACKAGES, (504, {}, {}), saved_copy=saved_copy, quantity=0)
    assert known(saved_copy) == ("unclear", 3, True)
    ordering(given_back(0, failed=True), saved_copy=saved_copy, quantity=0)
    assert known(saved_copy) == ("unclear", 3, True)
    assert ordering(saved_copy=saved_copy, quantity=0)[0].asked == []


def test_order_that_was_never_made_needs_no_cancellation() -> None:
    counter, saved_copy = ordering(quantity=0)
    assert (counter.asked, saved_copy.rows("exit")) == ([], [])


def test_packages_of_earlier_orders_are_asked_for() -> None:
    _, saved_copy = ordering(reserved(3))
    counter, _ = ordering((200, [{"b2BId": 7}], {}), saved_copy=saved_copy)
    assert counter.asked == [("GET", "/v2/offers/N-1/B2Bs")]
    assert ordering(saved_copy=saved_copy)[0].asked == []


def test_repeats_a_lost_purchase_sends_it_again() -> None:
    counter, _ = ordering((504, {}, {}), reserved(3), buying=Steps(place_order=until_an_answer_comes))
    assert len(counter.asked) == 2


def service(number: int, request: requests.PreparedRequest) -> Answer:
    """A PazarSync of two pages."""
    if request.path_url == "/api/auth/token":
        return 200, {"access_token": f"t{number}", "token_type": "bearer", "expires_in": 3600}, {}
    if request.method == "POST":
        return 200, {"updated": 1, "failed": 1, "errors": [{"sku": "X"}]}, {}
    place = 2 if "page=2" in request.path_url else 1
    return 200, {"data": [{"id": place}], "meta": {"total_pages": 2, "total_items": 2}}, {}


def synchronised(counter: Counter, saved_copy: LocalCopy, *skus: str) -> None:
    """One run against a service."""
    service = Service("http://ps.invalid", session=counter.session, clock=counter.clock)
    access = Access(service, "me", "secret", saved_copy)
    sync_shop(access, [{"sku": sku, "stock": 1} for sku in skus], saved_copy)


def tokens(counter: Counter) -> int:
    return [path for _, path in counter.asked].count("/api/auth/token")


def test_token_serves_this_run_and_the_next_until_it_expires() -> None:
    counter, saved_copy = Counter(service), LocalCopy()
    synchronised(counter, saved_copy)
    synchronised(counter, saved_copy)
    assert tokens(counter) == 1
    counter.sleep(3600)
    synchronised(counter, saved_copy)
    assert tokens(counter) == 2


def test_refused_token_is_replaced_and_the_call_made_once_more() -> None:
    def refuse_third(number: int, request: requests.PreparedRequest) -> Answer:
        return (401, {}, {}) if number == 3 else service(number, request)

    counter = Counter(refuse_third)
    synchronised(counter, LocalCopy())
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
    synchronised(counter, LocalCopy())
    assert counter.now == 1_000_030.0


def test_row_that_failed_is_held_as_failed_and_the_run_says_so() -> None:
    copy = LocalCopy()
    with pytest.raises(Problem, match="not set: X"):
        synchronised(Counter(service), copy, "S", "X")
    assert {row["sku"]: row["state"] for row in copy.rows("stock")} == {"S": "pushed", "X": "failed"}


@dataclass(slots=True)
class Shop:
    """A PazarSync whose products move when its second page has been asked for."""

    products: list[int] = field(default_factory=lambda: list(range(150)))
    asked: int = 0

    def answer(self, number: int, request: requests.PreparedRequest) -> Answer:
        """A page of products; of orders there are none."""
        if "/products" not in request.path_url:
            return service(number, request) if request.method == "POST" else (200, listing([], 0), {})
        self.asked += 1
        if self.asked == 2:
            self.products = [*self.products[1:], 150]
        start = 100 if "page=2" in request.path_url else 0
        return 200, listing(self.products[start : start + 100], len(self.products)), {}


def listing(ids: list[int], total: int) -> dict[str, Any]:
    """A page of a list."""
    meta = {"total_pages": -(-total // 100) or 1, "total_items": total}
    return {"data": [{"id": number} for number in ids], "meta": meta}


@pytest.mark.parametrize(("name", "missing"), [("reference", set()), ("never_looks_twice", {100})])
def test_products_when_one_left_and_one_came_while_the_page_was_turned(name: str, missing: set[int]) -> None:
    client = reference_client("pazarsync") if name == "reference" else broken_client(name).client
    saved_copy, counter = LocalCopy(), Counter(Shop().answer)
    assert client
    sync(client, PAZARSYNC, saved_copy, counter.session, counter.clock)
    assert set(range(1, 151)) - {row["id"] for row in saved_copy.rows("products")} == missing


def test_token_is_asked_for_once_when_nobody_knows_the_client() -> None:
    counter = Counter(lambda _, __: (401, {}, {}))
    with pytest.raises(Problem, match="no token is given"):
        synchronised(counter, LocalCopy())
    assert tokens(counter) == 1


def test_list_is_not_held_when_another_cannot_be_read() -> None:
    def no_orders(number: int, request: requests.PreparedRequest) -> Answer:
        return (403, {}, {}) if "/orders" in request.path_url else service(number, request)

    copy = LocalCopy()
    with pytest.raises(Refused):
        synchronised(Counter(no_orders), copy)
    assert copy.rows("products") == []


@pytest.mark.parametrize("error", [{"sku": "X"}, {"sku": None, "index": 1}])
def test_row_that_failed_is_known_by_its_sku_or_its_place(error: Any) -> None:
    batch = [{"sku": "S", "stock": 1}, {"sku": "X", "stock": 1}]
    assert failed_skus(batch, {"errors": [error]}) == {"X"}
