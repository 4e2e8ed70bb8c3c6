"""One market under many hands and jumps of the clock: stock, units and money stay, all views agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contract_tests.tests.effort import examples, is_nightly
from contract_tests.tests.provider.conftest import NOW_MS, TR, Ask
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.finance import AREA, rows
from contract_tests.tests.provider.support.market_books import (
    check_account,
    check_claims,
    check_payouts,
    packages_of,
    units_by_order,
    units_outside,
)
from contract_tests.tests.provider.support.orders import LIST, packages, stream
from contract_tests.tests.provider.support.pazarsync import ORDERS, Account, walk
from contract_tests.tests.provider.support.receivers import Receiver, receiving
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.webhooks import settle, subscribe
from emulator import Settings, create_app
from emulator.stage.stages import Stages
from emulator.trendyol.finance.wire import SETTLEMENTS
from emulator.world.catalogue.truth import product_truth
from emulator.world.core.listing import Listing
from emulator.world.money.transaction_types import TYPES
from emulator.world.orders.model import Package

SELLER, LISTING = 2738, Listing(2738, "TR")
DAY_MS = 86_400_000
HOURS_MS = (3_600_000, DAY_MS, 8 * DAY_MS, 23 * DAY_MS)
# How far the clock goes at the most, so that every list still reaches back to the beginning.
FARTHEST_MS = 80 * DAY_MS
EVERY_TYPE = ",".join(SETTLEMENTS)
TYPE_NAMES = [name for name, kind in TYPES.items() if "tr" in kind.editions]
DECISIONS = {"orders-history": "three-months"}
APP = create_app(
    Settings(world="empty", now_ms=NOW_MS, limits="off", check_answers=True, decisions=DECISIONS)
)
STAGES: Stages = APP.extensions["stages"]
STAGES.open("market", recipe=small(money=[], orders=[]))
ASK = Ask(APP, "/w/market")


# What each webhook of the seller wants to hear of; none for everything.
SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    "all": (),
    "arrivals": ("SHIPPED", "DELIVERED"),
    "ends": ("CANCELLED", "UNSUPPLIED", "UNPACKED", "DELIVERED"),
}
RECEIVERS: list[Receiver] = []


_closing = close_at_the_end(STAGES)


@pytest.fixture(scope="session", autouse=True)
def _receiver() -> Iterator[None]:
    with receiving() as receiver:
        RECEIVERS.append(receiver)
        yield
        RECEIVERS.clear()


class Market(RuleBasedStateMachine):
    """Customers, carriers, a seller and the marketplace, who know nothing of each other."""

    picks = st.integers(0, 30)

    @initialize()
    def begin(self) -> None:
        stage = STAGES.get("market")
        assert stage is not None
        stage.reset()
        self.world = stage.world
        ASK.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
        for records in (RECEIVERS[0].bodies, RECEIVERS[0].paths):
            records.clear()
        for name, statuses in SUBSCRIPTIONS.items():
            subscribe(ASK, url=f"{RECEIVERS[0].url}&name={name}", subscribedStatuses=list(statuses))
        self.units: dict[str, int] = {}
        self.cancelled_units: Counter[str] = Counter()
        self.passed_ms = 0
        # Packages that show up late, with all their past: nobody was called for them.
        self.late_ids: set[int] = set()
        self.goods = self.stock()
        for pick in range(3):
            self.customer_orders(pick, 3)

    def stock(self) -> Counter[str]:
        """How many there are of each barcode."""
        return Counter({row["barcode"]: row["quantity"] for row in product_truth(self.world, LISTING)})

    def move(self, what: str, **details: Any) -> str:
        """Make a move; give its sentence, empty when the market has nothing for it."""
        answer = ASK.send("POST", "/_emulator/moves", json={"what": what, "seller": SELLER, **details})
        assert answer.status_code in {200, 409}, answer.text
        return str(answer.json["summary"]) if answer.status_code == 200 else ""

    @rule(pick=picks, quantity=st.integers(1, 4))
    def customer_orders(self, pick: int, quantity: int) -> None:
        before = self.stock()
        summary = self.move("order-placed", pick=pick, quantity=quantity)
        if summary:
            self.units[summary.split()[1]] = (before - self.stock()).total()

    @rule(pick=picks, status=st.sampled_from([None, None, "delivered", "shipped", "cancelled", "unsupplied"]))
    def package_goes_on(self, pick: int, status: str | None) -> None:
        self.move("order-moved", pick=pick, **({} if status is None else {"status": status}))

    @rule(pick=picks)
    def seller_splits(self, pick: int) -> None:
        self.move("package-split", pick=pick)

    @rule(pick=picks)
    def customer_cancels_a_unit(self, pick: int) -> None:
        before = units_by_order(packages_of(self.world, LISTING))
        self.move("unit-cancelled", pick=pick)
        self.cancelled_units += before - units_by_order(packages_of(self.world, LISTING))

    @rule(pick=picks)
    def customer_returns(self, pick: int) -> None:
        self.move("return-booked", pick=pick)

    @rule(pick=picks, quantity=st.integers(1, 3))
    def customer_claims(self, pick: int, quantity: int) -> None:
        self.move("claim-opened", pick=pick, quantity=quantity)

    @rule(pick=picks, what=st.sampled_from(["claim-brought", "claim-brought", "claim-cancelled"]))
    def claim_goes_on(self, pick: int, what: str) -> None:
        self.move(what, pick=pick)

    @rule(pick=picks, status=st.sampled_from(["accepted", "rejected"]))
    def claim_is_decided(self, pick: int, status: str) -> None:
        self.move("claim-decided", pick=pick, status=status)

    @rule(pick=picks, name=st.sampled_from(TYPE_NAMES))
    def something_is_booked(self, pick: int, name: str) -> None:
        before = {package.id for package in packages_of(self.world, LISTING)}
        self.move("entry-booked", pick=pick, type=name)
        self.late_ids |= {package.id for package in packages_of(self.world, LISTING)} - before

    @rule(pick=picks)
    def marketplace_corrects(self, pick: int) -> None:
        self.move("correction-booked", pick=pick)

    @rule(pick=picks)
    def marketplace_corrects_statements(self, pick: int) -> None:
        self.move("statements-corrected", pick=pick)

    @rule(pick=picks, price=st.integers(500, 90_000))
    def seller_changes_a_price(self, pick: int, price: int) -> None:
        self.move("price-changed", pick=pick, sale_price=price)

    @rule(pick=picks, quantity=st.integers(0, 40))
    def seller_changes_the_stock(self, pick: int, quantity: int) -> None:
        before = self.stock()
        self.move("stock-changed", pick=pick, quantity=quantity)
        after = self.stock()
        self.goods.update({barcode: after[barcode] - before[barcode] for barcode in after})

    @precondition(lambda self: self.passed_ms < FARTHEST_MS - max(HOURS_MS))
    @rule(step_ms=st.sampled_from(HOURS_MS))
    def time_passes(self, step_ms: int) -> None:
        ASK.control("POST", "/clock/advance", {"ms": step_ms})
        self.passed_ms += step_ms

    @invariant()
    def stock_and_units_are_conserved(self) -> None:
        now = packages_of(self.world, LISTING)
        outside = units_outside(now, self.units)
        assert all(self.stock()[each] + outside[each] == self.goods[each] for each in self.goods)
        units = units_by_order(now)
        assert {number: units[number] + self.cancelled_units[number] for number in self.units} == self.units

    @invariant()
    def account_follows_from_what_happened(self) -> None:
        check_account(self.world, LISTING)
        check_payouts(self.world)

    @invariant()
    def claims_and_packages_agree(self) -> None:
        check_claims(self.world, LISTING)

    def teardown(self) -> None:
        """Hold the views of the market to its truth."""
        if not hasattr(self, "world"):
            return
        settle(ASK)
        check_calls([each for each in packages_of(self.world, LISTING) if each.id not in self.late_ids])
        truth = ASK.control("GET", "/truth/orders", seller=SELLER)["rows"]
        statuses = {row["shipmentPackageId"]: row["status"] for row in truth}
        assert statuses_of(listed_packages()) == statuses
        assert statuses_of(streamed_packages()) == statuses
        theirs = walk(Account(ASK), ORDERS)
        own_orders = Counter(row["order_number"] for row in theirs if row["marketplace"] == "trendyol")
        assert own_orders == Counter({row["orderNumber"] for row in truth})
        listed_ids = Counter(
            row["id"]
            for window in windows()
            for row in rows(ASK, f"{AREA}/{SELLER}/settlements", TR, transactionTypes=EVERY_TYPE, **window)
        )
        settlements = ASK.control("GET", "/truth/settlements", seller=SELLER)["rows"]
        assert listed_ids == Counter(row["id"] for row in settlements)


def check_calls(packages: list[Package]) -> None:
    """Each webhook has heard of each status that it wants to, once and in the order of each package.

    What was made of a package by a split or a cancellation begins with its last status.
    """
    steps_before = {package.id: len(package.history) - 1 for package in packages}
    calls: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    receiver = RECEIVERS[0]
    for path, row in zip(receiver.paths, receiver.packages, strict=True):
        calls[path.rpartition("=")[2], row["shipmentPackageId"]].append(row["status"].upper())
    for name, wanted_statuses in SUBSCRIPTIONS.items():
        for package in packages:
            own_steps = package.history[steps_before.get(package.parent_id or 0, 0) :]
            statuses = [status.replace("_", "").upper() for status, _ in own_steps]
            due_statuses = [status for status in statuses if not wanted_statuses or status in wanted_statuses]
            assert calls.pop((name, package.id), []) == due_statuses, (name, package.id)
    assert not calls


def windows() -> Iterator[dict[str, Any]]:
    """Windows of two weeks from before the beginning to now, which do not share their edges."""
    now_ms = ASK.control("GET", "/clock")["now_ms"]
    for end_ms in range(now_ms, NOW_MS - 8 * DAY_MS, -14 * DAY_MS):
        yield {"startDate": end_ms - 14 * DAY_MS + 1, "endDate": end_ms}


def listed_packages() -> list[dict[str, Any]]:
    """The packages of the list, window by window."""
    return [row for window in windows() for row in packages(ASK, LIST, size=200, **window)]


def streamed_packages() -> list[dict[str, Any]]:
    """The packages of the stream, whose windows have names of their own."""
    spans = [(window["startDate"], window["endDate"]) for window in windows()]
    return [
        row
        for start_ms, end_ms in spans
        for row in stream(ASK, size=200, lastModifiedStartDate=start_ms, lastModifiedEndDate=end_ms)
    ]


def statuses_of(listed_rows: list[dict[str, Any]]) -> dict[int, str]:
    """The status of each package; none is listed twice."""
    statuses = {row["shipmentPackageId"]: row["status"] for row in listed_rows}
    assert len(statuses) == len(listed_rows)
    return statuses


TestMarket = Market.TestCase
TestMarket.settings = settings(
    max_examples=examples(60), stateful_step_count=40 if is_nightly() else 18, deadline=None
)
