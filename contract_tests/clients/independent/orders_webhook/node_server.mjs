// Trendyol orders by webhook, reconciled by reading the order list. Node 20, no packages.
// What is kept is one journal to which receiver and sync only append: each write is one line-wise append, so
// neither needs a lock against the other; whoever reads folds the lines into the newest state of each package.
import { createHash, timingSafeEqual } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

const env = process.env;
const FOLDER = env.CLIENT_STORE || "./trendyol-store";
const JOURNAL = join(FOLDER, "journal.ndjson");
const LOCK = join(FOLDER, "sync.lock");
const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const PAGE_SIZE = 200, MOST_RECORDS = 10_000; // page * size has to stay inside 10,000
const ORDER_DATE_SHIFT = 3 * HOUR; // orderDate is the Turkish clock written as epoch, all other dates are real
const RUN_BUDGET = 100_000, PACE = 220; // fewer than 50 requests in 10 seconds
const MOST_BODY = 8 * 1024 * 1024;
// The known statuses by how far they are: breaks the tie between two calls of one millisecond.
const RANK = {
  Awaiting: 0, Verified: 1, Created: 2, Picking: 3, Invoiced: 4, Shipped: 5, AtCollectionPoint: 6, UnDelivered: 6,
  Delivered: 7, Returned: 8, Cancelled: 9, UnSupplied: 9, UnPacked: 9,
};

class Unfinished extends Error {}
class OutOfTime extends Unfinished {}

const say = (...words) => console.error(...words);
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const digest = (text) => createHash("sha256").update(String(text)).digest();

// ---- what is kept ----

function append(records) {
  if (!records.length) return;
  mkdirSync(FOLDER, { recursive: true });
  // The leading line break closes what a killed process may have left half written.
  appendFileSync(JOURNAL, "\n" + records.map((record) => JSON.stringify(record)).join("\n") + "\n");
}

const remember = (name, value) => append([{ kind: "note", name, value }]);

function overtakes(next, last) {
  if (!last) return true;
  const [a, b] = [next.row.lastModifiedDate, last.row.lastModifiedDate];
  if (a !== b) return a > b;
  // The same moment: the list is right about all that was kept before it was asked.
  if (next.askedAt && last.at < next.askedAt) return true;
  return (RANK[next.row.status] ?? -1) > (RANK[last.row.status] ?? -1);
}

function fold() {
  const state = { packages: new Map(), changes: new Map(), notes: {} };
  if (!existsSync(JOURNAL)) return state;
  for (const line of readFileSync(JOURNAL, "utf8").split("\n")) {
    if (!line) continue;
    let record;
    try {
      record = JSON.parse(line);
    } catch {
      continue; // half a line of a process that was killed
    }
    if (record.kind === "note") state.notes[record.name] = record.value;
    if (record.kind !== "package") continue;
    const { shipmentPackageId, status } = record.row;
    state.changes.set(`${shipmentPackageId} ${status}`, { shipmentPackageId, status });
    if (overtakes(record, state.packages.get(shipmentPackageId))) state.packages.set(shipmentPackageId, record);
  }
  return state;
}

function rowOf(item) {
  if (!item || typeof item !== "object") return null;
  const shipmentPackageId = Number(item.shipmentPackageId ?? item.id);
  const moments = [].concat(item.packageHistories ?? []).map((entry) => Number(entry?.createdDate) || 0);
  const lastModifiedDate = Number(item.lastModifiedDate) || Math.max(0, ...moments);
  if (!Number.isSafeInteger(shipmentPackageId) || shipmentPackageId <= 0) return null;
  if (typeof item.status !== "string" || !item.status || !lastModifiedDate) return null;
  const row = { shipmentPackageId, orderNumber: item.orderNumber, status: item.status, lastModifiedDate };
  if (Number(item.orderDate)) row.orderedAt = new Date(Number(item.orderDate) - ORDER_DATE_SHIFT).toISOString();
  row.totalPrice = item.packageTotalPrice ?? item.totalPrice;
  if (Array.isArray(item.lines)) row.quantity = item.lines.reduce((sum, line) => sum + (Number(line?.quantity) || 0), 0);
  row.currency = item.currencyCode ?? undefined;
  return row;
}

