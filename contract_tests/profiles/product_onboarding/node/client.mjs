// Products brought into a listing in Node: names looked up, created, each batch read to its end; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export onboarding | reset

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { PAUSE_MS, Problem, request } from "../../../clients/node/writing.mjs";
import { BROKEN } from "./broken.mjs";

const MOST_ITEMS = 1000;
const MOST_BARCODES = 50;
const MOST_STOCK = 20_000;
const DAY_MS = 86_400_000;
const LOOKS = 10;
const UNAPPROVED = ["pending", "rejected"];

// A name that stands for nothing, or a product that cannot be.
export class Unknown extends Error {}

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  // Whether an item of a finished batch was done.
  isDone: (item) => item.status === "SUCCESS",

  // What became of the rows of a batch.
  follow: followBatch,

  // The state of a product that is not approved.
  unapprovedState: (row) => (row.status === "rejected" ? "rejected" : "pending"),

  // Which of the nodes that lead to a leaf a product is filed under.
  filedUnder: (nodes) => nodes.at(-1),

  // The number of a value; none where it is not among them.
  valueId: (values, name) => values.find((one) => [one.attributeValueName, one.attributeValue].includes(name))?.attributeValueId,
};

// Answers are kept: names change seldom.
const lookUp = async (run, path) => (run.store.answers[path] ??= await request(run, "GET", `/product${path}`));

async function brandId(run, name) {
  const brands = await lookUp(run, `/brands/by-name?${new URLSearchParams({ name })}`);
  return found(brands.find((one) => one.name === name), `there is no brand ${name}`).id;
}

// The nodes that lead to a leaf, the root first.
async function nodesOf(run, names) {
  const tree = await lookUp(run, "/product-categories");
  const nodes = [];
  for (const name of names) {
    const below = nodes.at(-1)?.subCategories ?? tree.categories ?? tree;
    nodes.push(found(below.find((one) => one.name === name), `there is no category ${names.join(" > ")}`));
  }
  if (nodes.at(-1).subCategories.length) throw new Unknown(`${names.join(" > ")} has categories below it`);
  return nodes;
}

async function attributesOf(run, category, named) {
  const path = `/categories/${category}/attributes`;
  const { categoryAttributes } = await lookUp(run, path);
  const attributes = [];
  for (const [name, value] of Object.entries(named)) {
    const row = found(categoryAttributes.find((one) => one.attribute.name === name), `there is no attribute ${name}`);
    const { id } = row.attribute;
    const { content } = await lookUp(run, `${path}/${id}/values?page=0&size=1000`);
    const attributeValueId = run.client.valueId(content, value);
    if (attributeValueId === undefined && !row.allowCustom) throw new Unknown(`${name} has no value ${value}`);
    attributes.push(attributeValueId === undefined ? { attributeId: id, customAttributeValue: value } : { attributeId: id, attributeValueId });
  }
  return attributes;
}

function found(one, sentence) {
  if (!one) throw new Unknown(sentence);
  return one;
}

async function newItem(run, want) {
  if (want.quantity < 0 || want.quantity > MOST_STOCK) throw new Unknown(`a stock of ${want.quantity} cannot be`);
  const nodes = await nodesOf(run, want.category);
  const item = {
    barcode: want.barcode,
    title: want.title,
    description: want.description,
    productMainId: want.productMainId,
    stockCode: want.stockCode,
    brandId: await brandId(run, want.brand),
    categoryId: run.client.filedUnder(nodes).id,
    attributes: await attributesOf(run, nodes.at(-1).id, want.attributes),
    images: want.images.map((url) => ({ url })),
    vatRate: want.vatRate,
    dimensionalWeight: want.dimensionalWeight,
    quantity: want.quantity,
    salePrice: Number(want.salePrice),
    listPrice: Number(want.listPrice),
  };
  if (want.sgrPrice) item.sgrPrice = Number(want.sgrPrice);
  if (want.origin) item.origin = want.origin;
  return item;
}

