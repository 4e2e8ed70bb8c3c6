"""Two emulators on one database: changes are seen at once, due work is done once, limits hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.effort import is_nightly
from contract_tests.tests.provider.conftest import NOW_MS, Ask
from contract_tests.tests.provider.support.b2b import buy, in_stock, stock_of
from contract_tests.tests.provider.support.inventory import PRICE_CHANGES_A_MINUTE, push
from contract_tests.tests.provider.support.receivers import receiving
from contract_tests.tests.provider.support.webhooks import new_package, settle, subscribe
from emulator import Settings, create_app
from emulator.world.store.place import postgres_place

WRITERS = 32 if is_nightly() else 12
DAY_MS = 86_400_000
Pair = tuple[Ask, Ask]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Two emulators with connections of their own to one kept world, whose clock stands."""
    folder = tmp_path_factory.mktemp("pair")
    database: Any = folder / "stage.db"
    if request.param == "postgresql":
        database = postgres_place(request.getfixturevalue("new_schema_url")())
    with ExitStack() as stack:
        yield serve(database, folder, stack), serve(database, folder, stack)


def serve(database: Any, folder: Path, stack: ExitStack) -> Ask:
    app = create_app(
        Settings(
            world="demo", now_ms=NOW_MS, limits="off", database=database, folder=folder, check_answers=True
        )
    )
    stack.callback(app.extensions["stages"].close_all)
    return Ask(app, "")


@pytest.fixture(autouse=True)
def fresh(pair: Pair) -> None:
    pair[0].control("POST", "/reset")
    pair[0].control("POST", "/clock/freeze")


def at_once(work: Callable[[Ask], Any], pair: Pair) -> list[Any]:
    """Do the same as often as there are writers, in threads, over both."""
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(work, (pair[number % 2] for number in range(WRITERS))))


def test_change_of_one_is_seen_by_the_other_at_once(pair: Pair) -> None:
    one, other = pair
    for number in range(10):
        one, other = other, one
        one.control("POST", "/sellers", {"id": 8000 + number, "edition": "int", "storefronts": ["RO"]})
        one.control("POST", "/clock/advance", {"ms": 1000 + number})
        assert other.control("GET", "/clock") == one.control("GET", "/clock")
        assert other.control("GET", "/sellers") == one.control("GET", "/sellers")


def test_due_work_is_done_once(pair: Pair, open_world: Callable[..., Ask]) -> None:
    alone = open_world(now_ms=NOW_MS)
    kinds = ("orders", "settlements", "products")
    for ask in (pair[0], alone):
        ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
        ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS + DAY_MS // 2})
    at_once(lambda ask: ask.control("GET", "/truth/orders", seller=2748, storefront="RO"), pair)
    states = [
        [ask.control("GET", f"/truth/{kind}", seller=2748, storefront="RO") for kind in kinds]
        for ask in (*pair, alone)
    ]
    assert states[0] == states[1] == states[2]


def test_stock_is_sold_once_and_numbers_never_collide(pair: Pair) -> None:
    barcode = in_stock(pair[0], WRITERS // 2)
    before = stock_of(pair[1], barcode)
    each = before // (WRITERS - 2)
    answers = at_once(lambda ask: buy(ask, (barcode, each + 1)), pair)
    numbers = Counter(answer.json["requestNumber"] for answer in answers if answer.status_code < 300)
    reserved_count = sum(
        row["reservedQuantity"]
        for row in pair[1].control("GET", "/truth/purchases", seller=2738, storefront="TR")["rows"]
        if row["barcode"] == barcode
    )
    assert max(numbers.values()) == 1
    assert (stock_of(pair[0], barcode), reserved_count) == (0, before)


def test_batches_of_both_are_all_done_and_done_once(pair: Pair) -> None:
    barcode = in_stock(pair[0])
    prices = iter(range(100, 100 + WRITERS))

    def change(ask: Ask) -> str:
        price = next(prices)
        return push(ask, [{"barcode": barcode, "salePrice": price, "listPrice": price}])

    ids = at_once(change, pair)
    assert len(set(ids)) == WRITERS
    pair[1].control("POST", "/clock/advance", {"ms": DAY_MS // 24})
    rows = pair[0].control("GET", "/truth/pushes", seller=2738, storefront="TR")["rows"]
    (pushes,) = (row["pushes"] for row in rows if row["barcode"] == barcode)
    assert sorted(each["batch"] for each in pushes) == sorted(ids)
    # Each was done once and in order: it found the price that the one before had set.
    changes = [each for each in pushes if each["state"] == "done"]
    assert len(changes) == min(WRITERS, PRICE_CHANGES_A_MINUTE)
    assert all(after["salePriceBefore"] == before["salePrice"] for before, after in pairwise(changes))


def test_subscribers_are_called_once_whoever_has_the_order(pair: Pair) -> None:
    with receiving() as receiver:
        subscribe(pair[0], url=receiver.url)
        packages = [new_package(ask)["shipmentPackageId"] for ask in (*pair, *reversed(pair))]
        for ask in pair:
            settle(ask)
        assert sorted(each["shipmentPackageId"] for each in receiver.packages) == sorted(packages)


def test_health_says_what_each_process_has_for_itself(pair: Pair) -> None:
    pair[0].control("POST", "/faults", {"operation": "*", "status": 503})
    assert pair[1].control("GET", "/faults") == {"faults": []}
    database = pair[1].control("GET", "/health")["database"]
    assert database["kept"]
    assert {"journal", "faults"} < set(database["process_only"])
