"""Two servers on one database under 32 clients that write at once: nothing is sold or numbered twice."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import pytest

from contract_tests.tests.attack.served import Served
from contract_tests.tests.attack.wire import Answer
from contract_tests.tests.coverage import Coverage
from contract_tests.tests.provider.conftest import basic
from contract_tests.tests.provider.support.b2b import BUYER, ITEMS, STOCK
from contract_tests.tests.provider.support.inventory import PRICE_CHANGES_A_MINUTE

WRITERS = 32
SELLER = {"Authorization": basic("demo-tr-key", "demo-tr-secret"), "User-Agent": "2738 - SelfIntegration"}
PUSH = "POST /integration/inventory/sellers/2738/products/price-and-inventory"
TRUTH = "GET /_emulator/truth/{}?seller=2738&storefront=TR"


def at_once(work: Callable[[Served, int], Answer], servers: tuple[Served, Served]) -> list[Any]:
    """Do the same from 32 threads, each to the one or the other server; give what was answered well."""
    with ThreadPoolExecutor(WRITERS) as pool:
        answers = pool.map(lambda number: work(servers[number % 2], number), range(WRITERS))
        return [answer.json for answer in answers if 200 <= answer.status < 300]


def rows_of(server: Served, kind: str, barcode: str) -> list[dict[str, Any]]:
    """What the world holds of a product."""
    rows: list[dict[str, Any]] = server.target.ask(TRUTH.format(kind)).json["rows"]
    return [row for row in rows if row["barcode"] == barcode]


@pytest.mark.nightly
@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_two_servers_share_one_stock_and_one_order_of_batches(coverage: Coverage, database_url: str) -> None:
    options = ("--world", "demo", "--limits", "off", "--database", database_url)
    one, other = servers = (Served(coverage, *options), Served(coverage, *options))
    stocks = {
        row["barcode"]: row["availableQuantity"] for row in one.target.ask(f"GET {STOCK}", None, **BUYER).json
    }
    barcode, before = max(stocks.items(), key=lambda pair: pair[1])
    share = before // (WRITERS - 4)

    def buy(server: Served, _: int) -> Answer:
        body = [{"barcode": barcode, "requestedQuantity": share}]
        return server.target.ask(f"POST {ITEMS}", body, **BUYER)

    def price(server: Served, number: int) -> Answer:
        row = {"barcode": barcode, "quantity": 5, "salePrice": 100 + number, "listPrice": 200}
        return server.target.ask(PUSH, {"items": [row]}, **SELLER)

    requests = Counter(answer["requestNumber"] for answer in at_once(buy, servers))
    purchases = rows_of(other, "purchases", barcode)
    assert set(requests.values()) == {1}
    assert set(requests) <= {row["requestNumber"] for row in purchases}
    rest = next(
        row["availableQuantity"]
        for row in other.target.ask(f"GET {STOCK}", None, **BUYER).json
        if row["barcode"] == barcode
    )
    assert rest >= 0
    assert sum(row["reservedQuantity"] for row in purchases) + rest == before

    batches = [answer["batchRequestId"] for answer in at_once(price, servers)]
    assert len(set(batches)) == WRITERS
    assert one.target.ask("POST /_emulator/clock/advance", {"ms": 3_600_000}).status == 200
    (pushes,) = (row["pushes"] for row in rows_of(other, "pushes", barcode))
    assert sorted(each["batch"] for each in pushes) == sorted(batches)
    changes = [each for each in pushes if each["state"] == "done"]
    assert len(changes) == PRICE_CHANGES_A_MINUTE
    assert all(after["salePriceBefore"] == each["salePrice"] for each, after in pairwise(changes))
    assert one.end(signal.SIGTERM)
    assert other.end(signal.SIGTERM)
