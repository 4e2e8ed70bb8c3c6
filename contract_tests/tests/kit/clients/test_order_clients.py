"""Public clients of the order list and its writes, run unmodified; skipped where they are not at hand."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest

from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.packages import DAY_MS, packages_changed
from contract_tests.tests.kit.support.public import (
    HOME,
    INTERNATIONAL,
    PYTHON,
    TURKISH,
    found_at,
    needs,
    told_by,
)

OPEN = ("--limits", "off", "--decide", "order-v1=open")
OLD_NAMES = (*OPEN, "--decide", "package-names=old")
CLOSED_LIST, WINDOW, SIZE, DATES, AGENT = "TY-PLT-021", "TY-ORD-001", "TY-ORD-002", "TY-ORD-007", "TY-PLT-002"
STREAM_WINDOW, STREAM_PACE, STOREFRONT = "TY-ORD-021", "TY-ORD-025", "TY-PLT-005"

TRENDYOL_ELT = """
import json, os, runpy
import aiohttp, requests
base, ask, get = os.environ["BASE"], requests.Session.request, aiohttp.ClientSession.get
there = lambda url: str(url).replace("https://apigw.trendyol.com", base)
requests.Session.request = lambda self, method, url, **more: ask(self, method, there(url), **more)
aiohttp.ClientSession.get = lambda self, url, **more: get(self, there(url), **more)
left = runpy.run_path("orders.py", run_name="__main__")
rows = left.get("fetched_orders_list", [])
keys = left["df"]["id"].to_list() if rows else []
window = [left["OVERALL_START_DATE_MS"], left["OVERALL_END_DATE_MS"]]
numbers = [str(row.get("shipmentPackageId")) for row in rows]
print(json.dumps({"window": window, "numbers": numbers, "keys": keys}))
"""
CONNECTOR = """
import json, os, sys
from datetime import datetime, timedelta
sys.path.insert(0, os.environ["FOLDER"])
import trendyol_client as client
now = datetime.now()
shop = client.TrendyolAPIClient(os.environ["BASE"], "2738", "demo-tr-key", "demo-tr-secret")
month_ago = now - timedelta(days=30)
calls = (lambda: shop.get_all_shipment_packages(start_date=month_ago, end_date=now),
         lambda: shop.get_orders_by_date_range(month_ago, now))
said = {"window": [int(month_ago.timestamp() * 1000), int(now.timestamp() * 1000)], "answers": []}
for call in calls:
    try:
        said["answers"].append([str(row.get("shipmentPackageId", row.get("id"))) for row in call()])
    except Exception as refused:
        said["answers"].append(str(refused))
print(json.dumps(said))
"""
AXIOS_CLIENT = """
const {TrendyolClient} = require(process.env.PACKAGE);
const shop = new TrendyolClient({sellerId: 2738, apiKey: "demo-tr-key", apiSecret: "demo-tr-secret",
  baseUrl: process.env.BASE + "/integration"});
console.error = () => {};
const now = Date.now(), day = 86400000, said = {};
const say = async (name, call) => {
  try { said[name] = [200, await call()]; }
  catch (error) { said[name] = [error.response.status, JSON.stringify(error.response.data)]; }
};
(async () => {
  const read = params => shop.orders.getShipmentPackages(params);
  const fiftyDays = {startDate: now - 50 * day, endDate: now, size: 500, status: "Created"};
  await say("fifty days", () => read(fiftyDays));
  await say("text dates", () => read({startDate: "2026-11-20", endDate: "2026-11-21", size: 200}));
  await say("created", () => read({size: 200, status: "Created"}));
  const [one] = said["created"][1].content ?? [];
  if (one) {
    const id = one.shipmentPackageId;
    const lines = one.lines.map(line => ({lineId: line.lineId, quantity: line.quantity}));
    await say("by number", () => read({shipmentPackageIds: [id]}));
    await say("picking", () => shop.orders.notifyPackages(id, {lines, params: {}, status: "Picking"}));
    await say("invoiced", () => shop.orders.notifyPackages(id,
      {lines, params: {invoiceNumber: "EME2018000025208"}, status: "Invoiced"}));
    await say("boxes", () => shop.orders.updateBoxInfo(id, {boxQuantity: 2, deci: 3}));
    await say("shipped", () => shop.orders.shippingAlternativeDelivery(id,
      {isPhoneNumber: true, trackingInfo: "5555555555", params: {}, boxQuantity: 1, deci: 1.4}));
    await say("delivered", () => shop.orders.deliveredByService(String(one.cargoTrackingNumber)));
    await say("test status", () => shop.orders.statusUpdatesOnTestOrders(id,
      {lines, params: {}, status: "Delivered"}));
    await say("after", () => read({orderNumber: one.orderNumber}));
  }
  console.log(JSON.stringify({now, said}));
})();
"""
LONCA = """
const ask = globalThis.fetch, host = "https://stageapigw.trendyol.com", said = {};
globalThis.fetch = (url, more) => ask(String(url).replace(host, process.env.BASE), more);
const {createTrendyolClient, paginate} = require(process.env.BUNDLE);
const [sellerId, apiKey, apiSecret] = process.env.ACCOUNT.split(",");
const shop = createTrendyolClient({sellerId: Number(sellerId), apiKey, apiSecret, env: "stage",
  integratorName: "SelfIntegration"});