// ---- asking Trendyol ----

const seller = env.TRENDYOL_SELLER_ID;
const startOfRun = Date.now();
let lastRequest = 0;

async function pause(ms) {
  if (Date.now() + ms - startOfRun > RUN_BUDGET) throw new OutOfTime("no time left in this run to wait as asked");
  await sleep(ms);
}

function waitOf(answer, attempt) {
  const told = answer?.headers?.get("retry-after");
  if (told) {
    const seconds = Number(told);
    if (Number.isFinite(seconds)) return Math.max(0, seconds) * 1000 + 50;
    const moment = Date.parse(told);
    if (Number.isFinite(moment)) return Math.max(0, moment - (Date.parse(answer.headers.get("date")) || Date.now())) + 1000;
  }
  return (answer?.status === 429 ? 1000 : 400) * 2 ** attempt;
}

/** One request: {answer, text}; what broke on the way is {error}. */
async function once(method, path, { query, body } = {}) {
  const url = new URL(path, env.TRENDYOL_BASE_URL);
  for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
  const headers = {
    Authorization: "Basic " + Buffer.from(`${env.TRENDYOL_API_KEY}:${env.TRENDYOL_API_SECRET}`).toString("base64"),
    "User-Agent": `${seller} - SelfIntegration`,
    Accept: "application/json",
  };
  if (env.TRENDYOL_STOREFRONT) headers.storeFrontCode = env.TRENDYOL_STOREFRONT;
  if (body) headers["Content-Type"] = "application/json";
  await pause(Math.max(0, lastRequest + PACE - Date.now()));
  lastRequest = Date.now();
  try {
    const signal = AbortSignal.timeout(20_000);
    const sent = { method, headers, redirect: "manual", signal, body: body && JSON.stringify(body) };
    const answer = await fetch(url, sent);
    return { answer, text: await answer.text() };
  } catch (error) {
    return { error: error.cause?.message ?? error.message };
  }
}

const passes = (reply) => reply.error !== undefined || reply.answer.status === 429 || reply.answer.status >= 500;
const tale = (reply) => reply.error ?? `${reply.answer.status} ${reply.text.slice(0, 300)}`;

/** Repeats what may be repeated. `check` makes the value of a whole answer, undefined is one that is not whole. */
async function ask(method, path, options = {}, check = () => true) {
  for (let attempt = 0; ; attempt++) {
    const reply = await once(method, path, options);
    let why = tale(reply);
    if (!passes(reply)) {
      if (!reply.answer.ok) {
        if (options.goneIsFine && reply.answer.status === 404) return null;
        throw new Unfinished(`${method} ${path}: ${why}`);
      }
      const value = check(reply.text);
      if (value !== undefined) return value;
      why = "an answer that is not whole";
    }
    if (attempt === 6) throw new Unfinished(`${method} ${path}: ${why}, given up`);
    say(`${method} ${path}: ${why}, again`);
    await pause(waitOf(reply.answer, attempt));
  }
}