// The method, the address and the item of each write.
const WRITES = {
  create: ["POST", "/v2/products", newItem],
  change: ["POST", "/products/unapproved-bulk-update", async (run, want) => {
    const { quantity, salePrice, listPrice, ...item } = await newItem(run, want);
    return item;
  }],
  content: ["POST", "/products/content-bulk-update", async (run, want, at) => ({ contentId: at.contentId, title: want.title })],
  archive: ["PUT", "/products/archive-state", async (run, { barcode }) => ({ barcode, archived: true })],
  bringBack: ["PUT", "/products/archive-state", async (run, { barcode }) => ({ barcode, archived: false })],
  remove: ["DELETE", "/products", async (run, { barcode }) => ({ barcode })],
};

// The write that brings a product nearer to what is wanted.
function nextWrite({ want, at, batch, failedWant, askedTitle }, nowMs) {
  if (batch || failedWant === JSON.stringify(want)) return null;
  const waits = at && UNAPPROVED.includes(at.state);
  if (want.wanted === "listed") {
    if (!at) return "create";
    if (at.state === "archived") return "bringBack";
    if (at.title === want.title) return null;
    if (waits) return "change";
    return askedTitle === want.title ? null : "content";
  }
  if (!at) return null;
  if (waits) return want.wanted === "deleted" ? "remove" : null;
  if (!at.archivedMs) return "archive";
  return want.wanted === "deleted" && nowMs - at.archivedMs > DAY_MS ? "remove" : null;
}

const chunks = (rows, size) => Array.from({ length: Math.ceil(rows.length / size) }, (_, at) => rows.slice(at * size, (at + 1) * size));

async function listed(run, name, barcodes) {
  const path = `/product/sellers/${run.seller}/products/${name}`;
  const rows = [];
  for (let where = { page: 0 }; where; ) {
    const query = new URLSearchParams({ barcodes: barcodes.join(","), size: 100, ...where });
    const { content, nextPageToken } = await request(run, "GET", `${path}?${query}`);
    rows.push(...content);
    where = nextPageToken && content.length ? { nextPageToken } : null;
  }
  return rows;
}

// Where each product stands: what waits first, so that one that is approved meanwhile is in one list at least.
async function lookAround(run, rows) {
  const places = {};
  for (const some of chunks(Object.keys(rows), MOST_BARCODES)) {
    for (const row of await listed(run, "unapproved", some)) {
      places[row.barcode] = { state: run.client.unapprovedState(row), contentId: null, title: row.title };
    }
    for (const { contentId, title, variants } of await listed(run, "approved", some)) {
      for (const one of variants) {
        const state = ["blacklisted", "archived", "locked"].find((name) => one[name]) ?? "approved";
        places[one.barcode] = { state, contentId, title, archivedMs: one.archivedDate };
      }
    }
  }
  for (const row of Object.values(rows)) {
    row.at = places[row.barcode] ?? null;
    await settleTitle(run, row);
  }
}

// A title that people have refused fails; what is there as it is wanted has not failed, whatever was said before.
async function settleTitle(run, row) {
  const { at, want } = row;
  if (!at || at.state === "archived" || want.wanted !== "listed") return;
  if (at.title === want.title) row.failedWant = null;
  else if (at.contentId && !row.batch && row.askedTitle === want.title) {
    const { content } = await request(run, "GET", `/product/sellers/${run.seller}/products/${at.contentId}/update-audits`);
    const update = content.flatMap((one) => one.updates).find((one) => one.changedTitle === want.title);
    if (update?.status === "FAIL") row.failedWant = JSON.stringify(want);
  }
}

async function followBatch(run, batchId, rows) {
  for (let look = 0; look < LOOKS; look++) {
    if (look) await sleep(PAUSE_MS);
    const { items = [] } = await request(run, "GET", `/product/sellers/${run.seller}/products/batch-requests/${batchId}`);
    if (!items.length) return rows.forEach((row) => Object.assign(row, { batch: null, unclear: true }));
    if (items.some((item) => item.status === "IN_PROGRESS")) continue;
    const done = new Set(items.filter(run.client.isDone).map((item) => codeOf(item.requestItem)));
    return rows.forEach((row) => settle(row, done.has(row.sentCode)));
  }
}

export function settle(row, isDone) {
  Object.assign(row, { batch: null, unclear: false });
  if (isDone) row.created = row.write === "create";
  else row.failedWant = row.sentWant;
}

const codeOf = (item) => String(item.barcode ?? item.contentId);

