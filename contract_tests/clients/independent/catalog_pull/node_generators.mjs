// Keeps a copy of a Trendyol seller's approved products.
// Verbs: sync | export KIND | reset. All settings come from the environment (see write-a-driver.md).

import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const PAGE_SIZE = 100; // the most that the approved list serves
const PAGE_NUMBER_CAP = 10_000; // page x size may not go beyond; further pages need the token
const BARCODES_A_CALL = 50;
const SPACING_MS = 210; // at most 50 calls in 10 s, also over two runs that follow closely
const ANSWER_TIMEOUT_MS = 15_000;
const RUN_BUDGET_MS = 55_000; // what a run may take, plus GRANT_MS for each page that was read
const GRANT_MS = 500;
const FAULT_PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];
const LIMIT_PAUSES_MS = [3_000, 6_000, 10_000, 10_000, 10_000];
const MOVED_PAUSE_MS = 1_000;
const PASSES = 5;
const REQUIRED = ["TRENDYOL_BASE_URL", "TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET", "CLIENT_STORE"];

/** The run cannot be finished; the copy stays what it was. */
class Unfinished extends Error {}

/** The catalogue changed while it was read; reading it again may help. */
class CatalogueMoved extends Error {}

/** An answer that is worth asking for again; limited when the service asked for fewer calls. */
class Transient extends Error {
  constructor(message, limited = false, retryAfterMs = null) {
    super(message);
    this.limited = limited;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The time that a run may still take. */
class Budget {
  constructor(milliseconds) {
    this.deadline = performance.now() + milliseconds;
  }

  /** Allows more time, because something was achieved. */
  grant(milliseconds) {
    this.deadline += milliseconds;
  }

  /** Milliseconds that are left; throws when there are none. */
  left() {
    const left = this.deadline - performance.now();
    if (left <= 0) throw new Unfinished("out of time");
    return left;
  }

  /** Sleeps, or gives up at once when the time left would not cover it. */
  async sleep(milliseconds) {
    if (milliseconds >= this.left()) throw new Unfinished(`no time left to wait ${Math.ceil(milliseconds / 1000)} s`);
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

/** The milliseconds that a Retry-After header asks for, or null. */
function retryAfter(header) {
  if (!header) return null;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

/** Talks to the product service: headers, pacing, timeouts and repeated calls. */
class ProductService {
  constructor(environment, budget) {
    const seller = environment.TRENDYOL_SELLER_ID;
    const storefront = (environment.TRENDYOL_STOREFRONT ?? "").trim();
    const secret = Buffer.from(`${environment.TRENDYOL_API_KEY}:${environment.TRENDYOL_API_SECRET}`).toString("base64");
    this.base = environment.TRENDYOL_BASE_URL;
    this.seller = encodeURIComponent(seller);
    this.budget = budget;
    this.nextCallAt = 0;
    this.headers = {
      Authorization: `Basic ${secret}`,
      Accept: "application/json",
      "User-Agent": `${seller} - SelfIntegration`,
      "Accept-Language": storefront ? "en" : "tr",
      ...(storefront && { storeFrontCode: storefront }),
    };
  }

  /** The address of a list below the seller's products. */
  address(list, query) {
    const url = new URL(`/integration/product/sellers/${this.seller}/products/${list}`, this.base);
    url.search = new URLSearchParams(query).toString();
    return url;
  }

  /** Waits until the next call may be sent. */
  async pace() {
    const wait = this.nextCallAt - performance.now();
    if (wait > 0) await this.budget.sleep(wait);
    this.nextCallAt = performance.now() + SPACING_MS;
  }

  /** One call; throws Transient when it may be repeated and Unfinished when that is useless. */
  async ask(url) {
    await this.pace();
    const signal = AbortSignal.timeout(Math.ceil(Math.min(ANSWER_TIMEOUT_MS, this.budget.left())));
    let answer, text;
    try {
      answer = await fetch(url, { headers: this.headers, redirect: "manual", signal });
      text = await answer.text();
    } catch (error) {
      if (!answer || answer.ok) throw new Transient(`no whole answer: ${error.cause?.message ?? error.message}`);
      text = "";
    }
    const refusal = `${answer.status} ${text.slice(0, 200)}`;
    const limited = answer.status === 429;
    if (limited || answer.status === 408 || answer.status >= 500) {
      throw new Transient(refusal, limited, retryAfter(answer.headers.get("retry-after")));
    }
    if (!answer.ok) throw new Unfinished(`refused: ${refusal}`);
    return readPage(text);
  }

  /** One page of a list, asked for again after faults and limits. */
  async page(list, query) {
    const url = this.address(list, query);
    for (let attempt = 0; ; attempt++) {
      try {
        const page = await this.ask(url);
        this.budget.grant(GRANT_MS);
        return page;
      } catch (error) {
        if (!(error instanceof Transient)) throw error;
        const pause = (error.limited ? LIMIT_PAUSES_MS : FAULT_PAUSES_MS)[attempt];
        if (pause === undefined) throw new Unfinished(`given up: ${error.message}`);
        await this.budget.sleep(Math.max(error.retryAfterMs ?? pause, FAULT_PAUSES_MS[0]));
      }
    }
  }

  /**
   * The pages of the approved list, without end: the reader knows when it has all. The token goes on behind the
   * last content, so that a shift skips nothing; page numbers serve only where no token is given.
   */
  async *approvedPages() {
    let token = null;
    for (let number = 0; ; number++) {
      if (!token && (number + 1) * PAGE_SIZE > PAGE_NUMBER_CAP) {
        throw new Unfinished("the list goes on beyond the cap of page numbers, and no token was given");
      }
      const place = token ? { nextPageToken: token } : { page: number };
      const page = await this.page("approved", { ...place, size: PAGE_SIZE });
      yield { ...page, byNumber: !token && number > 0 };
      token = page.nextPageToken || null;
    }
  }

  /** Price and stock rows of some barcodes. */
  async pricesAndStocks(barcodes) {
    const query = { barcodes: barcodes.join(","), page: 0, size: PAGE_SIZE };
    const { content } = await this.page("approved/inventory-and-price", query);
    return content.flatMap((row) => row.variants ?? []);
  }
}

/** The page in a text; what is not a page is a broken answer, and worth another try. */
function readPage(text) {
  let page;
  try {
    page = JSON.parse(text);
  } catch {
    throw new Transient("the answer is not JSON");
  }
  if (!Array.isArray(page?.content) || !Number.isInteger(page.totalElements)) {
    throw new Transient(`the answer is not a page: ${text.slice(0, 200)}`);
  }
  return page;
}

/** Reads the approved list once: all contents by id, and whether page numbers led through it. */
async function readOnce(service) {
  const contents = new Map();
  let total = null;
  let byNumber = false;
  for await (const page of service.approvedPages()) {
    total ??= page.totalElements;
    if (page.totalElements !== total) throw new CatalogueMoved(`${total} contents became ${page.totalElements}`);
    const before = contents.size;
    for (const content of page.content) contents.set(content.contentId, content);
    byNumber ||= page.byNumber;
    if (contents.size >= total || contents.size === before) break;
  }
  if (contents.size !== total) throw new CatalogueMoved(`${contents.size} contents of ${total} were served`);
  return { contents, byNumber };
}

/**
 * Reads the approved list until a pass is whole. Behind page numbers one content may slip through unseen while
 * another takes its place in the total: there two passes in a row have to show the same contents.
 */
async function readContents(service) {
  let earlier = null;
  let reason = "two passes differ";
  for (let pass = 0; pass < PASSES; pass++) {
    try {
      const { contents, byNumber } = await readOnce(service);
      const ids = [...contents.keys()].sort().join();
      if (!byNumber || ids === earlier) return [...contents.values()];
      earlier = ids;
    } catch (error) {
      if (!(error instanceof CatalogueMoved)) throw error;
      [earlier, reason] = [null, error.message];
      await service.budget.sleep(MOVED_PAUSE_MS);
    }
  }
  throw new Unfinished(`the catalogue moves while it is read: ${reason}`);
}

/** The row of a variant; what the service does not tell is left out. */
function toRow(content, variant) {
  return {
    barcode: String(variant.barcode),
    contentId: content.contentId,
    productMainId: content.productMainId ?? undefined,
    stockCode: variant.stockCode ?? undefined,
    quantity: variant.stock?.quantity ?? undefined,
    salePrice: variant.price?.salePrice ?? undefined,
    listPrice: variant.price?.listPrice ?? undefined,
    title: content.title ?? undefined,
    archived: variant.archived ?? undefined,
  };
}

/** The rows of all variants by barcode. */
function toRows(contents) {
  const rows = new Map();
  for (const content of contents) {
    for (const variant of content.variants ?? []) {
      if (variant.barcode != null) rows.set(String(variant.barcode), toRow(content, variant));
      else console.error(`content ${content.contentId} has a variant without barcode: left out`);
    }
  }
  return rows;
}

/** Asks the price and stock list for what the approved list left out. */
async function fillGaps(rows, service) {
  const fields = ["quantity", "salePrice", "listPrice"];
  const gaps = [...rows.values()].filter((row) => fields.some((field) => row[field] === undefined));
  for (let start = 0; start < gaps.length; start += BARCODES_A_CALL) {
    const asked = gaps.slice(start, start + BARCODES_A_CALL).map((row) => row.barcode);
    for (const variant of await service.pricesAndStocks(asked)) {
      const row = rows.get(String(variant.barcode));
      if (row) for (const field of fields) row[field] ??= variant[field] ?? undefined;
    }
  }
}

/** The copy on disk: one JSON row a line, replaced as a whole. */
class Store {
  constructor(path) {
    this.path = path;
    this.draft = `${path}.tmp`;
  }

  /** Replaces the copy: it is the old one or the new one at any moment. */
  replace(rows) {
    mkdirSync(dirname(this.path), { recursive: true });
    const file = openSync(this.draft, "w");
    try {
      writeFileSync(file, [...rows].map((row) => `${JSON.stringify(row)}\n`).join(""));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(this.draft, this.path);
  }

  /** The copy as text; empty when there is none. */
  text() {
    try {
      return readFileSync(this.path, "utf8");
    } catch (error) {
      if (error.code === "ENOENT") return "";
      throw error;
    }
  }

  /** Removes the copy, and the draft that a killed run left behind. */
  forget() {
    for (const path of [this.path, this.draft]) rmSync(path, { force: true });
  }
}

/** One synchronisation: reads everything, then replaces the copy. */
async function sync(environment) {
  const missing = REQUIRED.filter((name) => !environment[name]);
  if (missing.length) throw new Unfinished(`not set: ${missing.join(", ")}`);
  const service = new ProductService(environment, new Budget(RUN_BUDGET_MS));
  const rows = toRows(await readContents(service));
  await fillGaps(rows, service);
  new Store(environment.CLIENT_STORE).replace(rows.values());
}

/** Runs a verb and tells the exit code. */
async function main([verb, kind], environment) {
  try {
    if (verb === "sync") await sync(environment);
    else if (verb === "reset") new Store(environment.CLIENT_STORE).forget();
    else if (verb !== "export") throw new Unfinished("usage: catalog.mjs sync | export KIND | reset");
    else if (kind === "products") process.stdout.write(new Store(environment.CLIENT_STORE).text());
    return 0;
  } catch (error) {
    console.error(error instanceof Unfinished ? error.message : error);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2), process.env);
