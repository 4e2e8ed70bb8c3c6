/**
 * Settlements client for Trendyol: keeps the settlement rows of the last 90 days in one JSON file.
 *
 *   node finance.mjs sync | export settlements | export totals | reset
 *
 * Every sync reads the whole span anew and replaces the copy: rows change long after they were made
 * (paymentOrderId and paymentDate), and the vendor has re-keyed and corrected old rows before.
 */
import * as fs from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const [SECOND, HOUR, DAY] = [1000, 3_600_000, 86_400_000];

const SPAN = 90 * DAY; // what the copy holds
const WINDOW = 15 * DAY; // the widest span of one request
const PAGE_SIZE = 1000; // 500 or 1000, anything else is refused
const PASSES = 2; // readings of a list that moves, before it is cut in halves

const GAP = 0.25 * SECOND; // between two requests: 40 in 10 s, where 50 are allowed
const PER_MINUTE = 90; // where 100 are allowed
const LANES = 3; // requests under way at once, so that slow answers do not add up
const TIMEOUT = 20 * SECOND; // for one whole answer
const PATIENCE = 50 * SECOND; // from the start of a run, failed requests are repeated,
const LATE_PATIENCE = 20 * SECOND; // and later this long for each page, as a big copy takes its time

const TURKISH_TYPES = [
  "Sale", "Return", "Discount", "DiscountCancel", "Coupon", "CouponCancel", "ProvisionPositive",
  "ProvisionNegative", "ManualRefund", "ManualRefundCancel", "TyDiscount", "TyDiscountCancel", "TyCoupon",
  "TyCouponCancel", "SellerRevenuePositive", "SellerRevenueNegative", "SellerRevenuePositiveCancel",
  "SellerRevenueNegativeCancel", "CommissionPositive", "CommissionNegative", "CommissionPositiveCancel",
  "CommissionNegativeCancel", "DeliveryFee", "DeliveryFeeCancel", "PayByLink",
];
const INTERNATIONAL_TYPES = ["Sale", "Return"];

/** A failure that may be gone when the same request is made again; `wait` is what the service asked for. */
class PassingFailure extends Error {
  constructor(message, wait) {
    super(message);
    this.wait = wait;
  }
}

