#!/usr/bin/env node
/**
 * Keeps a local copy of a seller's Trendyol order packages (last 29 days), read from the v2 order list.
 * Verbs: sync, export orders, reset. Both editions: TRENDYOL_STOREFRONT is empty in the Turkish one.
 */
import * as fs from "node:fs";

const NEEDED = ["TRENDYOL_BASE_URL", "TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET"];
const [SECOND, HOUR, DAY] = [1000, 3_600_000, 86_400_000];
const TURKISH_OFFSET = 3 * HOUR; // Türkiye is GMT+3 all year
const HISTORY = 29 * DAY + 4 * HOUR; // what we keep, a little more than 29 days and less than the month served
const WINDOW = 13 * DAY; // the service allows two weeks between startDate and endDate
const PAGE_SIZE = 200; // the largest one allowed
const REACHABLE = 10_000; // page * size beyond this is not served
const RUN_BUDGET = 90 * SECOND; // no call and no wait goes beyond this
const CALL_TIMEOUT = 15 * SECOND;
const MAX_FAILURES = 5; // tries of one call that fail for another reason than a rate limit
const RESUME_WITHIN = HOUR; // an interrupted reading older than this is begun anew

/** JSON with ids of 64 bits, which a number of JavaScript cannot hold: long integers are BigInts. */
class Exact {
  static TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

  /** What a text says; a long integer is marked as a string on the way. */
  static parse(text) {
    const marked = text.replace(Exact.TOKEN, (token) => (/^-?\d{16,}$/.test(token) ? `"\\u0000${token}"` : token));
    return JSON.parse(marked, (_, value) => (value?.[0] === "\0" ? BigInt(value.slice(1)) : value));
  }

  /** The text that says a value. */
  static print(value) {
    const text = JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `\0${each}` : each));
    return text.replace(/"\\u0000(-?\d+)"/g, "$1");
  }
}

/** The time of the run is used up; the reading can be continued by the next run. */
class OutOfTime extends Error {}

/** A call failed in a way that may be gone a moment later. */
class TemporaryFailure extends Error {
  limited = false; // by a rate limit
  waitMs = 0; // what the service asked us to wait
}

/** Settings of a run, taken from the environment. */
class Settings {
  /** Reads all settings and refuses to go on without the needed ones. */
  constructor(environment) {
    const missing = NEEDED.filter((name) => !environment[name]);
    if (missing.length) throw new Error(`not set: ${missing.join(", ")}`);
    this.baseUrl = environment.TRENDYOL_BASE_URL;
    this.sellerId = environment.TRENDYOL_SELLER_ID;
    this.credentials = `${environment.TRENDYOL_API_KEY}:${environment.TRENDYOL_API_SECRET}`;
    this.storefront = environment.TRENDYOL_STOREFRONT ?? "";
    this.now = Number(environment.TRENDYOL_NOW_MS) || Date.now();
  }
}

/** Keeps calls within the limits of the order list, and the run within its time. */
class Pacer {
  /** Starts the clock of the run. */
  constructor() {
    this.deadline = performance.now() + RUN_BUDGET;
    this.calls = [];
    this.perMinute = 100; // the best tier; our own is not told by any service
  }

  /** Milliseconds that are left of the run. */
  get remaining() {
    return this.deadline - performance.now();
  }

  /** Waits until one more call is allowed, and counts it. */
  async turn() {
    await this.wait(Math.max(this.delayFor(45, 10 * SECOND), this.delayFor(this.perMinute, 60 * SECOND)));
    this.calls.push(performance.now());
  }

  /** How long to wait so that at most `count` calls fall into any `span`. */
  delayFor(count, span) {
    const oldest = this.calls[this.calls.length - count];
    return oldest === undefined ? 0 : oldest + span + 100 - performance.now();
  }