function parse(text, fits) {
  try {
    const value = JSON.parse(text);
    return fits(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

// ---- the webhook ----

const HOOKS = `/integration/webhook/sellers/${seller}/webhooks`;

async function subscribe() {
  const url = env.CLIENT_WEBHOOK_URL;
  if (!url || !env.CLIENT_WEBHOOK_KEY) throw new Unfinished("CLIENT_WEBHOOK_URL and CLIENT_WEBHOOK_KEY are needed");
  // No subscribedStatuses: all, and those of later days; no countryCodes: all countries.
  const body = { url, authenticationType: "API_KEY", apiKey: env.CLIENT_WEBHOOK_KEY };
  const mark = digest(JSON.stringify(body)).toString("hex");
  for (let attempt = 0; attempt < 7; attempt++) {
    const hooks = await ask("GET", HOOKS, {}, (text) => parse(text, Array.isArray));
    const mine = hooks.filter((hook) => hook.url === url);
    if (!mine.length) {
      remember("webhook", mark); // before it is sent: the answer may be lost, and what was made has this key
      const reply = await once("POST", HOOKS, { body });
      if (!passes(reply) && !reply.answer.ok) throw new Unfinished(`createWebhook: ${tale(reply)}`);
      if (!passes(reply) && parse(reply.text, (made) => made?.id)) return;
      say(`createWebhook: ${tale(reply)}; looking whether it is there`);
      await pause(waitOf(reply.answer, attempt));
      continue;
    }
    const [hook, ...more] = mine.sort((a, b) => (a.status === "PASSIVE") - (b.status === "PASSIVE"));
    for (const { id } of more) await ask("DELETE", `${HOOKS}/${id}`, { goneIsFine: true });
    const elsewhere = env.TRENDYOL_STOREFRONT && hook.countryCodes?.length
      && !hook.countryCodes.includes(env.TRENDYOL_STOREFRONT);
    const differs = hook.authenticationType !== "API_KEY" || hook.subscribedStatuses?.length || elsewhere;
    if (differs || fold().notes.webhook !== mark) { // the key it has is never shown: replace what we did not set
      if (!(await ask("PUT", `${HOOKS}/${hook.id}`, { body, goneIsFine: true }))) continue;
      remember("webhook", mark);
    }
    if (hook.status === "PASSIVE" && !(await ask("PUT", `${HOOKS}/${hook.id}/activate`, { goneIsFine: true }))) continue;
    return;
  }
  throw new Unfinished("the webhook could not be made");
}

// ---- the order list ----

async function readPage(from, to, page) {
  const query = {
    startDate: from, endDate: to, page, size: PAGE_SIZE,
    orderByField: "PackageLastModifiedDate", orderByDirection: "ASC",
  };
  const fits = (body) => Array.isArray(body?.content) && Number.isInteger(body.totalElements);
  return ask("GET", `/integration/order/sellers/${seller}/v2/orders`, { query }, (text) => parse(text, fits));
}

function keep(items, askedAt, packages) {
  const records = [];
  for (const row of items.map(rowOf)) {
    if (!row) continue;
    const record = { kind: "package", row, at: Date.now(), askedAt };
    const last = packages.get(row.shipmentPackageId);
    if (last && JSON.stringify(last.row) === JSON.stringify(row)) continue;
    records.push(record);
    if (overtakes(record, last)) packages.set(row.shipmentPackageId, record);
  }
  append(records);
}

async function readWindow(from, to, packages) {
  for (let attempt = 0; attempt < 5; attempt++) {
    const ids = new Set(), totals = new Set();
    for (let page = 0, pages = 1; page < pages; page++) {
      const askedAt = Date.now();
      const body = await readPage(from, to, page);
      if (body.totalElements > MOST_RECORDS) { // more than can be reached: two halves
        if (to - from < 4) throw new Unfinished("more than 10,000 packages of one moment");
        const middle = Math.floor((from + to) / 2);
        await readWindow(from, middle + 1, packages);
        return readWindow(middle - 1, to, packages);
      }
      keep(body.content, askedAt, packages);
      for (const row of body.content.map(rowOf)) if (row) ids.add(row.shipmentPackageId);
      totals.add(body.totalElements);
      pages = Number.isInteger(body.totalPages) ? body.totalPages : Math.ceil(body.totalElements / PAGE_SIZE);
    }
    // A package that changes goes to the end of the list, and another one slips to a page that was read already.
    if (totals.size === 1 && totals.has(ids.size)) return remember("readTo", to);
    say("the list moved while it was read, again");
  }
  throw new Unfinished("the order list did not stand still");
}

async function reconcile() {
  const now = Number(env.TRENDYOL_NOW_MS) || Date.now();
  // Whether the dates are meant as GMT+3 is told in two ways: the margins are right for both.
  const end = now + 3 * HOUR + 5 * MINUTE;
  let from = now - 29 * DAY - 4 * HOUR;
  const { packages, notes } = fold();
  // A run that ran out of time is gone on with: what changed since then stands in a later window.
  if (notes.resume && now - notes.resume.at < 6 * HOUR) from = Math.max(from, notes.resume.from - HOUR);
  remember("readTo", null);
  try {
    const step = Math.min(10 * DAY, end - from);
    for (let start = from; start < end; start += step) await readWindow(start - 1, Math.min(start + step, end), packages);
  } catch (error) {
    const reached = error instanceof OutOfTime ? fold().notes.readTo ?? notes.resume?.from : null;
    remember("resume", reached ? { from: reached, at: now } : null);
    throw error;
  }
  remember("resume", null);
}

function lock() {
  mkdirSync(FOLDER, { recursive: true });
  try {
    writeFileSync(LOCK, String(process.pid), { flag: "wx" });
  } catch {
    try {
      if (Date.now() - statSync(LOCK).mtimeMs > 2 * RUN_BUDGET) throw new Error("an old lock");
      process.kill(Number(readFileSync(LOCK, "utf8")), 0);
    } catch {
      return writeFileSync(LOCK, String(process.pid)); // of a run that was killed
    }
    throw new Unfinished("another sync is under way");
  }
}

async function sync() {
  lock();
  try {
    for (const step of [subscribe, reconcile]) { // no webhook is no reason to read nothing
      try {
        await step();
      } catch (error) {
        say(`${step.name}: ${error instanceof Unfinished ? error.message : error.stack}`);
        process.exitCode = 1;
      }
    }
  } finally {
    rmSync(LOCK, { force: true });
  }
}

// ---- the receiver ----

function takeCall(request, text) {
  const key = request.headers["x-api-key"];
  const right = env.CLIENT_WEBHOOK_KEY && key !== undefined && timingSafeEqual(digest(key), digest(env.CLIENT_WEBHOOK_KEY));
  if (!right) return 401;
  if (request.method !== "POST") return 405;
  const body = parse(text, (value) => value && typeof value === "object");
  if (!body) return 400;
  const at = Date.now(), records = [];
  for (const item of Array.isArray(body.content) ? body.content : [].concat(body)) {
    const row = rowOf(item);
    if (!row || !(row.status in RANK)) say(`a call that we do not act on: ${row?.status}; the next sync reads it`);
    else records.push({ kind: "package", row, at });
  }
  append(records);
  return 200;
}

function listen() {
  const server = createServer((request, response) => {
    const chunks = [];
    let size = 0;
    const answer = (status) => {
      response.writeHead(status, { "Content-Type": "text/plain", Connection: "close" });
      response.end(status === 200 ? "OK" : "refused");
    };
    request.on("data", (chunk) => {
      if ((size += chunk.length) <= MOST_BODY) chunks.push(chunk);
    });
    request.on("error", (error) => say(`a call broke off: ${error.message}`));
    request.on("end", () => {
      try {
        answer(size > MOST_BODY ? 413 : takeCall(request, Buffer.concat(chunks).toString("utf8")));
      } catch (error) {
        say(error.stack);
        answer(500); // not kept, so it has to come again
      }
    });
  });
  server.on("error", (error) => {
    say(error.message);
    process.exit(1);
  });
  for (const signal of ["SIGTERM", "SIGINT"])
    process.on(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
      setTimeout(() => process.exit(0), 1000).unref();
    });
  server.listen(Number(env.CLIENT_WEBHOOK_PORT), "127.0.0.1", () => say(`listens at ${env.CLIENT_WEBHOOK_PORT}`));
}

// ---- the verbs ----

function show(kind) {
  const state = fold();
  const rows = { orders: () => [...state.packages.values()].map(({ row }) => row), changes: () => [...state.changes.values()] };
  const lines = Object.hasOwn(rows, kind ?? "") ? rows[kind]().map((row) => JSON.stringify(row) + "\n") : [];
  process.stdout.write(lines.join(""));
}

const [verb, kind] = process.argv.slice(2);
if (verb === "sync") await sync();
else if (verb === "listen") listen();
else if (verb === "export") show(kind);
else if (verb === "reset") for (const path of [JOURNAL, LOCK]) rmSync(path, { force: true });
else {
  say("sync | listen | export KIND | reset");
  process.exitCode = 2;
}
