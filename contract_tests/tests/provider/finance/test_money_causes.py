"""Each row of an account, of every type and sub type, comes to what its cause in the world comes to."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from contract_tests.tests.effort import in_the_cut
from contract_tests.tests.provider.support.account_book import amount_of, open_book
from contract_tests.tests.provider.support.causes import CAUSES
from contract_tests.tests.provider.support.worlds import DAY_MS, opened
from emulator.trendyol.finance.wire import SUB_LABELS
from emulator.world.accounts.sellers import Edition
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.money.bookings import BOOKINGS
from emulator.world.money.transaction_types import TYPES

LISTINGS: dict[Edition, Listing] = {"int": Listing(2748, "RO"), "tr": Listing(2738, "TR")}
AHEAD_MS = 28 * DAY_MS


@pytest.fixture(scope="module", params=[in_the_cut("demo", when=True), in_the_cut("busy", when=False)])
def world(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[World]:
    """A seeded past, and four weeks that have gone by since."""
    world = opened(tmp_path_factory.mktemp("causes"), request.param)
    world.advance(AHEAD_MS)
    yield world
    world.close()


def names_of(edition: Edition) -> set[str]:
    """Each type of an edition that has rows of its own, and each sub type."""
    types = {kind.name for kind in TYPES.values() if edition in kind.editions} - {"deduction_invoices"}
    return types | {sub for booking in BOOKINGS[edition] for sub in booking.subs if sub}


def test_every_type_and_sub_type_has_a_cause() -> None:
    assert CAUSES.keys() == names_of("int") | names_of("tr")
    assert CAUSES.keys() - TYPES.keys() == SUB_LABELS.keys()


@pytest.mark.parametrize("edition", LISTINGS)
def test_each_row_comes_to_what_its_cause_comes_to(world: World, edition: Edition) -> None:
    book = open_book(world, LISTINGS[edition])
    for row in book.rows:
        cause = CAUSES[row.sub_type or row.type]
        amounts = cause.amounts(book, row)
        assert amount_of(row) > 0
        assert amount_of(row) in amounts, f"{row.sub_type or row.type} {row.id} is not of {cause.words}"
    if world.name == "demo":
        assert {row.sub_type or row.type for row in book.rows} == names_of(edition)