async function followAll(run, rows) {
  for (const batch of new Set(Object.values(rows).map((row) => row.batch).filter(Boolean))) {
    await run.client.follow(run, batch, Object.values(rows).filter((row) => row.batch === batch));
  }
}

async function send(run, write, rows) {
  const [method, path, itemOf] = WRITES[write];
  const items = [], sent = [];
  for (const row of rows) {
    const want = JSON.stringify(row.want);
    try {
      const item = await itemOf(run, row.want, row.at);
      items.push(item);
      sent.push(Object.assign(row, { write, sentCode: codeOf(item), sentWant: want, unclear: true }));
    } catch (problem) {
      if (!(problem instanceof Unknown)) throw problem;
      row.failedWant = want;
    }
  }
  if (!items.length) return;
  save(run);
  try {
    const { batchRequestId } = await request(run, method, `/product/sellers/${run.seller}${path}`, { items });
    const askedTitle = (row) => (write === "content" ? { askedTitle: row.want.title } : {});
    for (const row of sent) Object.assign(row, { batch: batchRequestId, unclear: false }, askedTitle(row));
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.lost) return;
    const passing = [0, 401, 403, 429, 503].includes(problem.status);
    for (const row of sent) Object.assign(row, { unclear: false }, passing ? {} : { failedWant: row.sentWant });
    if ([401, 403].includes(problem.status)) throw problem;
  }
}

async function sync(run, wants) {
  const { rows } = run.store;
  for (const want of wants) rows[want.barcode] = { ...rows[want.barcode], barcode: want.barcode, want, created: false };
  await followAll(run, rows);
  await lookAround(run, rows);
  const byWrite = {};
  for (const row of Object.values(rows)) {
    const write = nextWrite(row, run.nowMs);
    if (write) (byWrite[write] ??= []).push(row);
  }
  for (const [write, some] of Object.entries(byWrite)) {
    for (const chunk of chunks(some, MOST_ITEMS)) await send(run, write, chunk);
  }
  if (Object.keys(byWrite).length) {
    await followAll(run, rows);
    await lookAround(run, rows);
  }
  const problems = Object.values(rows).filter(isProblem);
  if (problems.length) throw new Problem(problems.map((row) => `${row.barcode}: ${stateOf(row)}`).join("\n"));
}

function stateOf({ want, at, batch, failedWant, created, unclear }) {
  if (batch) return "pending";
  if (failedWant === JSON.stringify(want)) return "failed";
  if (at) return at.state;
  if (want.wanted === "deleted") return "deleted";
  return created ? "created" : unclear ? "unclear" : "pending";
}

function isProblem(row) {
  const state = stateOf(row);
  if (state === "archived") return row.want.wanted === "listed";
  return ["failed", "rejected", "unclear"].includes(state) || (state === "pending" && !row.batch && !row.at);
}

function runOf(environment, client, store) {
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
  const nowMs = Number(environment.TRENDYOL_NOW_MS ?? Date.now());
  return { baseUrl: baseUrl.replace(/\/$/, ""), seller, headers, client, store, nowMs, file: environment.CLIENT_STORE };
}

const save = ({ file, store }) => file && writeFileSync(file, JSON.stringify(store));

function wantsOf(environment) {
  const lines = readFileSync(environment.CLIENT_WANTED, "utf8").split("\n");
  return lines.filter((line) => line.trim()).map((line) => JSON.parse(line));
}

async function main(words, environment) {
  const name = words[0]?.startsWith("--broken=") ? words.shift().slice("--broken=".length) : null;
  const file = environment.CLIENT_STORE;
  const store = file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : { rows: {}, answers: {} };
  const [verb, kind] = words;
  if (verb === "reset") return file && rmSync(file, { force: true });
  if (verb === "export") {
    const rows = kind === "onboarding" ? Object.values(store.rows) : [];
    const lines = rows.map((row) => ({ barcode: row.barcode, state: stateOf(row), contentId: row.at?.contentId ?? null }));
    return writeFileSync(1, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  }
  const run = runOf(environment, { ...RIGHT, ...BROKEN[name] }, store);
  try {
    await sync(run, wantsOf(environment));
  } finally {
    save(run);
  }
}

try {
  await main(process.argv.slice(2), process.env);
} catch (problem) {
  if (!(problem instanceof Problem)) throw problem;
  console.error(problem.message);
  process.exitCode = 1;
}
