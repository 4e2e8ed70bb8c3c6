"""Stock from many hands, one after the other and at once: the sum of all effects is what is left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contract_tests.tests.effort import examples
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.b2b import buy
from contract_tests.tests.provider.support.closing import close_at_the_end
from contract_tests.tests.provider.support.pazarsync import (
    ISLETME,
    KURUMSAL,
    TEMEL,
    Account,
    barcode_of,
    marketplace_stock,
)
from emulator import Settings, create_app
from emulator.stage.stages import Stages

APP = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
ASK = Ask(APP, "")
LISTED = [row for row in Account(ASK).products(limit=60) if row["status"] == "active"][:4]
BARCODES = {row["id"]: barcode_of(ASK, row) for row in LISTED}
ROUNDS = 12


_closing = close_at_the_end(STAGES)


class Stock(RuleBasedStateMachine):
    """A model of four listed products and one of the account's own, beside two clients and a buyer."""

    names = st.integers(0, 4)
    quantities = st.integers(0, 50)

    @initialize()
    def start(self) -> None:
        STAGES.default.reset()
        self.clients = [Account(ASK, TEMEL), Account(ASK, KURUMSAL)]
        own = self.clients[0].create(sku="EIGEN", stock=3).json
        self.products = [*LISTED, own]
        self.left = {row["id"]: row["stock"] for row in self.products}

    @rule(name=names, quantity=quantities, who=st.integers(0, 1))
    def set_one(self, name: int, quantity: int, who: int) -> None:
        product = self.products[name]
        assert self.clients[who].set_stock(product["id"], quantity).json["stock"] == quantity
        self.left[product["id"]] = quantity

    @rule(items=st.lists(st.tuples(names, st.integers(-3, 50), st.booleans()), min_size=1, max_size=8))
    def set_many(self, items: list[tuple[int, int, bool]]) -> None:
        values = [
            {
                ("sku" if by_sku else "product_id"): self.products[name]["sku" if by_sku else "id"],
                "stock": quantity,
            }
            for name, quantity, by_sku in items
        ]
        answer = self.clients[0].batch(*values).json
        done = [(self.products[name]["id"], quantity) for name, quantity, _ in items if quantity >= 0]
        assert (answer["updated"], answer["failed"]) == (len(done), len(items) - len(done))
        self.left |= dict(done)

    @rule(name=st.integers(0, 3), quantity=st.integers(1, 60))
    def buy_some(self, name: int, quantity: int) -> None:
        product = self.products[name]["id"]
        answer = buy(ASK, (BARCODES[product], quantity))
        taken = min(quantity, self.left[product])
        assert answer.json["items"][0]["availableQuantity"] == taken
        self.left[product] -= taken

    @rule(quantity=quantities)
    def refuse(self, quantity: int) -> None:
        assert self.clients[1].set_stock("prod_1", quantity).status_code == 404
        assert self.clients[1].set_stock(self.products[0]["id"], -1 - quantity).status_code == 400

    @invariant()
    def everyone_sees_what_is_left(self) -> None:
        for client in getattr(self, "clients", ())[:1]:
            assert {key: client.product(key)["stock"] for key in self.left} == self.left
            assert {key: marketplace_stock(ASK, code) for key, code in BARCODES.items()} == {
                key: self.left[key] for key in BARCODES
            }


Stock.TestCase.settings = settings(
    max_examples=examples(25), stateful_step_count=12, deadline=None, derandomize=True
)
TestStock = Stock.TestCase


def test_clients_at_once_lose_no_update_and_no_purchase() -> None:
    STAGES.default.reset()
    product, barcode = LISTED[0], BARCODES[LISTED[0]["id"]]
    clients = [Account(Ask(APP, ""), pair) for pair in (TEMEL, ISLETME, KURUMSAL)]
    clients[0].set_stock(product["id"], 1000)

    def work(number: int) -> int:
        """Buy one piece, and set other products meanwhile."""
        others = [{"product_id": each["id"], "stock": number} for each in LISTED[1:]]
        answer = clients[number % 3].batch(*others, {"sku": f"X{number}", "stock": 1}).json
        assert (answer["updated"], answer["failed"]) == (3, 1)
        return int(buy(Ask(APP, ""), (barcode, 1)).json["items"][0]["availableQuantity"])

    with ThreadPoolExecutor(6) as pool:
        taken = sum(pool.map(work, range(6 * ROUNDS)))
    assert taken == 6 * ROUNDS
    assert clients[0].product(product["id"])["stock"] == 1000 - taken == marketplace_stock(ASK, barcode)
    assert len({clients[0].product(each["id"])["stock"] for each in LISTED[1:]}) == 1


def test_one_sku_is_created_once_by_clients_at_once() -> None:
    STAGES.default.reset()
    clients = [Account(Ask(APP, ""), pair) for pair in (TEMEL, ISLETME, KURUMSAL)]
    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(lambda number: clients[number % 3].create().status_code, range(12)))
    assert sorted(statuses) == [201] + [409] * 11
