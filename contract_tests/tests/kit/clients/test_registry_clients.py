"""Clients of the package registries that still call the paths closed in May 2025."""

from __future__ import annotations

from typing import Any

from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.public import HOME, PYTHON, found_at, needs, told_by

RETIRED, BOOLEAN, ENCODING = "TY-PLT-016", "TY-PLT-014", "TY-PLT-013"
# Both Python packages have one module name and one author; the older one calls its client TrendyolApi.
PYTHON_CALLS = """
import json, os, sys
from trendyol_sdk import api, services
make = getattr(api, "TrendyolApiClient", None) or api.TrendyolApi
shop = services.ProductIntegrationService(make("demo-tr-key", "demo-tr-secret", "2738"))
shop.base_url = os.environ["BASE"] + sys.argv[1]
ITEM = [{"barcode": "B1", "title": "Çiçek", "quantity": 3}]
CALLS = [
    lambda: shop.get_products(),
    *[lambda page=page: shop.get_products({"approved": True, "page": page, "size": 50}) for page in range(6)],
    lambda: shop.get_brands(0, 1000),
    lambda: shop.get_categories(),
    lambda: shop.get_category_attributes(411),
    lambda: shop.get_suppliers_addresses(),
    lambda: shop.create_products(ITEM),
    lambda: shop.update_products(ITEM),
    *[lambda: shop.get_batch_requests("b1")] * 6,
]
said = []
for call in CALLS:
    try:
        said.append(["answered", str(call())])
    except Exception as refused:
        said.append([type(refused).__name__, str(refused)])
print(json.dumps(said))
"""
NODE_CALLS = """
const Trendyol = require(process.env.PACKAGE).default;
const shop = new Trendyol("demo-tr-key", "demo-tr-secret", "2738");
shop.getHttpClient().defaults.baseURL = process.env.BASE + "/sapigw/";
const items = {items: [{barcode: "B1", quantity: 3}]};
const calls = [
  () => shop.getOrderWithAllPages(), () => shop.getFilterProduct({approved: true, size: 100}),
  () => shop.getBrands(), () => shop.getCategories(), () => shop.getCategoryAttributes(411),
  () => shop.getShipmentProviders(), () => shop.getSuppliersAddresses(), () => shop.createProduct(items),
  () => shop.updateProduct(items), () => shop.updatePriceAndInventory(items),
  ...Array(6).fill(() => shop.getBatchRequestResult("b1")), () => shop.getBrandsByName("Çiçek&Co"),
];
(async () => {
  const said = [];
  for (const call of calls)
    try { said.push([(await call()).status, ""]); }
    catch (error) { said.push([error.response.status, JSON.stringify(error.response.data)]); }
  console.log(JSON.stringify(said));
})();
"""


def python_client(package: str, base: str, prefix: str = "/sapigw/") -> Any:
    """Run the calls of a Python package against the emulator."""
    command = [PYTHON, "-c", PYTHON_CALLS, prefix]
    return told_by(command, {"PYTHONPATH": str(HOME / package), "BASE": base})


@needs("trendyol-api-python-sdk")
def test_python_sdk_is_told_that_its_paths_are_closed() -> None:
    with serving() as base:
        for prefix in ("/sapigw/", "/stagesapigw/"):
            answers = python_client("trendyol-api-python-sdk", base, prefix)
            assert {kind for kind, _ in answers} == {"TrendyolAPIError"}
            assert all("404" in text and "/integration" in text for _, text in answers)


@needs("trendyol-api-python-sdk")
def test_python_sdk_gets_one_finding_of_its_paths() -> None:
    with serving() as base:
        answers = python_client("trendyol-api-python-sdk", base)
        assert found_at(base) == {RETIRED: len(answers), BOOLEAN: 6}


@needs("trendyol-api-python")
def test_older_python_package_gets_one_finding_of_its_paths_and_one_of_its_queries() -> None:
    with serving() as base:
        answers = python_client("trendyol-api-python", base)
        assert all("404" in text and "/integration" in text for _, text in answers)
        # A read without parameters sends an empty JSON object; two calls are writes.
        assert found_at(base) == {RETIRED: len(answers), ENCODING: len(answers) - 2}


@needs("trendyol-api-node", "node")
def test_node_package_gets_one_finding_of_its_paths() -> None:
    with serving() as base:
        environment = {"BASE": base, "PACKAGE": str(HOME / "trendyol-api-node/node_modules/trendyol-api")}
        *answers, by_name = told_by(["node", "-e", NODE_CALLS], environment)
        assert all(status == 404 and "/integration" in text for status, text in answers)
        # Bytes that are no UTF-8 end at the HTTP server, before the emulator.
        assert by_name[0] == 400
        assert found_at(base) == {RETIRED: len(answers)}