  /** Sleeps, or gives up at once when the run would become too long. */
  async wait(milliseconds) {
    if (Math.max(milliseconds, 0) >= this.remaining) throw new OutOfTime("the time of this run is used up");
    if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

/** The order list service. */
class OrderService {
  /** Prepares address and headers. */
  constructor(settings, pacer) {
    this.pacer = pacer;
    const seller = encodeURIComponent(settings.sellerId);
    this.url = new URL(`/integration/order/sellers/${seller}/v2/orders`, settings.baseUrl);
    const secret = Buffer.from(settings.credentials).toString("base64");
    this.headers = { Authorization: `Basic ${secret}`, "User-Agent": `${settings.sellerId} - SelfIntegration` };
    if (settings.storefront) this.headers.storeFrontCode = settings.storefront;
  }

  /** Reads one page, oldest change first; repeats what may be gone a moment later. */
  async page(startDate, endDate, page) {
    const order = { orderByField: "PackageLastModifiedDate", orderByDirection: "ASC" };
    const url = `${this.url}?${new URLSearchParams({ startDate, endDate, page, size: PAGE_SIZE, ...order })}`;
    for (let tries = 1, failures = 0; ; tries++) {
      await this.pacer.turn();
      try {
        return OrderService.checked(await this.ask(url), page);
      } catch (error) {
        if (!(error instanceof TemporaryFailure)) throw error;
        if (error.limited) this.pacer.perMinute = 30; // suppose the smallest tier from now on
        else if (++failures >= MAX_FAILURES) throw error;
        console.error(`${error.message}; trying again`);
        await this.pacer.wait(Math.max(error.waitMs, Math.min(2 ** (tries - 1), 20) * SECOND));
      }
    }
  }

  /** Sends one request and returns the parsed body. */
  async ask(url) {
    const signal = AbortSignal.timeout(Math.ceil(Math.max(1, Math.min(CALL_TIMEOUT, this.pacer.remaining))));
    let answer, text;
    try {
      answer = await fetch(url, { headers: this.headers, redirect: "manual", signal });
      text = await answer.text();
      if (answer.ok) return Exact.parse(text);
    } catch (error) {
      throw new TemporaryFailure(`no whole answer: ${error.cause?.message ?? error.message}`);
    }
    throw OrderService.refusal(answer, text);
  }

  /** Makes the error of a refused call: rate limits and server faults are temporary, the rest is not. */
  static refusal(answer, text) {
    const message = `refused with ${answer.status}: ${text.slice(0, 200)}`;
    const limited = answer.status === 429;
    if (!limited && answer.status !== 408 && answer.status < 500) return new Error(message);
    const waitMs = (Number(answer.headers.get("retry-after")) || 0) * SECOND; // undocumented, obeyed all the same
    return Object.assign(new TemporaryFailure(message), { limited, waitMs });
  }

  /** Returns {packages, more}; an answer with fewer packages than it counts itself is a broken one. */
  static checked(body, page) {
    if (!Array.isArray(body?.content) || !Number.isSafeInteger(body.totalElements)) {
      throw new TemporaryFailure("the answer is not an order list");
    }
    const size = body.size > 0 ? body.size : PAGE_SIZE;
    const left = Math.max(0, body.totalElements - page * size);
    if (body.content.length < Math.min(size, left)) throw new TemporaryFailure("the page is not whole");
    return { packages: body.content, more: left > body.content.length };
  }
}

/** Turns packages as served into rows of our copy. */
class PackageRow {
  /** The row of a package; what the package does not tell is left out. */
  static from(served) {
    const id = served?.shipmentPackageId ?? served?.id;
    if (!/^\d+$/.test(String(id))) throw new Error(`a package without a usable id: ${id}`);
    const row = {
      shipmentPackageId: id,
      orderNumber: served.orderNumber,
      status: served.status,
      lastModifiedDate: served.lastModifiedDate,
      orderedAt: PackageRow.trueMoment(served.orderDate),
      totalPrice: served.packageTotalPrice ?? served.totalPrice,
      quantity: PackageRow.units(served.lines),
      currency: served.currencyCode ?? served.lines?.[0]?.currencyCode,
    };
    return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined && value !== null));
  }

  /** orderDate is a GMT+3 clock written as epoch milliseconds, unlike all other dates. */
  static trueMoment(orderDate) {
    return Number.isFinite(orderDate) ? new Date(orderDate - TURKISH_OFFSET).toISOString() : undefined;
  }

  /** The units of all lines, or nothing when a line does not tell. */
  static units(lines) {
    if (!Array.isArray(lines) || !lines.every((line) => Number.isFinite(line?.quantity))) return undefined;
    return lines.reduce((sum, line) => sum + line.quantity, 0);
  }
}

/**
 * One reading of the history, from the oldest change to the newest. It does not count pages but goes on from
 * the last change that it saw. What changes meanwhile moves to the end, which is still to be read, so nothing is
 * lost when pages shift, more than 10,000 packages are no obstacle, and a reading can be continued by a later run.
 */