const now = Date.now(), day = 86400000;
const all = async read => {
  const rows = [];
  for await (const row of paginate(read)) rows.push(row);
  return rows;
};
const say = async (name, call) => {
  try { said[name] = (await call()) ?? 200; } catch (error) { said[name] = error.status; }
};
const numbers = async read => (await all(read)).map(row => row.id);
(async () => {
  await say("list", () => numbers(page => shop.orders.list(
    {...page, limit: 200, startDate: new Date(now - 14 * day), endDate: new Date(now)})));
  await say("stream", () => numbers(page => shop.orders.listStream({...page, limit: 20})));
  await say("month", () => numbers(page => shop.orders.listStream({...page, limit: 200,
    lastModifiedStartDate: new Date(now - 30 * day), lastModifiedEndDate: new Date(now)})));
  const whole = () => all(page => shop.orders.listStream({...page, limit: 200}));
  const created = (await whole()).filter(row => row.status === "Created");
  const many = created.find(row => row.lines[0].quantity > 1), one = created.find(row => row !== many);
  if (one && many) {
    said.moved = [one.id, many.id];
    const line = {lineId: Number(many.lines[0].id), quantity: 1};
    await say("picking", () => shop.orders.updatePackageStatus(one.id, {status: "Picking"}));
    await say("invoiced", () => shop.orders.updatePackageStatus(one.id, {status: "Invoiced"}));
    await say("carrier", () => shop.orders.changeCargoProvider(one.id, "SURATMP"));
    await say("extended", () => shop.orders.extendDeliveryDate(one.id, 2));
    const cancel = reasonId => shop.orders.cancelPackageItem(many.id, {lines: [line], reasonId});
    await say("cancelled by its own reason", () => cancel(577));
    await say("cancelled", () => cancel(500));
    await say("unknown package", () => shop.orders.updatePackageStatus(999999, {status: "Picking"}));
    await say("test status", () => shop.testOrders.updateStatus(one.id, "Delivered"));
    const after = await whole();
    const of = number => after.filter(row => row.orderNumber === number).map(row => row.status).sort();
    said.after = {one: of(one.orderNumber), many: of(many.orderNumber)};
  }
  console.log(JSON.stringify({now, said}));
})();
"""
# It asks a chat service nothing here: every other host is answered from this file.
BOT = """
const ask = globalThis.fetch, host = "https://apigw.trendyol.com";
const question = {id: 1, text: "Kargom nerede?", customerId: 1, productName: "Kazak"};
const questions = {content: [question], totalPages: 1};
let read = 0;
globalThis.fetch = async (url, more) => {
  if (String(url).includes("/qna/")) return Response.json(questions);
  if (!String(url).startsWith(host)) return Response.json({});
  const answer = await ask(String(url).replace(host, process.env.BASE), more);
  if (answer.status === 200) read += (await answer.clone().json()).content.length;
  return answer;
};
process.on("exit", code => console.log(JSON.stringify({code, read})));
"""


def run_elt(base: str) -> Any:
    """Read orders with Trendyol-ELT."""
    token = base64.b64encode(":".join(TURKISH[1:]).encode()).decode()
    account = {
        "TRENDYOL_SUPPLIER_ID": "2738",
        "TRENDYOL_API_TOKEN": token,
        "GCP_PROJECT_ID": "",
        "BASE": base,
    }
    return told_by([PYTHON, "-c", TRENDYOL_ELT], account, HOME / "Trendyol-ELT")


def windows_of_elt(window: list[int]) -> list[tuple[int, int]]:
    """The spans that Trendyol-ELT asks for, one after another."""
    start, spans = window[0], []
    while start < window[1]:
        spans.append((start, min(start + 15 * DAY_MS, window[1])))
        start = spans[-1][1] + 1
    return spans


@needs("Trendyol-ELT")
def test_trendyol_elt_loses_the_fifteenth_day_of_each_window_and_has_no_key() -> None:
    with serving(*OPEN) as base:
        orders = run_elt(base)
        now_ms = orders["window"][1]
        cut = [
            (max(start, now_ms - 30 * DAY_MS), min(start + 14 * DAY_MS, end))
            for start, end in windows_of_elt(orders["window"])
        ]
        assert set(orders["numbers"]) == packages_changed(base, TURKISH[0], cut)
        whole = packages_changed(base, TURKISH[0], [(now_ms - 30 * DAY_MS, now_ms)])
        assert set(orders["numbers"]) < whole
        # The table is merged by a field that packages have had no more since April 2026.
        assert set(orders["keys"]) == {None}
        assert set(found_at(base)) == {WINDOW}
    with serving(*OLD_NAMES) as base:
        assert None not in run_elt(base)["keys"]


@needs("Trendyol-ELT")
def test_trendyol_elt_ends_well_when_the_list_is_closed() -> None:
    with serving("--limits", "off") as base:
        assert run_elt(base)["numbers"] == []
        assert found_at(base) == {CLOSED_LIST: 3, WINDOW: 3}


@needs("salesv2render-deneme")
def test_connector_gets_half_of_a_month_and_nothing_by_its_own_date_method() -> None:
    environment = {"FOLDER": str(HOME / "salesv2render-deneme/connectors")}
    with serving(*OPEN) as base:
        outcome = told_by([PYTHON, "-c", CONNECTOR], {"BASE": base, **environment})
        start_ms, _ = outcome["window"]
        month, by_range = outcome["answers"]
        assert set(month) == packages_changed(base, TURKISH[0], [(start_ms, start_ms + 14 * DAY_MS)])
        # It keeps rows by a field that is gone, so all are one and none is left.
        assert by_range == []
        assert set(found_at(base)) == {WINDOW, DATES, AGENT}
    with serving(*OLD_NAMES) as base:
        outcome = told_by([PYTHON, "-c", CONNECTOR], {"BASE": base, **environment})
        now_ms = outcome["window"][1]
        # It drops the dates that it is given: a week is all it gets of a month.
        last_week = packages_changed(base, TURKISH[0], [(now_ms - 7 * DAY_MS, now_ms)])
        assert set(outcome["answers"][1]) == last_week


@needs("salesv2render-deneme")
def test_connector_raises_when_the_list_is_closed() -> None:
    with serving("--limits", "off") as base:
        environment = {"BASE": base, "FOLDER": str(HOME / "salesv2render-deneme/connectors")}
        outcome = told_by([PYTHON, "-c", CONNECTOR], environment)
        assert all("426" in text for text in outcome["answers"])
        assert found_at(base)[CLOSED_LIST] == 2


def run_axios(base: str) -> Any:
    """Read and lead on an order with hberkaykuran's client."""
    return told_by(["node", "-e", AXIOS_CLIENT], {"BASE": base, "PACKAGE": str(HOME / "hberkaykuran/dist")})


