#!/usr/bin/env node
// Keeps a copy of the seller's recent order packages, read from Trendyol's order stream.
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const SECOND = 1000, HOUR = 3600 * SECOND, DAY = 24 * HOUR;
const SPAN = 29 * DAY; // how far back the copy reaches
const MARGIN = 4 * HOUR; // both ends are widened: whether window dates are UTC or GMT+3 is not clear
const WINDOW = 14 * DAY - SECOND; // a range may hold 14 days at most
const OVERLAP = SECOND; // whether the ends of a range are inclusive is not documented
const ORDER_DATE_SHIFT = 3 * HOUR; // orderDate alone is a GMT+3 clock written as epoch
const PAGE_SIZE = 200;
const CALL_TIMEOUT = 20 * SECOND;
const PATIENCE = 55 * SECOND; // what one run may lose to failed calls and the waits after them
const SHORTEST_PAUSE = 210; // 50 calls in 10 s at most
const MAX_RESTARTS = 2; // of a window whose cursor was refused
const MAX_BARREN_PAGES = 5; // pages in a row that bring nothing although more is promised

/** A failure that another try may cure. */
class Passing extends Error {
  constructor(message, waitFor = 0) {
    super(message);
    this.waitFor = waitFor;
  }
}

/** The service no longer accepts the cursor: the window has to be read from its start. */
class CursorRefused extends Error {}

