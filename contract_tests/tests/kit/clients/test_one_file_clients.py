"""Clients that are one file of a larger program: Inventroy's and that of salesv2render-deneme."""

from __future__ import annotations

from typing import Any

from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.public import (
    HOME,
    INTERNATIONAL,
    PYTHON,
    TURKISH,
    found_at,
    needs,
    told_by,
    truth,
)

IMPORTED = (
    "import json, os, sys; sys.path.insert(0, os.environ['FOLDER']); import trendyol_client as client\n"
)
INVENTROY = """
got, page, pages = [], 0, 1
while page < pages:
    answer = client.get_approved_products(page)
    got += answer.get("content", [])
    page, pages = page + 1, answer.get("total_pages", 0)
pushed = client.push_inventory([{"barcode": "B1", "quantity": 3}])
barcodes = [row["barcode"] for row in got]
print(json.dumps({"last": answer.get("status"), "pushed": pushed.get("status", 200), "got": barcodes}))
"""
STATISTICS = """
from datetime import datetime, timedelta
now = datetime.now()
shop = client.TrendyolAPIClient(os.environ["BASE"], "2738", "demo-tr-key", "demo-tr-secret")
said = []
for _ in range(6):
    try:
        said.append(shop.get_all_product_statistics(now - timedelta(days=30), now))
    except Exception as refused:
        said.append(str(refused))
print(json.dumps(said))
"""


def inventroy(base: str, account: tuple[str, str, str], storefront: str) -> Any:
    """Read all products and push one quantity."""
    names = ("TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET")
    environment = {
        **dict(zip(names, account, strict=True)),
        "TRENDYOL_BASE_URL": f"{base}/integration",
        "TRENDYOL_STORE_FRONT_CODE": storefront,
        "FOLDER": str(HOME / "Inventroy/services"),
    }
    return told_by([PYTHON, "-c", IMPORTED + INVENTROY], environment)


@needs("Inventroy")
def test_inventroy_gets_every_product_of_a_turkish_seller() -> None:
    with serving("--decide", "product-v1=open") as base:
        answers = inventroy(base, TURKISH, "TR")
        assert sorted(answers["got"]) == sorted(row["barcode"] for row in truth(base, "products", TURKISH[0]))
        # It keeps the number of the batch, whose result it may read later.
        assert answers["pushed"] == 200


@needs("Inventroy")
def test_inventroy_is_told_that_its_product_list_is_closed_to_international_sellers() -> None:
    with serving() as base:
        answers = inventroy(base, INTERNATIONAL, "RO")
        assert (answers["last"], answers["got"]) == (404, [])
        assert found_at(base) == {"TY-PLT-015": 1, "TY-PLT-020": 1}


@needs("salesv2render-deneme")
def test_statistics_that_nobody_documents_are_one_finding() -> None:
    with serving() as base:
        answers = told_by(
            [PYTHON, "-c", IMPORTED + STATISTICS],
            {"BASE": base, "FOLDER": str(HOME / "salesv2render-deneme/connectors")},
        )
        assert all("404" in text for text in answers)
        assert found_at(base) == {"TY-PLT-017": 6, "TY-PLT-002": 1}
