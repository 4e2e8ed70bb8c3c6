"""Batches against a model: however the clock jumps, each is done once, in the order of sending."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contract_tests.tests.effort import examples
from contract_tests.tests.provider.batches.conftest import SHOP
from contract_tests.tests.provider.support.worlds import opened
from emulator.contract.contract import load_contract
from emulator.world.batches.model import Batch
from emulator.world.batches.rows import batch_by_number, queue_batch
from emulator.world.catalogue.listings import contents_of
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.recipes import fill_in

LISTINGS = (Listing(2738, "TR"), Listing(2748, "RO"))
FOLDER = tempfile.TemporaryDirectory(prefix="batch-machine-")


@cache
def the_world() -> World:
    """The one world of all runs of the machine; each takes it back to its seed."""
    return opened(Path(FOLDER.name), recipe=fill_in(SHOP, load_contract().worlds))


@cache
def codes_of(listing: Listing) -> list[str]:
    """The products that the machine pushes."""
    variants = (each for content in contents_of(the_world(), listing) for each in content.variants)
    return [each.barcode for each in variants if not (each.archived or each.locked or each.blacklisted)][:4]


JUMPS = (0, 1, 999, 2_000, 2_001, 10_000, 4 * 3_600_000)


def stocks() -> dict[str, int]:
    """What the world has of the products that the machine pushes."""
    return {
        each.barcode: each.quantity
        for listing in LISTINGS
        for content in contents_of(the_world(), listing)
        for each in content.variants
        if each.barcode in codes_of(listing)
    }


class Batches(RuleBasedStateMachine):
    """Two sellers push, the clock moves, and a model applies what fell due in the order of sending."""

    @initialize()
    def begin(self) -> None:
        the_world().reset()
        the_world().clock.freeze()
        self.stocks = stocks()
        self.waiting: list[tuple[Batch, list[dict[str, Any]]]] = []
        self.batches: list[Batch] = []

    @rule(
        listing=st.sampled_from(LISTINGS),
        rows=st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 20_001)), min_size=1, max_size=6),
        padding=st.sampled_from((0, 0, 900)),
    )
    def push(self, listing: Listing, rows: list[tuple[int, int]], padding: int) -> None:
        codes = [*codes_of(listing), "no-such-barcode"]
        items = [{"barcode": codes[place], "quantity": quantity} for place, quantity in rows]
        padded = [*items, *({"barcode": f"none-{number}", "quantity": 1} for number in range(padding))]
        with the_world().transaction():
            batch = queue_batch(the_world(), listing, "inventory", padded)
        self.waiting.append((batch, items))
        self.batches.append(batch)

    @rule(jump=st.sampled_from(JUMPS))
    def advance(self, jump: int) -> None:
        the_world().advance(jump)
        now_ms = the_world().clock.now_ms()
        for batch, items in [each for each in self.waiting if each[0].due_ms <= now_ms]:
            self.waiting.remove((batch, items))
            for item in items:
                if item["barcode"] in self.stocks and 0 <= item["quantity"] <= 20_000:
                    self.stocks[item["barcode"]] = item["quantity"]

    @invariant()
    def stock_is_that_of_the_model(self) -> None:
        assert stocks() == self.stocks

    @invariant()
    def each_batch_is_done_once_at_its_moment(self) -> None:
        waiting = {batch.number for batch, _ in self.waiting}
        for batch in self.batches:
            row = batch_by_number(the_world(), batch.number)
            assert row is not None
            assert row.completed_ms == (None if batch.number in waiting else batch.due_ms)

    @invariant()
    def batches_of_a_seller_keep_their_order(self) -> None:
        for listing in LISTINGS:
            moments = [batch.due_ms for batch in self.batches if batch.listing == listing]
            assert moments == sorted(moments)


Batches.TestCase.settings = settings(
    max_examples=examples(8),
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
)
TestBatches = Batches.TestCase
