"""Each row of a return has its claim: in a seeded past, by a move, and in the days that follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from contract_tests.tests.provider.support.market_books import check_returns, packages_of
from contract_tests.tests.provider.support.recipes import small
from contract_tests.tests.provider.support.worlds import DAY_MS, opened
from emulator.contract.contract import load_contract
from emulator.world.claims.rows import claims_where
from emulator.world.core.listing import Listing
from emulator.world.core.world import World
from emulator.world.moves import perform

TURKISH = Listing(2738, "TR")
ACCOUNT = {"seller": 2738, "storefront": "TR", "days": 60, "rows": 400, "ahead": 20}
DRAWN_CLAIMS = [{"seller": 2738, "storefront": "TR", "count": 30, "days": 20, "every_status": True}]


@pytest.fixture(scope="module", params=["unit", "line"])
def world(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[World]:
    """A past with returns and drawn claims, and twenty days that are still to come."""
    recipe = {**small(orders=[], money=[ACCOUNT]), "claims": DRAWN_CLAIMS}
    decisions = load_contract().decide({"sale-rows": request.param})
    world = opened(tmp_path_factory.mktemp("returns"), recipe=recipe, decisions=decisions)
    yield world
    world.close()


def return_count(world: World) -> int:
    row = world.store.row("SELECT COUNT(*) FROM ledger_entry WHERE type = 'return'")
    assert row is not None
    return int(row[0])


def test_each_return_of_a_past_and_of_the_days_that_follow_has_its_claim(world: World) -> None:
    before = return_count(world)
    check_returns(world, TURKISH)
    world.advance(20 * DAY_MS)
    check_returns(world, TURKISH)
    assert return_count(world) > before > 10


def test_customers_send_back_what_was_delivered_before(world: World) -> None:
    claims = claims_where(world, "storefront = ? ORDER BY claim_no", ("TR",))
    packages = {package.id: package for package in packages_of(world, TURKISH)}
    assert all(packages[claim.package_id].updated_ms <= claim.claimed_ms for claim in claims)
    assert all(claim.items[0].history[0][0] == "created" for claim in claims)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[World]:
    """A world in which nothing was sold yet."""
    world = opened(tmp_path, recipe=small(orders=[], money=[]))
    yield world
    world.close()


def deliver(world: World) -> None:
    perform(world, {"what": "order-placed", "seller": 2738, "quantity": 1})
    for status in ("picking", "invoiced", "shipped", "delivered"):
        perform(world, {"what": "order-moved", "seller": 2738, "status": status})


def test_return_by_a_move_has_an_accepted_claim(shop: World) -> None:
    deliver(shop)
    perform(shop, {"what": "return-booked", "seller": 2738})
    check_returns(shop, TURKISH)
    (claim,) = claims_where(shop, "storefront = ?", ("TR",))
    assert [(item.status, item.acceptance) for item in claim.items] == [("accepted", "system")]


@pytest.mark.parametrize("what", ["return-booked", "entry-booked"])
def test_return_by_a_move_ends_the_claim_that_is_open(shop: World, what: str) -> None:
    deliver(shop)
    perform(shop, {"what": "claim-opened", "seller": 2738})
    kind = {"type": "return"} if what == "entry-booked" else {}
    perform(shop, {"what": what, "seller": 2738, **kind})
    check_returns(shop, TURKISH)
    (claim,) = claims_where(shop, "storefront = ?", ("TR",))
    assert claim.items[0].status == "accepted"
    shop.advance(10 * DAY_MS)
    assert return_count(shop) == 1
