"""The old addresses: they answer until they close, as those that took their place, and are 404 afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from contract_tests.tests.provider.conftest import INT, TR, Ask, Opener
from contract_tests.tests.provider.support.new_products import item
from contract_tests.tests.provider.support.packages import refusal

# 1 May 2025, and the last moment before 26 May 2025 in Istanbul.
MAY_MS, CLOSING_MS = 1_746_046_800_000, 1_748_206_800_000
HEADERS = {"tr": TR, "int": INT}
SELLERS = {"tr": 2738, "int": 2748}
READS = [
    "/brands?size=1000",
    "/brands/by-name?name=Berlis",
    "/shipment-providers",
    "/product-categories",
    "/product-categories/604/attributes",
    "/suppliers/{seller}/addresses",
    "/suppliers/{seller}/products?size=1",
    "/suppliers/{seller}/orders?size=1",
]


def send(ask: Ask, method: str, path: str, edition: str = "tr", **rest: Any) -> Any:
    address = path.format(seller=SELLERS[edition])
    return ask.send(method, address, headers=HEADERS[edition], **rest)


@pytest.fixture
def world_of_2025(open_world: Opener) -> Ask:
    return open_world(now_ms=MAY_MS, decisions={"product-v1": "by-date", "order-v1": "by-date"})


@pytest.mark.parametrize("beginning", ["/sapigw", "/stagesapigw"])
@pytest.mark.parametrize("edition", HEADERS)
def test_old_reads_answer_in_may_2025(world_of_2025: Ask, beginning: str, edition: str) -> None:
    for path in READS:
        answer = send(world_of_2025, "GET", beginning + path, edition)
        assert answer.status_code == 200, (path, answer.text)
    assert send(world_of_2025, "GET", f"{beginning}/suppliers/{{seller}}/returns").status_code == 404


def test_old_writes_are_those_of_v1(world_of_2025: Ask) -> None:
    new = item(currencyType="TRY", cargoCompanyId=10)
    path = "/sapigw/suppliers/{seller}"
    batch_id = send(world_of_2025, "POST", f"{path}/v2/products", json={"items": [new]}).json[
        "batchRequestId"
    ]
    world_of_2025.control("POST", "/clock/advance", {"ms": 700_000})
    batch = send(world_of_2025, "GET", f"{path}/products/batch-requests/{batch_id}").json
    assert (batch["batchRequestType"], batch["failedItemCount"]) == ("ProductV2OnBoarding", 0)
    stock = {"items": [{"barcode": new["barcode"], "quantity": 7}]}
    assert send(world_of_2025, "POST", f"{path}/products/price-and-inventory", json=stock).status_code == 200
    world_of_2025.control("POST", "/clock/advance", {"ms": 30_000})
    (row,) = send(world_of_2025, "GET", f"{path}/products?barcode={new['barcode']}").json["content"]
    assert (row["quantity"], row["approved"]) == (7, True)


def test_old_addresses_close_on_their_day(open_world: Opener) -> None:
    ask = open_world("empty", now_ms=CLOSING_MS - 60_000)
    ask.control("POST", "/clock/freeze", {})
    assert send(ask, "GET", "/sapigw/brands").status_code == 200
    ask.control("POST", "/clock/advance", {"ms": 60_000})
    assert refusal(send(ask, "GET", "/sapigw/brands")) == (404, "path-retired")


def test_old_addresses_meet_the_same_gates(world_of_2025: Ask) -> None:
    answer = world_of_2025.send("GET", "/sapigw/suppliers/2738/products", headers=INT)
    assert answer.status_code == 401
    entry = world_of_2025.control("GET", "/requests")["requests"][-1]
    assert entry["operation"] == "filterProducts"
