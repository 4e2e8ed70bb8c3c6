"""Public clients of what comes after a sale, run unmodified; skipped where they are not at hand."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from contract_tests.stages.server import serving
from contract_tests.tests.kit.support.packages import DAY_MS
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

CALM = ("--limits", "off", "--decide", "order-v1=open")
WAITING = "WAITING_FOR_ANSWER"
EARLY, REASON, ANSWERED_TWICE, DATES = "TY-CLM-016", "TY-CLM-014", "TY-QNA-014", "TY-QNA-007"
WITHOUT_DATES, STOREFRONT = "TY-ORD-007", "TY-PLT-005"

LONCA = """
const ask = globalThis.fetch, host = "https://stageapigw.trendyol.com", said = {}, base = process.env.BASE;
globalThis.fetch = (url, more) => ask(String(url).replace(host, base), more);
const {createTrendyolClient, paginate, parseWebhookEvent} = require(process.env.BUNDLE);
const [sellerId, apiKey, apiSecret] = process.env.ACCOUNT.split(",");
const shop = createTrendyolClient({sellerId: Number(sellerId), apiKey, apiSecret, env: "stage",
  integratorName: "SelfIntegration"});
const all = async read => {
  const rows = [];
  for await (const row of paginate(read)) rows.push(row);
  return rows;
};
const say = async (name, call) => {
  try { said[name] = (await call()) ?? 200; } catch (error) { said[name] = error.status; }
};
const pdf = () => new Blob(["%PDF-1.4"], {type: "application/pdf"});
const statusOf = item => item.claimItemStatus.name;
(async () => {
  const claims = await all(page => shop.claims.list({...page, limit: 5}));
  said.claims = claims.map(claim => claim.id);
  const lines = claims.flatMap(claim => claim.raw.items.map(line => [claim.id, line.claimItems]));
  const waiting = lines.flatMap(([id, items]) =>
    items.filter(item => statusOf(item) === "WaitingInAction").map(item => [id, item.id]));
  const questions = await all(page => shop.questions.list({...page, limit: 5, status: "WAITING_FOR_ANSWER"}));
  said.questions = questions.map(question => Number(question.id));
  if (waiting.length > 1 && questions.length) {
    const [[first, item], [second, other]] = waiting;
    const approve = () => shop.claims.approveLineItems(first, {claimLineItemIdList: [item], params: {}});
    const issue = (claimIssueReasonId, files) => shop.claims.createIssue(second,
      {claimIssueReasonId, claimItemIdList: [other], description: "Ürün kullanılmış", files});
    const reasons = (await shop.claims.getIssueReasons()).map(reason => Number(reason.id));
    said["a reason"] = reasons.includes(401);
    await say("approved", async () => { await approve(); });
    await say("approved twice", approve);
    await say("issue for reason 1", () => issue(1, [pdf()]));
    await say("issue for 1651", () => issue(1651));
    await say("issue for 401", async () => { await issue(401, [pdf()]); });
    const audits = await shop.claims.getItemAudits(item);
    said.audits = audits.map(audit => audit.raw.newStatus);
    const answer = () => shop.questions.answer(questions[0].id, "Merhaba, ürünümüz stoktadır.");
    await say("answered", async () => { await answer(); });
    await say("answered twice", answer);
    said.question = (await shop.questions.get(questions[0].id)).raw.status;
    const packages = await all(page => shop.orders.listStream({...page, limit: 200}));
    const one = packages.find(row => row.status === "Created" && /TEX|Aras/i.test(row.raw.cargoProviderName));
    const id = Number(one.id), number = one.raw.cargoTrackingNumber;
    await shop.orders.updatePackageStatus(one.id, {status: "Picking"});
    await shop.labels.createCommon(number, {format: "ZPL"});
    const [label] = (await shop.labels.getCommon(number)).labels;
    said.label = label.label.includes(String(number));
    const link = {invoiceLink: "https://shop.example/1.pdf", shipmentPackageId: id};
    await say("link", async () => { await shop.invoices.sendLink(link); });
    await say("file beside the link", () => shop.invoices.uploadFile({shipmentPackageId: id, file: pdf()}));
    const owner = {serviceSourceId: id, channelId: 1, customerId: Number(one.raw.customerId)};
    await say("link deleted", async () => { await shop.invoices.deleteLink(owner); });
    await say("file", async () => { await shop.invoices.uploadFile({shipmentPackageId: id, file: pdf()}); });
  }
  await say("webhooks", () => shop.webhooks.list());
  console.log(JSON.stringify(said));
})();
"""
# Its own webhooks lie beside the documented path, so a webhook is made here, and its parser reads the call.
PARSER = """
const {createServer} = require("http"), {parseWebhookEvent} = require(process.env.BUNDLE);
const [seller, key, secret] = process.env.ACCOUNT.split(",");
const receiver = createServer((call, answer) => {
  let body = "";
  call.on("data", part => body += part);
  call.on("end", () => {
    answer.end();
    const {packages} = parseWebhookEvent(body);
    console.log(JSON.stringify(packages.map(({id, status, orderNumber}) => [id, status, orderNumber])));
    process.exit();
  });
}).listen(0, "127.0.0.1", async () => {
  const send = (path, body, more = {}) => fetch(process.env.BASE + path,
    {method: "POST", body: JSON.stringify(body), headers: {"Content-Type": "application/json", ...more}});
  await send(`/integration/webhook/sellers/${seller}/webhooks`, {authenticationType: "API_KEY",
    url: `http://127.0.0.1:${receiver.address().port}/hook`, apiKey: "not-a-real-key",
    subscribedStatuses: ["CREATED"]},
    {"User-Agent": `${seller} - SelfIntegration`, Authorization: "Basic " + btoa(`${key}:${secret}`)});
  await send("/_emulator/moves", {what: "order-placed", seller: Number(seller)});
});
"""
INVOICES = """
const {TrendyolClient} = require(process.env.PACKAGE);
const shop = new TrendyolClient({sellerId: 2738, apiKey: "demo-tr-key", apiSecret: "demo-tr-secret",
  baseUrl: process.env.BASE + "/integration"});