@needs("hberkaykuran/dist", "node")
def test_axios_client_reads_and_leads_an_order_on_until_the_cargo_number_has_changed() -> None:
    with serving(*OPEN) as base:
        outcome = run_axios(base)["said"]
        # Its own example asks for 500 packages of fifty days.
        assert outcome["fifty days"][0] == 400
        writes = ("by number", "picking", "invoiced", "boxes", "shipped")
        assert [outcome[name][0] for name in writes] == [200] * len(writes)
        # The package has another cargo number by now, and its client names the old one.
        assert outcome["delivered"][0] == 401
        # The client sends no header SellerID anywhere.
        assert outcome["test status"][0] == 400
        assert [row["status"] for row in outcome["after"][1]["content"]] == ["Shipped"]
        assert {WINDOW, SIZE, DATES} <= set(found_at(base))


@needs("hberkaykuran/dist", "node")
def test_axios_client_is_told_that_the_list_is_closed() -> None:
    with serving("--limits", "off") as base:
        outcome = run_axios(base)["said"]
        assert {status for status, _ in outcome.values()} == {426}
        assert all("v2/orders" in text for _, text in outcome.values())
        assert found_at(base)[CLOSED_LIST] == len(outcome)


def run_lonca(base: str, account: tuple[str, str, str]) -> Any:
    """Read packages and lead two on with lonca."""
    environment = {"BASE": base, "BUNDLE": str(HOME / "lonca/trendyol.cjs"), "ACCOUNT": ",".join(account)}
    return told_by(["node", "-e", LONCA], environment)