/** Takes all settings from the environment. */
function settingsFrom(environment) {
  const needed = (name) => {
    if (!environment[name]) throw new Error(`${name} is not set`);
    return environment[name];
  };
  const now = Number(environment.TRENDYOL_NOW_MS || Date.now());
  if (!Number.isSafeInteger(now)) throw new Error("TRENDYOL_NOW_MS is no time in milliseconds");
  const seller = needed("TRENDYOL_SELLER_ID");
  const pair = `${needed("TRENDYOL_API_KEY")}:${needed("TRENDYOL_API_SECRET")}`;
  const storefront = environment.TRENDYOL_STOREFRONT || "TR";
  return {
    base: needed("TRENDYOL_BASE_URL").replace(/\/*$/, "/"),
    path: `integration/finance/che/sellers/${encodeURIComponent(seller)}/settlements`,
    turkish: storefront === "TR" || storefront === "1",
    now,
    headers: {
      Authorization: `Basic ${Buffer.from(pair).toString("base64")}`,
      "User-Agent": `${seller} - SelfIntegration`,
      Accept: "application/json",
      storeFrontCode: storefront,
    },
  };
}

/** Asks for pages of settlements, within the limits, and repeats what failed in passing. */
class SettlementsApi {
  constructor(settings) {
    this.settings = settings;
    this.sent = []; // when the latest requests went out
    this.holdUntil = 0; // no request before, after the service asked for quiet
    this.queue = Promise.resolve();
    this.started = performance.now();
  }

  /** How long the next request has to wait, in milliseconds. */
  delay() {
    const { sent } = this;
    const afterLast = (sent.at(-1) ?? -Infinity) + GAP;
    const afterMinute = (sent.at(-PER_MINUTE) ?? -Infinity) + 60 * SECOND;
    return Math.max(afterLast, afterMinute, this.holdUntil) - performance.now();
  }

  /** Waits, in the order of asking, until one more request is within the limits. */
  takeTurn() {
    this.queue = this.queue.then(async () => {
      for (let wait = this.delay(); wait > 0; wait = this.delay()) await sleep(Math.ceil(wait));
      this.sent.push(performance.now());
      if (this.sent.length > PER_MINUTE) this.sent.shift();
    });
    return this.queue;
  }

  /** Returns one page of a list; throws when patience ends or the refusal is final. */
  async page(list, number) {
    let began;
    for (let attempt = 1; ; attempt++) {
      await this.takeTurn();
      began ??= performance.now();
      try {
        return await this.ask(list, number);
      } catch (failure) {
        if (!(failure instanceof PassingFailure)) throw failure;
        const until = performance.now() + (failure.wait ?? Math.min(2 ** attempt, 8) * SECOND);
        if (until > Math.max(this.started + PATIENCE, began + LATE_PATIENCE)) throw failure;
        this.holdUntil = Math.max(this.holdUntil, until);
      }
    }
  }

  /** Makes one request. */
  async ask({ types, from, to }, number) {
    const query = `${types}&startDate=${from}&endDate=${to}&page=${number}&size=${PAGE_SIZE}`;
    const { base, path, headers } = this.settings;
    let answer, text;
    try {
      const signal = AbortSignal.timeout(TIMEOUT);
      answer = await fetch(new URL(`${path}?${query}`, base), { headers, signal });
      text = await answer.text();
    } catch (error) {
      throw new PassingFailure(`no whole answer: ${error.cause?.message ?? error.message}`);
    }
    if (answer.status !== 200) throw refusal(answer, text);
    return pageFrom(text);
  }
}

/** Turns an answer that is not 200 into an error, a passing one where repeating makes sense. */
function refusal(answer, text) {
  const message = `refused with ${answer.status}: ${text.slice(0, 300)}`;
  if (answer.status < 500 && answer.status !== 429 && answer.status !== 408) return new Error(message);
  const asked = Number(answer.headers.get("retry-after"));
  return new PassingFailure(message, asked > 0 ? asked * SECOND : undefined);
}

/** Reads the body of a page and refuses one that lacks what the copy stands on. */
function pageFrom(text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new PassingFailure(`answer is not JSON: ${text.slice(0, 100)}`);
  }
  const rows = body?.content ?? [];
  const total = body?.totalElements;
  const sound = Array.isArray(rows) && Number.isInteger(total) && rows.every((row) => row?.id != null);
  if (!sound) throw new PassingFailure("answer is not a page of settlements");
  return { rows, total, pages: body.totalPages ?? Math.ceil(total / PAGE_SIZE) };
}

/** Reads all pages of a list once; returns its rows by id, or null when the list moved meanwhile. */
async function readOnce(api, list) {
  const found = new Map();
  let total;
  let pages = 1;
  for (let number = 0; number < pages; number++) {
    const page = await api.page(list, number);
    total ??= page.total;
    if (page.total !== total) return null;
    for (const row of page.rows) found.set(String(row.id), row);
    if (page.rows.length === 0) break;
    pages = page.pages;
  }
  if (found.size !== total) return null;
  if (pages > 1 && !holds(found, await api.page(list, 0))) return null;
  return found;
}

/** Says whether a page read again shows nothing but what was found before. */
function holds(found, page) {
  const same = (row) => JSON.stringify(row) === JSON.stringify(found.get(String(row.id)));
  return page.total === found.size && page.rows.every(same);
}

/** Reads a list completely; one that keeps moving is read in halves, down to single pages. */
async function readList(api, list) {
  for (let pass = 0; pass < PASSES; pass++) {
    const found = await readOnce(api, list);
    if (found) return found;
  }
  if (list.to - list.from < HOUR) throw new Error("the settlements keep moving while they are read");
  const middle = Math.floor((list.from + list.to) / 2);
  const found = await readList(api, { ...list, to: middle });
  for (const [id, row] of await readList(api, { ...list, from: middle })) found.set(id, row);
  return found;
}

/**
 * Names the lists that make up the span. Windows share their ends, so that it does not matter
 * whether the service counts an end in; rows are told apart by id. International: one type a request.
 */
function listsOf({ now, turkish }) {
  const types = turkish
    ? [`transactionTypes=${TURKISH_TYPES.join(",")}`]
    : INTERNATIONAL_TYPES.map((type) => `transactionType=${type}`);
  const lists = [];
  for (let from = now - SPAN; from < now; from += WINDOW)
    for (const type of types) lists.push({ types: type, from, to: Math.min(from + WINDOW, now) });
  return lists;
}

/** Reads the whole span, a few lists at a time. */
async function readSpan(settings) {
  const api = new SettlementsApi(settings);
  const waiting = listsOf(settings);
  const rows = new Map();
  const lane = async () => {
    for (let list = waiting.shift(); list; list = waiting.shift())
      for (const [id, row] of await readList(api, list)) rows.set(id, { ...row, id });
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return [...rows.values()];
}

/** Replaces the copy in one step: a reader sees the old file or the new one, never a part. */
function save(store, copy) {
  const draft = `${store}.${process.pid}.tmp`;
  fs.mkdirSync(dirname(store), { recursive: true });
  try {
    fs.writeFileSync(draft, JSON.stringify(copy), { mode: 0o600 });
    const file = fs.openSync(draft, "r+");
    fs.fsyncSync(file);
    fs.closeSync(file);
    fs.renameSync(draft, store);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/** Returns the rows of the copy, none when there is no copy. */
function load(store) {
  return fs.existsSync(store) ? JSON.parse(fs.readFileSync(store, "utf8")).settlements : [];
}

const DECIMALS = 20;
/** Turns an amount into a whole number of 10^-20, so that sums are exact. */
function exact(amount) {
  const match = /^(-?\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(String(amount ?? 0));
  if (!match) throw new Error(`not an amount: ${amount}`);
  const [, whole, fraction = "", exponent = "0"] = match;
  return BigInt(whole + fraction) * 10n ** BigInt(DECIMALS - fraction.length + Number(exponent));
}

/** Writes such a number as a decimal string, without needless zeros. */
function decimal(units) {
  const digits = String(units < 0n ? -units : units).padStart(DECIMALS + 1, "0");
  const text = `${digits.slice(0, -DECIMALS)}.${digits.slice(-DECIMALS)}`.replace(/\.?0+$/, "");
  return units < 0n ? `-${text}` : text;
}

/** What a row brings the seller after commission: its revenue, which is printed positive on both sides. */
function earned(row) {
  const gross = exact(row.credit) - exact(row.debt);
  const size = gross < 0n ? -gross : gross;
  const revenue = row.sellerRevenue == null ? size - exact(row.commissionAmount) : exact(row.sellerRevenue);
  return gross < 0n ? -revenue : revenue;
}

/** Adds the rows of the copy up by payment order; null stands for what is not yet paid. */
function totalsOf(rows) {
  const totals = new Map();
  for (const row of rows) {
    const order = row.paymentOrderId ?? null;
    const { net, count } = totals.get(order) ?? { net: 0n, count: 0 };
    totals.set(order, { net: net + earned(row), count: count + 1 });
  }
  return Array.from(totals, ([paymentOrderId, sum]) => ({ paymentOrderId, ...sum, net: decimal(sum.net) }));
}

/** Prints rows, one JSON object a line. */
const print = (rows) => rows.forEach((row) => process.stdout.write(`${JSON.stringify(row)}\n`));

/** Does what a verb asks for. */
async function run([verb, kind], environment) {
  const store = environment.CLIENT_STORE;
  if (!store) throw new Error("CLIENT_STORE is not set");
  if (verb === "sync") {
    const settings = settingsFrom(environment);
    save(store, { readAt: settings.now, settlements: await readSpan(settings) });
  } else if (verb === "export") {
    if (kind === "settlements") print(load(store));
    if (kind === "totals") print(totalsOf(load(store)));
  } else if (verb === "reset") {
    fs.rmSync(store, { force: true });
  } else {
    throw new Error("use: finance.mjs sync | export KIND | reset");
  }
}

try {
  await run(process.argv.slice(2), process.env);
} catch (error) {
  process.stderr.write(`finance: ${error.message}\n`);
  process.exitCode = 1;
}
process.stdout.write("", () => process.exit()); // once all output is out; ends requests still under way
