"""Public clients of orders that still call the paths closed in May 2025."""

from __future__ import annotations

from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.public import HOME, PYTHON, found_at, needs, told_by

RETIRED_PATH, AGENT = "TY-PLT-016", "TY-PLT-002"
DENTALPAZAR = """
import json, os, sys
from datetime import datetime, timedelta
sys.path.insert(0, os.environ["FOLDER"])
import trendyol_api as client
client.BASE_URL = os.environ["BASE"] + "/sapigw"
now = datetime.now()
account = ("2738", "demo-tr-key", "demo-tr-secret")
print(json.dumps(client.get_all_orders(*account, now - timedelta(days=9), now)))
"""
MODULES = """
const axios = require(process.env.FOLDER + "/node_modules/axios");
axios.interceptors.request.use(request => {
  request.url = request.url.replace("https://api.trendyol.com", process.env.BASE);
  return request;
});
const token = Buffer.from("demo-tr-key:demo-tr-secret").toString("base64");
const headers = {Authorization: "Basic " + token, "User-Agent": "2738 - SelfIntegration"};
const seller = {sellerId: 2738, headers};
const calls = [
  ["Orders/getShipmentPackages", {status: "Created", page: 0, size: 50}],
  ["Products/filterProducts", {page: 1, size: 50}],
  ["Claims/getClaims", {claimItemStatus: "Created", page: 0, size: 10}], ["Suppliers/getSuppliersAddresses"],
  ["Questions/getQuestions", {status: "WAITING_FOR_ANSWER"}],
  ["Settlements/filterWithDateValidationConstraint", {transactionType: "Sale"}], ["Orders/getProviders"],
];
(async () => {
  const said = [];
  for (const [name, filter] of calls) {
    const result = await require(process.env.FOLDER + "/trendyol/" + name)(seller, filter);
    said.push([result.isAxiosError === true, result.response.status, JSON.stringify(result.response.data)]);
  }
  console.log(JSON.stringify(said));
})();
"""
PHP_CLIENT = """
$file = fn($name) => getenv("FOLDER") . "/" . str_replace("\\\\", "/", $name) . ".php";
spl_autoload_register(fn($name) => @include $file($name));
$base = getenv("BASE") . "/sapigw";
$shop = new IS\\PazarYeri\\Trendyol\\TrendyolClient();
$shop->setSupplierId(2738); $shop->setUsername("demo-tr-key"); $shop->setPassword("demo-tr-secret");
$shop->order->setApiUrl("$base/suppliers/{supplierId}/orders");
$shop->brand->setApiUrl("$base/brands");
$shop->product->setApiUrl("$base/suppliers/{supplierId}/products");
$filter = ["startDate" => time() - 86400 * 3, "endDate" => time(), "page" => 0, "status" => "Created"];
$products = $shop->product->filterProducts(["approved" => true]);
$said = [$shop->order->orderList($filter), $shop->brand->getBrands(50, 0), $products];
echo json_encode($said), "\\n";
"""


@needs("dentalpazar")
def test_dentalpazar_is_told_that_its_path_is_closed() -> None:
    with serving() as base:
        environment = {"BASE": base, "FOLDER": str(HOME / "dentalpazar")}
        rows, reason = told_by([PYTHON, "-c", DENTALPAZAR], environment)
        # One failed page ends it, and the reason reaches its user.
        assert rows is None
        assert "404" in reason
        assert "/integration" in reason
        assert found_at(base) == {RETIRED_PATH: 1, AGENT: 1}


@needs("marketplace/ecommerce", "node")
def test_modules_hand_the_refusal_on_as_if_it_were_data() -> None:
    with serving() as base:
        environment = {"BASE": base, "FOLDER": str(HOME / "marketplace/ecommerce")}
        answers = told_by(["node", "-e", MODULES], environment)
        assert all(
            is_error and status == 404 and "/integration" in text for is_error, status, text in answers
        )
        assert found_at(base)[RETIRED_PATH] == len(answers)


@needs("ismail0234", "php")
def test_php_client_takes_the_refusal_for_an_answer() -> None:
    with serving() as base:
        environment = {"BASE": base, "FOLDER": str(HOME / "ismail0234")}
        answers = told_by(["php", "-r", PHP_CLIENT], environment)
        assert all("/integration" in answer["errors"][0]["message"] for answer in answers)
        assert found_at(base) == {RETIRED_PATH: len(answers)}
