"""Legal variation is a property of the row: an unusual world read twice gives the same bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from contract_tests.tests.provider.conftest import INT, NOW_MS, TR, Ask, Opener
from contract_tests.tests.provider.support.b2b import BUYER, DAY_MS, OFFERS, STOCK, bought, in_stock
from contract_tests.tests.provider.support.finance import AREA, WINDOW
from contract_tests.tests.provider.support.pazarsync import ORDERS, PRODUCTS, Account
from contract_tests.tests.provider.support.products import PRODUCTS as APPROVED
from contract_tests.tests.provider.support.products import TURKISH
from contract_tests.tests.provider.support.questions import HEADERS, VENDOR, good_path, good_query
from emulator.contract.contract import load_contract

SELLERS = {"int": (2748, INT, APPROVED), "tr": (2738, TR, TURKISH)}
LARGE = {"size": 100}


@pytest.fixture
def odd(open_world: Opener) -> Ask:
    """Ask an unusual demo world whose clock stands."""
    ask = open_world(unusual=True, decisions={"product-v1": "open", "order-v1": "open"})
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS})
    return ask


def settlements(ask: Ask, edition: str, service: str, **query: Any) -> Any:
    seller, headers, _ = SELLERS[edition]
    return ask(f"{AREA}/{seller}/{service}", headers, **query)


def cargo_items(ask: Ask, edition: str) -> Any:
    seller, headers, _ = SELLERS[edition]
    kind = {"transactionType": "DeductionInvoices"}
    rows = [
        row
        for back in range(4)
        for row in settlements(
            ask, edition, "otherfinancials", **kind,
            startDate=NOW_MS - 15 * (back + 1) * DAY_MS, endDate=NOW_MS - 15 * back * DAY_MS,
        ).json["content"]
    ]  # fmt: skip
    pages = [
        ask(f"{AREA}/{seller}/cargo-invoice/{row['id']}/items", headers)
        for row in rows
        if row["transactionType"].lower().startswith("kargo fatura")
    ]
    return max(pages, key=lambda page: len(page.json["content"]))


def product_base(ask: Ask, edition: str) -> Any:
    seller, headers, path = SELLERS[edition]
    barcode = ask(path, headers).json["content"][0]["variants"][0]["barcode"]
    return ask(f"/integration/product/sellers/{seller}/product/{barcode}", headers)


def packages(ask: Ask, _: str) -> Any:
    number = bought(ask, (in_stock(ask), 2))
    ask.control("POST", "/clock/freeze", {"at_ms": NOW_MS + DAY_MS})
    return ask(f"/v2/offers/{number}/B2Bs", BUYER)


def detail(path: str) -> Callable[[Ask, str], Any]:
    def read_detail(ask: Ask, _: str) -> Any:
        account = Account(ask)
        return account.get(f"{path}/{account.get(path).json['data'][0]['id']}")

    return read_detail


def offers_part(part: str) -> Callable[[Ask, str], Any]:
    def read_part(ask: Ask, _: str) -> Any:
        offer = ask(OFFERS, BUYER).json[0]
        name = offer["modelNo"] if part == "images" else offer["barcode"]
        return ask(f"/v2/products/{name}/{part}", BUYER)

    return read_part


def first_question(ask: Ask, _: str) -> Any:
    path = "/integration/qna/sellers/2738/questions"
    number = ask(f"{path}/filter", TR).json["content"][0]["id"]
    return ask(f"{path}/{number}", TR)


def audits(ask: Ask, edition: str) -> Any:
    seller, headers, _ = SELLERS[edition]
    claims = ask(f"/integration/order/sellers/{seller}/claims", headers).json["content"]
    number = claims[0]["items"][0]["claimItems"][0]["id"]
    return ask(f"/integration/order/sellers/{seller}/claims/items/{number}/audit", headers)


def export_batch(ask: Ask, _: str) -> Any:
    body = {"stocks": [{"barcode": "1", "stock": 1}]}
    centre = "/integration/ecgw/v1/2738"
    number = ask.send("POST", f"{centre}/stocks", headers=TR, json=body).json["batchId"]
    return ask(f"{centre}/check-status", TR, batchId=number)


READS: dict[str, Callable[[Ask, str], Any]] = {
    "getQuestion": first_question,
    "getClaimItemAudits": audits,
    "getExportBatchStatus": export_batch,
    "filterApprovedProducts": lambda ask, edition: ask(SELLERS[edition][2], SELLERS[edition][1], **LARGE),
    "filterInventoryAndPrice": lambda ask, edition: ask(
        f"{SELLERS[edition][2]}/inventory-and-price", SELLERS[edition][1], **LARGE
    ),
    "filterProducts": lambda ask, _: ask("/integration/product/sellers/2738/products", TR, **LARGE),
    "getProductBase": product_base,
    "getSettlements": lambda ask, edition: settlements(
        ask, edition, "settlements", transactionType="Sale", **WINDOW
    ),
    "getOtherFinancials": lambda ask, edition: settlements(
        ask, edition, "otherfinancials", transactionType="DeductionInvoices", **WINDOW
    ),
    "getPaymentOrders": lambda ask, edition: settlements(ask, edition, "payment-order"),
    "getCargoInvoiceItems": cargo_items,
    "getOffers": lambda ask, _: ask(OFFERS, BUYER),
    "getStockStatus": lambda ask, _: ask(STOCK, BUYER),
    "getProductImages": offers_part("images"),
    "getProductRating": offers_part("rating"),
    "getB2bPackages": packages,
    "getHealthcheck": lambda ask, _: ask("/healthcheck", BUYER),
    "listProducts": lambda ask, _: Account(ask).get(PRODUCTS, limit=100),
    "getProduct": detail(PRODUCTS),
    "listOrders": lambda ask, _: Account(ask).get(ORDERS, limit=100),
    "getOrder": detail(ORDERS),
}


def plain_read(name: str, edition: str) -> Callable[[Ask, str], Any]:
    """The plain question to a vendor's read that needs nothing of the world first."""
    (operation,) = [one for one in VENDOR if (one.id, one.edition) == (name, edition)]
    return lambda ask, _: ask(good_path(operation), HEADERS[edition], **good_query(operation))


OPERATIONS = sorted(
    {
        (operation.id, operation.edition)
        for operation in load_contract().operations
        if operation.method == "GET" and operation.family not in ("control", "trendyol.labels")
    }
)


@pytest.mark.parametrize(("name", "edition"), OPERATIONS)
def test_unchanged_answer_is_the_same_when_it_is_read_again(odd: Ask, name: str, edition: str) -> None:
    first = (READS.get(name) or plain_read(name, edition))(odd, edition)
    assert first.status_code == 200, first.text
    path, headers = first.request.full_path, dict(first.request.headers)
    again = [odd.client.get(path, headers=headers) for _ in range(2)]
    assert [answer.data for answer in again] == [first.data] * 2


def test_row_is_the_same_on_whichever_page_it_stands(odd: Ask) -> None:
    large = odd(APPROVED, size=100).json["content"]
    small = [row for page in range(10) for row in odd(APPROVED, size=10, page=page).json["content"]]
    assert [orjson.dumps(row) for row in small] == [orjson.dumps(row) for row in large]


def test_row_that_changes_leaves_the_others_as_they_were(odd: Ask) -> None:
    before = odd(APPROVED, size=100).json["content"]
    odd.control("POST", "/moves", {"what": "price-changed", "seller": 2748, "pick": 5})
    after = odd(APPROVED, size=100).json["content"]
    pairs = zip(before, after, strict=True)
    assert [orjson.dumps(one) == orjson.dumps(other) for one, other in pairs].count(False) == 1