class Reading {
  /** Starts at the beginning of the history, or where an earlier run had to stop. */
  constructor(service, now, earlier) {
    this.service = service;
    const fresh = earlier && earlier.begun <= now && now - earlier.begun < RESUME_WITHIN;
    this.begun = fresh ? earlier.begun : now;
    this.position = fresh ? earlier.position : now - HISTORY;
    this.rows = new Map(fresh ? earlier.rows.map((row) => [String(row.shipmentPackageId), row]) : []);
    // The guide calls both dates "GMT+3 timestamps": ending 3 hours ahead is right in either meaning.
    this.end = now + TURKISH_OFFSET;
  }

  /** Reads to the end, window by window; they overlap because their ends may be exclusive. */
  async run() {
    for (let windowEnd = 0; windowEnd < this.end; this.position = windowEnd - 1) {
      windowEnd = Math.min(this.position + WINDOW, this.end);
      await this.readWindow(windowEnd);
    }
  }

  /** Reads from the position to the end of a window. */
  async readWindow(windowEnd) {
    for (let page = 0, more = true; more; ) {
      if ((page + 1) * PAGE_SIZE > REACHABLE) throw new Error("more than 10,000 packages of one moment");
      const answer = await this.take(windowEnd, page);
      // Only when many packages share a moment are pages counted: what slid over the border is then found here.
      if (page > 0) await this.take(windowEnd, page - 1);
      more = answer.more;
      const next = Reading.lastMoment(answer.packages) - 1; // one earlier: the start may be exclusive
      const advances = next > this.position && next < windowEnd;
      if (more && advances) this.position = next;
      page = advances ? 0 : page + 1;
    }
  }

  /** Reads a page and keeps its packages; what is not yet paid for is left out. */
  async take(windowEnd, page) {
    const answer = await this.service.page(this.position, windowEnd, page);
    for (const served of answer.packages) if (served?.status !== "Awaiting") this.keep(PackageRow.from(served));
    return answer;
  }

  /** Keeps a row unless a newer state of the package is known. */
  keep(row) {
    const key = String(row.shipmentPackageId);
    const known = this.rows.get(key);
    if (!(known?.lastModifiedDate > row.lastModifiedDate)) this.rows.set(key, row);
  }

  /** The last change on a page, or NaN when the page is not in the order that we asked for. */
  static lastMoment(packages) {
    const moments = packages.map((served) => served?.lastModifiedDate);
    const ordered = moments.every((moment, i) => Number.isFinite(moment) && !(moments[i - 1] > moment));
    return ordered && moments.length ? moments[moments.length - 1] : NaN;
  }
}

/** The copy: one JSON file {rows, unfinished}. */
class Store {
  /** Remembers the place. */
  constructor(path) {
    if (!path) throw new Error("CLIENT_STORE is not set");
    this.path = path;
  }

  /** The content of the file; an empty copy when there is none. */
  load() {
    return fs.existsSync(this.path) ? Exact.parse(fs.readFileSync(this.path, "utf8")) : { rows: [], unfinished: null };
  }

  /** Replaces the file in one step, so that it is never half written. */
  save(content) {
    const draft = `${this.path}.${process.pid}.tmp`;
    const file = fs.openSync(draft, "w");
    try {
      fs.writeFileSync(file, Exact.print(content));
      fs.fsyncSync(file);
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(draft, this.path);
  }
}

/** Reads the whole history anew, since the service has left out orders for hours before, and replaces the copy. */
async function sync(environment) {
  const store = new Store(environment.CLIENT_STORE);
  const settings = new Settings(environment);
  const copy = store.load();
  const reading = new Reading(new OrderService(settings, new Pacer()), settings.now, copy.unfinished);
  try {
    await reading.run();
  } catch (error) {
    const unfinished = { begun: reading.begun, position: reading.position, rows: [...reading.rows.values()] };
    if (error instanceof OutOfTime) store.save({ rows: copy.rows, unfinished });
    throw error;
  }
  store.save({ rows: [...reading.rows.values()], unfinished: null });
}

/** Prints the rows of a kind; only orders are known. */
function exportRows(environment, kind) {
  if (kind !== "orders") return;
  const { rows } = new Store(environment.CLIENT_STORE).load();
  process.stdout.write(rows.map((row) => `${Exact.print(row)}\n`).join(""));
}

/** Runs a verb and returns the exit code. */
async function main([verb, kind], environment) {
  try {
    if (verb === "sync") await sync(environment);
    else if (verb === "export") exportRows(environment, kind);
    else if (verb === "reset") fs.rmSync(new Store(environment.CLIENT_STORE).path, { force: true });
    else throw new Error("usage: client.mjs sync | export KIND | reset");
    return 0;
  } catch (error) {
    console.error(error.message);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2), process.env);