/** Returns a setting that has to be there. */
function required(environment, name) {
  const value = environment[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

/** The pause between calls in milliseconds; the vendor suggests 5 s. */
function pauseFrom(environment) {
  const told = environment.CLIENT_PAUSE_SECONDS;
  const seconds = told ? Number(told) : 5;
  return Math.max(Number.isFinite(seconds) ? seconds * SECOND : 5 * SECOND, SHORTEST_PAUSE);
}

/** The world's time in epoch milliseconds. */
function worldTime(environment) {
  const now = environment.TRENDYOL_NOW_MS ? Number(environment.TRENDYOL_NOW_MS) : Date.now();
  if (!Number.isSafeInteger(now)) throw new Error("TRENDYOL_NOW_MS is not a number of milliseconds");
  return now;
}

/** Headers of every call; the international edition also names its storefront. */
function headersFrom(environment, seller) {
  const key = required(environment, "TRENDYOL_API_KEY"), secret = required(environment, "TRENDYOL_API_SECRET");
  const headers = {
    Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
    "User-Agent": `${seller} - SelfIntegration`,
    Accept: "application/json",
  };
  if (environment.TRENDYOL_STOREFRONT) headers.storeFrontCode = environment.TRENDYOL_STOREFRONT;
  return headers;
}

/** What the calls of one run share: address, headers, pace and remaining patience. */
function openSession(environment) {
  const seller = required(environment, "TRENDYOL_SELLER_ID");
  const path = `/integration/order/sellers/${encodeURIComponent(seller)}/orders/stream`;
  return {
    url: new URL(path, required(environment, "TRENDYOL_BASE_URL")),
    headers: headersFrom(environment, seller),
    pause: pauseFrom(environment),
    patience: PATIENCE,
    lastAnswerAt: -Infinity,
  };
}

/** Milliseconds that a Retry-After header asks for; 0 without one. */
function retryAfter(answer) {
  const told = answer.headers.get("retry-after");
  if (!told) return 0;
  const seconds = Number(told);
  const wait = Number.isFinite(seconds) ? seconds * SECOND : Date.parse(told) - Date.now();
  return Number.isFinite(wait) ? Math.max(wait, 0) : 0;
}

/** Throws what an answer other than 200 means for the reading. */
function refuse(answer, text, hasCursor) {
  const message = `HTTP ${answer.status}: ${text.slice(0, 200)}`;
  const passing = answer.status === 408 || answer.status === 429 || answer.status >= 500;
  if (passing) throw new Passing(message, retryAfter(answer));
  if (answer.status === 400 && hasCursor) throw new CursorRefused(message);
  throw new Error(message);
}

// Package ids have 64 bits, a number of JavaScript holds 53: integers of 16 digits and more are kept as BigInt.
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses JSON and keeps every digit of its integers. */
function parseExactly(text) {
  const marked = text.replace(JSON_TOKEN, (token) => (/^-?\d{16,}$/.test(token) ? `{"$long":"${token}"}` : token));
  return JSON.parse(marked, (_, value) => (typeof value?.$long === "string" ? BigInt(value.$long) : value));
}

/** Writes as JSON what parseExactly has read. */
function printExactly(value) {
  const text = JSON.stringify(value, (_, each) => (typeof each === "bigint" ? { $long: `${each}` } : each));
  return text.replace(/\{"\$long":"(-?\d+)"\}/g, "$1");
}

/** Parses a page and makes sure that it is whole. */
function parsePage(text) {
  let page;
  try {
    page = parseExactly(text);
  } catch {
    throw new Passing("the answer is not JSON");
  }
  if (!Array.isArray(page?.content) || typeof page.hasMore !== "boolean") throw new Passing("the answer is not a page");
  if (page.hasMore && !page.nextCursor) throw new Passing("more is promised, but there is no cursor");
  return page;
}

/** Asks once for a page, with a time limit that covers the body too. */
async function askOnce(session, query) {
  const url = `${session.url}?${new URLSearchParams(query)}`;
  let answer, text;
  try {
    const signal = AbortSignal.timeout(CALL_TIMEOUT);
    answer = await fetch(url, { headers: session.headers, redirect: "manual", signal });
    text = await answer.text();
  } catch (error) {
    throw new Passing(`no whole answer: ${error.cause?.message ?? error.message}`);
  }
  if (answer.status !== 200) refuse(answer, text, "nextCursor" in query);
  return parsePage(text);
}

/** Waits until the pause since the last answer is over. */
async function keepPace(session) {
  const wait = session.lastAnswerAt + session.pause - performance.now();
  if (wait > 0) await sleep(Math.ceil(wait));
}

/** Asks for a page, again after passing failures, until the patience of the run is used up. */
async function ask(session, query) {
  for (let attempt = 0; ; attempt++) {
    await keepPace(session);
    const startedAt = performance.now();
    try {
      return await askOnce(session, query);
    } catch (error) {
      if (!(error instanceof Passing)) throw error;
      const backoff = Math.max(error.waitFor, Math.min(SECOND * 2 ** attempt, 15 * SECOND) * (1 + Math.random() / 4));
      const wait = Math.max(backoff, session.pause);
      session.patience -= performance.now() - startedAt + wait;
      if (session.patience < 0) throw new Error(`gave up: ${error.message}`);
      console.error(`${error.message}; again in ${Math.round(wait / 100) / 10} s`);
      await sleep(wait);
    } finally {
      session.lastAnswerAt = performance.now();
    }
  }
}

/** Yields the pages of one window; its filters stay the same from the first cursor to the last. */
async function* readPages(session, [start, end]) {
  const filters = { lastModifiedStartDate: String(start), lastModifiedEndDate: String(end), size: String(PAGE_SIZE) };
  let page = await ask(session, filters);
  yield page.content;
  while (page.hasMore) {
    page = await ask(session, { ...filters, nextCursor: page.nextCursor });
    yield page.content;
  }
}

/** The id of a package; older answers of the stream call it `id`. */
function packageId(item) {
  const id = item?.shipmentPackageId ?? item?.id;
  if (id === undefined || id === null) throw new Error("a package came without its id");
  return id;
}

/** The units of a package, or nothing when its lines do not tell. */
function unitsOf(item) {
  if (!Array.isArray(item.lines)) return undefined;
  const units = item.lines.reduce((sum, line) => sum + line.quantity, 0);
  return Number.isFinite(units) ? units : undefined;
}

/** The true moment of an order in ISO 8601, UTC. */
function orderedAt({ orderDate }) {
  return Number.isFinite(orderDate) ? new Date(orderDate - ORDER_DATE_SHIFT).toISOString() : undefined;
}

/** The row that is kept of a package; what is not known is left out of the JSON. */
function toRow(item) {
  return {
    shipmentPackageId: packageId(item),
    orderNumber: item.orderNumber ?? undefined,
    status: item.status ?? undefined,
    lastModifiedDate: item.lastModifiedDate ?? undefined,
    orderedAt: orderedAt(item),
    totalPrice: item.packageTotalPrice ?? item.totalPrice ?? undefined,
    quantity: unitsOf(item),
    currency: item.currencyCode ?? undefined,
  };
}

/** Puts a package in, unless a later state of it is there; says whether that was news. */
function putIn(rows, item) {
  const row = toRow(item), key = String(row.shipmentPackageId), held = rows.get(key);
  if (held && (held.lastModifiedDate ?? 0) > (row.lastModifiedDate ?? 0)) return false;
  rows.set(key, row);
  return !held || held.lastModifiedDate !== row.lastModifiedDate;
}

/** Reads one window from its start to its end; returns its packages and how many pages they took. */
async function readOnce(session, window) {
  const rows = new Map();
  let pages = 0, barren = 0;
  for await (const content of readPages(session, window)) {
    pages++;
    const news = content.filter((item) => putIn(rows, item)).length;
    barren = news ? 0 : barren + 1;
    if (barren > MAX_BARREN_PAGES) throw new Error("the stream promises more, but nothing new comes");
  }
  return { rows, pages };
}

/** Reads one window, again from its start when its cursor is refused. */
async function readWindow(session, window) {
  for (let restarts = 0; ; restarts++) {
    try {
      return await readOnce(session, window);
    } catch (error) {
      if (!(error instanceof CursorRefused) || restarts >= MAX_RESTARTS) throw error;
      console.error(`the cursor was refused, the window is read again: ${error.message}`);
    }
  }
}

/** The windows of the whole span, the oldest first. */
function windowsUntil(now) {
  const windows = [], last = now + MARGIN;
  for (let start = now - SPAN - MARGIN; ; start += WINDOW - OVERLAP) {
    windows.push([start, Math.min(start + WINDOW, last)]);
    if (start + WINDOW >= last) return windows;
  }
}

/** Merges rows of a window into the whole; of two states the later one stays. */
function merge(whole, rows) {
  for (const [key, row] of rows)
    if ((whole.get(key)?.lastModifiedDate ?? 0) <= (row.lastModifiedDate ?? 0)) whole.set(key, row);
}

/**
 * Reads all packages of the span. A package that changes meanwhile jumps to the newest window, which is therefore
 * read last; when it took several pages its newest part is read again, as a package may have jumped over the cursor.
 */
async function readSpan(session, now) {
  const whole = new Map();
  let pages = 0;
  for (const window of windowsUntil(now)) {
    const reading = await readWindow(session, window);
    merge(whole, reading.rows);
    pages = reading.pages;
  }
  if (pages > 1) merge(whole, (await readWindow(session, [now - MARGIN, now + MARGIN])).rows);
  return [...whole.values()].filter((row) => row.status !== "Awaiting"); // not paid for
}

/** Replaces the store in one step, so that it is always either the old or the new copy. */
function saveStore(path, content) {
  const draft = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(draft, "w");
    writeFileSync(file, printExactly(content));
    fsyncSync(file);
    closeSync(file);
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Makes the copy what the stream says now; on any failure it stays what it was. */
async function sync(environment) {
  const store = required(environment, "CLIENT_STORE"), now = worldTime(environment);
  saveStore(store, { readAt: now, orders: await readSpan(openSession(environment), now) });
}

/** Prints the rows of a kind, one JSON object a line. */
function exportRows(environment, kind) {
  const store = required(environment, "CLIENT_STORE");
  if (kind !== "orders" || !existsSync(store)) return;
  const { orders } = parseExactly(readFileSync(store, "utf8"));
  if (orders.length) process.stdout.write(`${orders.map(printExactly).join("\n")}\n`);
}

/** Runs a verb and returns the exit code. */
async function main([verb, kind], environment) {
  try {
    if (verb === "sync") await sync(environment);
    else if (verb === "export") exportRows(environment, kind);
    else if (verb === "reset") rmSync(required(environment, "CLIENT_STORE"), { force: true });
    else throw new Error("usage: client.mjs sync | export KIND | reset");
    return 0;
  } catch (error) {
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2), process.env);
