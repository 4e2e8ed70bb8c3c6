"""Purchases in any order: whatever is asked, given back and cut off, no piece is lost and none is made."""

from __future__ import annotations

from itertools import count

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from contract_tests.tests.effort import examples
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.b2b import (
    BUYER,
    HOUR_MS,
    STOCK,
    advance,
    buy,
    cancel,
    packages,
    truth,
)
from contract_tests.tests.provider.support.closing import close_at_the_end
from emulator import Settings, create_app
from emulator.stage.stages import Stages

APP = create_app(Settings(world="demo", now_ms=NOW_MS, limits="off", check_answers=True))
STAGES: Stages = APP.extensions["stages"]
ASK = Ask(APP, "")
FIRST_CUTOFF = 13
GOODS = [row["barcode"] for row in ASK(STOCK, BUYER).json[:6]]


_closing = close_at_the_end(STAGES)


class Purchases(RuleBasedStateMachine):
    """A model of six barcodes beside the gateway.

    Shapes: ``kept`` has what each request still holds of each barcode.
    Units: ``hour`` and the ``cutoffs`` of requests count hours from the start, 03:00 in Istanbul.
    """

    requests = Bundle("requests")

    @initialize()
    def start(self) -> None:
        STAGES.default.reset()
        ASK.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
        self.initial = self.stock()
        self.kept: dict[str, dict[str, int]] = {}
        self.cutoffs: dict[str, int] = {}
        self.hour = 0

    @staticmethod
    def stock() -> dict[str, int]:
        rows = ASK(STOCK, BUYER, barcodeList=GOODS).json
        return {row["barcode"]: row["availableQuantity"] for row in rows}

    def left(self, barcode: str) -> int:
        return self.initial[barcode] - sum(kept.get(barcode, 0) for kept in self.kept.values())

    def packed(self, number: str) -> bool:
        return self.hour >= self.cutoffs[number]

    @rule(
        target=requests,
        wanted=st.lists(
            st.tuples(st.sampled_from(GOODS), st.one_of(st.integers(1, 9), st.integers(1, 700))),
            min_size=1,
            max_size=4,
        ),
    )
    def ask_for(self, wanted: list[tuple[str, int]]) -> str:
        answer = buy(ASK, *wanted).json
        number: str = answer["requestNumber"]
        self.kept[number] = {}
        self.cutoffs[number] = next(at for at in count(FIRST_CUTOFF, 24) if at > self.hour)
        for (barcode, quantity), item in zip(wanted, answer["items"], strict=True):
            served = min(quantity, self.left(barcode))
            assert item == {
                "barcode": barcode, "requestedQuantity": quantity, "availableQuantity": served,
            }  # fmt: skip
            self.kept[number][barcode] = self.kept[number].get(barcode, 0) + served
        return number

    @rule(number=requests, which=st.integers(0, 3), quantity=st.integers(1, 40))
    def give_back(self, number: str, which: int, quantity: int) -> None:
        kept = self.kept[number]
        barcode = sorted(kept)[which % len(kept)]
        body = cancel(ASK, number, barcode, quantity).json
        expected = 0 if self.packed(number) else min(quantity, kept[barcode])
        assert body["cancelledQuantity"] == expected
        assert body["hasError"] is (expected < quantity) is bool(body["messages"])
        kept[barcode] -= expected

    @rule(hours=st.integers(1, 30))
    def wait(self, hours: int) -> None:
        advance(ASK, hours * HOUR_MS)
        self.hour += hours

    @invariant()
    def no_piece_is_lost(self) -> None:
        if hasattr(self, "initial"):
            stock = self.stock()
            assert stock == {barcode: self.left(barcode) for barcode in GOODS}
            assert min(stock.values()) >= 0

    @invariant()
    def truth_is_what_the_model_kept(self) -> None:
        for row in truth(ASK) if hasattr(self, "kept") else ():
            kept = row["reservedQuantity"]
            assert kept == self.kept[row["requestNumber"]][row["barcode"]]

    @invariant()
    def packages_are_there_from_the_cut_off_on(self) -> None:
        for number, kept in self.kept.items() if hasattr(self, "kept") else ():
            assert bool(packages(ASK, number)) is (self.packed(number) and any(kept.values()))


TestPurchases = Purchases.TestCase
TestPurchases.settings = settings(max_examples=examples(25), stateful_step_count=20, deadline=None)