console.error = () => {};
const said = {};
const say = async (name, call) => {
  try { await call(); said[name] = 200; } catch (error) { said[name] = error.response.status; }
};
(async () => {
  const {content: [one]} = await shop.orders.getShipmentPackages({size: 200, status: "Created"});
  const link = {invoiceLink: "https://shop.example/1.pdf", shipmentPackageId: one.shipmentPackageId};
  const owner = {serviceSourceId: one.shipmentPackageId, channelId: 1, customerId: one.customerId};
  await say("link", () => shop.orders.sendInvoiceLink(link));
  await say("link twice", () => shop.orders.sendInvoiceLink(link));
  await say("deleted", () => shop.orders.deleteInvoiceLink(owner));
  await say("link again", () => shop.orders.sendInvoiceLink(link));
  console.log(JSON.stringify(said));
})();
"""
# Its chat service is not configured: it prints what it would send on, and the driver what it has read.
BRIDGE = """
import json, os, runpy, sys, time, requests
ask = requests.Session.request
there = lambda url: url.replace("https://apigw.trendyol.com", os.environ["BASE"])
requests.Session.request = lambda self, method, url, **more: ask(self, method, there(url), **more)
time.sleep = lambda seconds: None
left = runpy.run_path(sys.argv[1], run_name="__main__")
print(json.dumps([row["id"] for row in left["all_questions"]]))
"""
# Of other hosts than the vendor's it asks a chat service alone.
BOT = """
const ask = globalThis.fetch, host = "https://apigw.trendyol.com";
const sent = [];
globalThis.fetch = async (url, more) => {
  if (String(url).startsWith(host)) return ask(String(url).replace(host, process.env.BASE), more);
  sent.push(JSON.parse(more.body).text);
  return Response.json({});
};
process.on("exit", code => console.log(JSON.stringify({code, sent})));
"""


def run_node(script: str, base: str, account: tuple[str, str, str] = TURKISH) -> Any:
    """Run a script that uses lonca or the client of axios."""
    environment = {
        "BASE": base,
        "BUNDLE": str(HOME / "lonca/trendyol.cjs"),
        "PACKAGE": str(HOME / "hberkaykuran"),
        "ACCOUNT": ",".join(account),
    }
    return told_by(["node", "-e", script], environment)


def account_in_the_environment(base: str) -> dict[str, str]:
    """The Turkish seller by the names that the two bots read."""
    names = ("TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET")
    return {"BASE": base, "TELEGRAM_BOT_TOKEN": "x", **dict(zip(names, TURKISH, strict=True))}


def waiting_questions(base: str) -> list[int]:
    """The questions of the last week that wait, which is what the list shows without dates."""
    week_ago = time.time() * 1000 - 7 * DAY_MS
    rows = truth(base, "questions", TURKISH[0])
    return sorted(row["id"] for row in rows if row["status"] == WAITING and row["creationDate"] > week_ago)


@needs("lonca/trendyol.cjs", "node")
def test_lonca_leads_claims_questions_labels_and_invoices_to_their_end() -> None:
    with serving(*CALM) as base:
        claims = sorted({row["claimId"] for row in truth(base, "claims", TURKISH[0])})
        questions = waiting_questions(base)
        outcome = run_node(LONCA, base)
        assert (sorted(outcome["claims"]), sorted(outcome["questions"])) == (claims, questions)
        assert outcome["question"] == "WAITING_FOR_APPROVE"
        assert outcome["audits"] == ["Accepted", "WaitingInAction", "Created"]
        assert outcome["a reason"]
        assert outcome["label"]
        successes = ("approved", "issue for 401", "answered", "link", "link deleted", "file")
        assert [outcome[name] for name in successes] == [200] * len(successes)
        refusals = ("approved twice", "issue for reason 1", "answered twice", "file beside the link")
        assert [outcome[name] for name in refusals] == [400, 400, 400, 409]
        assert outcome["webhooks"] == 404
        assert set(found_at(base)) == {EARLY, REASON, ANSWERED_TWICE, DATES}


@needs("lonca/trendyol.cjs", "node")
def test_lonca_gets_neither_claims_nor_questions_of_an_international_seller() -> None:
    with serving(*CALM) as base:
        outcome = run_node(LONCA, base, INTERNATIONAL)
        assert (outcome["claims"], outcome["questions"]) == ([], [])
        assert set(found_at(base)) == {STOREFRONT, DATES}


@needs("lonca/trendyol.cjs", "node")
def test_lonca_reads_the_call_of_a_webhook() -> None:
    with serving(*CALM) as base:
        ((number, status, order),) = run_node(PARSER, base)
        assert status == "Created"
        (row,) = [row for row in truth(base, "orders", TURKISH[0]) if row["orderNumber"] == order]
        assert str(row["shipmentPackageId"]) == number


@needs("hberkaykuran", "node")
def test_axios_client_sends_the_link_of_an_invoice() -> None:
    with serving(*CALM) as base:
        assert run_node(INVOICES, base) == {"link": 200, "link twice": 409, "deleted": 200, "link again": 200}
        assert set(found_at(base)) == {WITHOUT_DATES}


@needs("bridge")
def test_bridge_reads_every_question_of_a_week_and_none_where_it_is_refused(tmp_path: Path) -> None:
    command = [PYTHON, "-c", BRIDGE, str(HOME / "bridge/main.py")]
    with serving(*CALM) as base:
        account = account_in_the_environment(base)
        assert sorted(told_by(command, account, tmp_path)) == waiting_questions(base)
        assert set(found_at(base)) == {DATES}
        assert told_by(command, {**account, "TRENDYOL_API_SECRET": "wrong"}, tmp_path) == []


@needs("trendyol-soru-bot", "node")
def test_question_bot_sends_on_each_question_once(tmp_path: Path) -> None:
    (tmp_path / "redirect.cjs").write_text(BOT)
    script = str(HOME / "trendyol-soru-bot/notify-new.mjs")
    command = ["sh", "-c", f"node -r ./redirect.cjs {script} 2>/dev/null"]
    with serving(*CALM) as base:
        outcomes = [told_by(command, account_in_the_environment(base), tmp_path) for _ in range(2)]
        assert [len(outcome["sent"]) for outcome in outcomes] == [len(waiting_questions(base)), 0]
        assert all("Sipariş: #" in text for text in outcomes[0]["sent"])
        assert set(found_at(base)) == {DATES}
