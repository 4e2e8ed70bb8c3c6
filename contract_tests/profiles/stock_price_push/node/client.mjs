// Stock and prices of a shop in Node: what has changed is pushed, each batch is read to its end; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export stock | reset

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { PAUSE_MS, Problem, request } from "../../../clients/node/writing.mjs";
import { BROKEN } from "./broken.mjs";

const MOST_ITEMS = 1000;
const MOST_STOCK = 20_000;
const LOOKS = 10;
const FIELDS = ["quantity", "salePrice", "listPrice"];

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  // What is wanted of a row and was not set yet; both prices where one changes.
  itemOf: (want, set) => {
    const item = {};
    if ("quantity" in want && want.quantity !== set.quantity) item.quantity = want.quantity;
    const prices = FIELDS.slice(1).filter((name) => name in want);
    if (prices.some((name) => Number(want[name]) !== Number(set[name]))) {
      for (const name of prices) item[name] = Number(want[name]);
    }
    return item;
  },

  // Whether rows of the last run are remembered.
  remembers: true,

  // Whether an item of a finished batch was done.
  isDone: (item) => item.status === "SUCCESS",

  // What became of the rows of a batch.
  follow: followBatch,
};

async function followBatch(run, batchId, rows) {
  for (let look = 0; look < LOOKS; look++) {
    if (look) await sleep(PAUSE_MS);
    const { items = [] } = await request(run, "GET", `/product/sellers/${run.seller}/products/batch-requests/${batchId}`);
    if (!items.length) return rows.map((row) => ({ ...row, state: "unclear", batch: null }));
    if (items.some((item) => item.status === "IN_PROGRESS")) continue;
    const done = new Map(items.map((item) => [item.requestItem.barcode, run.client.isDone(item)]));
    return rows.map((row) => settled(row, done.get(row.barcode)));
  }
  return rows;
}

export const settled = (row, isDone) =>
  isDone
    ? { ...row, set: { ...row.set, ...row.sent }, state: "pushed", batch: null }
    : { ...row, state: "failed", batch: null };

async function followAll(run, rows) {
  const batches = new Set(Object.values(rows).filter((row) => row.state === "pending").map((row) => row.batch));
  for (const batch of batches) {
    const some = Object.values(rows).filter((row) => row.batch === batch);
    for (const row of await run.client.follow(run, batch, some)) rows[row.barcode] = row;
  }
}

// What nobody can tell is looked up: it has what was sent, or it is sent again.
async function readBack(run, rows) {
  for (const row of Object.values(rows).filter((one) => one.state === "unclear")) {
    const query = new URLSearchParams({ barcode: row.barcode });
    const path = `/product/sellers/${run.seller}/products/approved/inventory-and-price?${query}`;
    const { content = [] } = await request(run, "GET", path);
    const variant = content.flatMap((one) => one.variants).find((one) => one.barcode === row.barcode) ?? {};
    const wasSet = Object.entries(row.sent).every(([name, value]) => Number(variant[name]) === Number(value));
    rows[row.barcode] = wasSet ? settled(row, true) : { ...row, state: "due" };
  }
}

async function send(run, rows, some) {
  for (const row of some) rows[row.barcode] = { ...row, state: "unclear" };
  try {
    const path = `/inventory/sellers/${run.seller}/products/price-and-inventory`;
    const items = some.map((row) => ({ barcode: row.barcode, ...row.sent }));
    const { batchRequestId } = await request(run, "POST", path, { items });
    for (const row of some) rows[row.barcode] = { ...row, state: "pending", batch: batchRequestId };
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.lost || /15 (dakika|minutes)/.test(problem.message)) return;
    for (const row of some) rows[row.barcode] = { ...row, state: "failed" };
  }
}

async function sync(run, wants, rows) {
  await followAll(run, rows);
  await readBack(run, rows);
  const due = [];
  for (const want of wants) {
    const row = rows[want.barcode] ?? { barcode: want.barcode, set: {}, state: "due" };
    if (row.state === "pending") continue;
    const sent = run.client.itemOf(want, run.client.remembers ? row.set : {});
    rows[want.barcode] = { ...row, want, sent };
    if (!Object.keys(sent).length) rows[want.barcode].state = "pushed";
    else if (sent.quantity > MOST_STOCK) rows[want.barcode].state = "failed";
    else due.push(rows[want.barcode]);
  }
  for (let start = 0; start < due.length; start += MOST_ITEMS) await send(run, rows, due.slice(start, start + MOST_ITEMS));
  await followAll(run, rows);
  const problems = Object.values(rows).filter((row) => !["pushed", "pending"].includes(row.state));
  if (problems.length) throw new Problem(problems.map((row) => `${row.barcode}: ${row.state}`).join("\n"));
}

function runOf(environment, client) {
  const names = ["TRENDYOL_BASE_URL", "TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET"];
  const [baseUrl, seller, key, secret] = names.map((name) => environment[name]);
  const storefront = environment.TRENDYOL_STOREFRONT ?? "";
  const headers = {
    Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
    "User-Agent": `${seller} - SelfIntegration`,
    "Accept-Language": ["", "TR"].includes(storefront) ? "tr" : "en",
    "Content-Type": "application/json",
    ...(storefront ? { storeFrontCode: storefront } : {}),
  };
  return { baseUrl: baseUrl.replace(/\/$/, ""), seller, headers, client };
}

function wantsOf(environment) {
  const lines = readFileSync(environment.CLIENT_WANTED, "utf8").split("\n");
  return lines.filter((line) => line.trim()).map((line) => JSON.parse(line));
}

const stock = (rows) =>
  Object.values(rows).map(({ barcode, state, set, want }) => ({
    barcode,
    state: state === "due" ? "pending" : state,
    ...Object.fromEntries(FIELDS.filter((name) => name in (want ?? {})).map((name) => [name, set[name] ?? want[name]])),
  }));

async function main(words, environment) {
  const name = words[0]?.startsWith("--broken=") ? words.shift().slice("--broken=".length) : null;
  const client = { ...RIGHT, ...BROKEN[name] };
  const file = environment.CLIENT_STORE;
  const rows = file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  const [verb, kind] = words;
  if (verb === "reset") return file && rmSync(file, { force: true });
  if (verb === "export") {
    const lines = kind === "stock" ? stock(rows).map((row) => `${JSON.stringify(row)}\n`) : [];
    return writeFileSync(1, lines.join(""));
  }
  try {
    await sync(runOf(environment, client), wantsOf(environment), rows);
  } finally {
    if (file) writeFileSync(file, JSON.stringify(rows));
  }
}

try {
  await main(process.argv.slice(2), process.env);
} catch (problem) {
  if (!(problem instanceof Problem)) throw problem;
  console.error(problem.message);
  process.exitCode = 1;
}