@needs("lonca/trendyol.cjs", "node")
def test_lonca_gets_every_package_by_list_and_stream_and_leads_them_on() -> None:
    with serving(*OPEN) as base:
        result = run_lonca(base, TURKISH)
        now_ms, outcome = result["now"], result["said"]
        # A month in one stream is refused, and that is raised.
        assert (outcome["month"], outcome["cancelled by its own reason"]) == (400, 400)
        assert [outcome[name] for name in ("picking", "invoiced", "carrier", "extended", "cancelled")] == [
            200
        ] * 5
        assert (outcome["unknown package"], outcome["test status"]) == (401, 400)
        assert outcome["after"] == {"one": ["Invoiced"], "many": ["Cancelled", "Created"]}
        assert sorted(outcome["list"]) == sorted(outcome["stream"]) == sorted(set(outcome["list"]))
        fortnight = packages_changed(base, TURKISH[0], [(now_ms - 14 * DAY_MS, now_ms)])
        # The truth is asked for behind the writes, which moved two packages on.
        assert set(outcome["list"]) - set(outcome["moved"]) == fortnight
        assert set(found_at(base)) >= {STREAM_WINDOW, STREAM_PACE}


@needs("lonca/trendyol.cjs", "node")
def test_lonca_goes_on_by_the_stream_when_the_list_is_closed() -> None:
    with serving("--limits", "off") as base:
        result = run_lonca(base, TURKISH)
        assert result["said"]["list"] == 426
        fortnight = packages_changed(base, TURKISH[0], [(result["now"] - 14 * DAY_MS, result["now"])])
        assert set(result["said"]["stream"]) - set(result["said"]["moved"]) == fortnight
        assert found_at(base)[CLOSED_LIST] == 1


@needs("lonca/trendyol.cjs", "node")
def test_lonca_gets_no_package_of_an_international_seller() -> None:
    with serving(*OPEN) as base:
        outcome = run_lonca(base, INTERNATIONAL)["said"]
        assert (outcome["list"], outcome["stream"]) == ([], [])
        assert STOREFRONT in found_at(base)


@needs("trendyol-soru-bot", "node")
@pytest.mark.parametrize(("options", "code"), [(OPEN, 0), (("--limits", "off"), 1)])
def test_question_bot_reads_a_fortnight_at_a_time_or_ends_with_an_error(
    options: tuple[str, ...], code: int, tmp_path: Any
) -> None:
    (tmp_path / "redirect.cjs").write_text(BOT)
    names = ("TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET")
    account = dict(zip(names, TURKISH, strict=True))
    with serving(*options) as base:
        script = str(HOME / "trendyol-soru-bot/notify-new.mjs")
        command = ["sh", "-c", f"node -r ./redirect.cjs {script} 2>/dev/null || true"]
        outcome = told_by(command, {"BASE": base, "TELEGRAM_BOT_TOKEN": "x", **account}, tmp_path)
        assert outcome["code"] == code
        if code:
            assert (outcome["read"], found_at(base)) == (0, {CLOSED_LIST: 1})
        else:
            now_ms = time.time_ns() // 1_000_000
            assert outcome["read"] == len(
                packages_changed(base, TURKISH[0], [(now_ms - 30 * DAY_MS, now_ms)])
            )
            assert found_at(base) == {}
