// PazarSync client: keeps a copy of products and recent orders, and brings stocks to what the shop wants.
// Usage: node pazarsync.mjs sync | export KIND | reset
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const DAY_MS = 86_400_000;
const RUN_MS = 85_000; // no new wait or request goes beyond this
const REQUEST_MS = 20_000;
const ATTEMPTS = 6;
const PASSES = 8; // readings of one list until it holds still
const SENDINGS = 3; // how often a stock is sent before we call it unclear
const PAGE_SIZE = 100;
const BATCH_SIZE = 100;
const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);

class PazarSync {
  constructor(environment) {
    this.base = (environment.PAZARSYNC_BASE_URL || "https://api.pazarsync.com").replace(/\/+$/, "");
    const { PAZARSYNC_CLIENT_ID: client_id, PAZARSYNC_CLIENT_SECRET: client_secret } = environment;
    this.credentials = { client_id, client_secret, grant_type: "client_credentials" };
    this.storePath = environment.CLIENT_STORE;
    this.wantedPath = environment.CLIENT_WANTED;
    this.now = Number(environment.TRENDYOL_NOW_MS) || Date.now();
    this.started = performance.now();
    this.token = null;
    this.notBefore = 0; // set when the service said that the minute's requests are used up
  }
  /** One synchronisation; resolves to the exit code. */
  async sync() {
    const store = this.load();
    const wanted = this.readWanted();
    const { products, unreached } = await this.syncProducts(wanted, store);
    const [from_date, to_date] = [this.now - 30 * DAY_MS, this.now].map((ms) => new Date(ms).toISOString());
    const orders = await this.readStable("/api/v1/orders", { from_date, to_date });
    this.save({ ...store, products, orders });
    for (const sku of unreached) console.error(`stock of ${sku} was not taken over`);
    return unreached.length ? 1 : 0;
  }
  /** Prints the rows held of a kind; nothing for an unknown kind. */
  export(kind) {
    if (!existsSync(this.storePath)) return 0;
    const store = JSON.parse(readFileSync(this.storePath, "utf8"));
    const stock = Object.entries(store.stock).map(([sku, entry]) => ({ sku, ...entry }));
    const kinds = new Map([["products", store.products], ["orders", store.orders], ["stock", stock]]);
    process.stdout.write((kinds.get(kind) ?? []).map((row) => `${JSON.stringify(row)}\n`).join(""));
    return 0;
  }
  /** Forgets all. */
  reset() {
    rmSync(this.storePath, { force: true });
    rmSync(`${this.storePath}.new`, { force: true });
    return 0;
  }
  /** Reads products, sends the stocks that differ and reads again, until stocks fit and the list holds still. */
  async syncProducts(wanted, store) {
    const [sent, refused] = [new Map(), new Set()]; // sku -> how often; skus refused on their own
    let held, differing;
    const products = await this.readStable("/api/v1/products", { sort: "created_at", direction: "asc" }, async (rows) => {
      held = new Map(rows.map((row) => [row.sku, row.stock]));
      differing = [...wanted].filter(([sku, stock]) => held.has(sku) && held.get(sku) !== stock && !refused.has(sku));
      const due = differing.filter(([sku]) => (sent.get(sku) ?? 0) < SENDINGS);
      for (const [sku, stock] of due) {
        sent.set(sku, (sent.get(sku) ?? 0) + 1);
        store.stock[sku] = { stock, state: "pending" };
      }
      if (due.length) this.save(store); // a killed run must not leave an old "done" behind
      for (let i = 0; i < due.length; i += BATCH_SIZE) await this.sendStocks(due.slice(i, i + BATCH_SIZE), refused);
      return due.length > 0;
    });
    this.noteStates(wanted, held, refused, store);
    return { products, unreached: differing.map(([sku]) => sku) };
  }
  /** Sends stocks in one batch; a batch refused as a whole is halved until the culprit is alone. */
  async sendStocks(pairs, refused) {
    const items = pairs.map(([sku, stock]) => ({ sku, stock }));
    try {
      const answer = await this.request("POST", "/api/v1/stocks/batch", { items }, false);
      if (answer?.failed) console.error(`stocks: ${answer.failed} failed`, JSON.stringify(answer.errors));
    } catch (error) {
      if (![400, 404, 409, 413, 422].includes(error.status)) throw error;
      if (pairs.length === 1) return void refused.add(pairs[0][0]);
      const half = pairs.length >> 1;
      await this.sendStocks(pairs.slice(0, half), refused);
      await this.sendStocks(pairs.slice(half), refused);
    }
  }
  /** Writes down what became of each wish, judged by the products as last read. */
  noteStates(wanted, held, refused, store) {
    for (const [sku, stock] of wanted) {
      let state = held.get(sku) === stock ? "done" : "unclear";
      if (!held.has(sku) || (refused.has(sku) && state !== "done")) {
        state = "failed"; // final: no such product, or refused on its own
        console.error(`stock of ${sku} cannot be set: ${held.has(sku) ? "refused" : "unknown sku"}`);
      }
      store.stock[sku] = { stock, state };
    }
  }
  /** The wanted stocks, sku -> stock; the last line of a sku holds. */
  readWanted() {
    const wanted = new Map();
    if (!this.wantedPath || !existsSync(this.wantedPath)) return wanted;
    for (const line of readFileSync(this.wantedPath, "utf8").split("\n")) {
      if (!line.trim()) continue;
      const { sku, stock } = JSON.parse(line);
      if (typeof sku !== "string" || !Number.isInteger(stock)) throw new Error(`not a wanted stock: ${line}`);
      wanted.set(sku, stock);
    }
    return wanted;
  }
  /** Reads a list until two readings in a row name the same rows (one page is right at once) and `act` changes nothing. */
  async readStable(path, query, act = () => false) {
    let before = null;
    for (let pass = 0; pass < PASSES; pass++) {
      if (pass > 1) await this.pause(500 * pass);
      const list = await this.readOnce(path, query);
      const changed = list && (await act(list.rows));
      if (list && !changed && (list.settled || this.sameIds(before, list))) return list.rows;
      before = list;
    }
    throw new Error(`${path} kept moving while it was read`);
  }
  /** All pages once; null when the pages contradict each other. */
  async readOnce(path, query) {
    const rows = new Map();
    let total, page = 1, count = 0;
    for (; ; page++) {
      const search = new URLSearchParams({ ...query, page, limit: PAGE_SIZE });
      const { data, meta = {} } = await this.request("GET", `${path}?${search}`);
      total ??= meta?.total_items;
      if (meta?.total_items !== total) return null;
      for (const row of data) {
        if (row?.id === undefined) throw new Error(`${path}: a row without id`);
        rows.set(row.id, row);
      }
      count += data.length;
      if (!data.length || (Number.isInteger(meta?.total_pages) && page >= meta.total_pages)) break;
    }
    if (rows.size !== count || (Number.isInteger(total) && rows.size !== total)) return null;
    return { rows: [...rows.values()], settled: page === 1 };
  }
  /** Whether two readings name the same rows. */
  sameIds(one, other) {
    if (!one || one.rows.length !== other.rows.length) return false;
    const ids = new Set(one.rows.map((row) => row.id));
    return other.rows.every((row) => ids.has(row.id));
  }
  /** An authorised request; a token that is not taken any more is renewed once. */
  async request(method, path, body, needsBody = true) {
    const check = (answer) => !needsBody || (method === "GET" ? Array.isArray(answer?.data) : Boolean(answer));
    for (let renewed = false; ; renewed = true) {
      this.token ??= await this.login();
      try {
        return await this.send(method, path, body, check, { Authorization: `Bearer ${this.token}` });
      } catch (error) {
        if (renewed || error.status !== 401) throw error;
        this.token = null;
      }
    }
  }
  /** Fetches an access token; it is never written to disk. */
  async login() {
    const good = (answer) => typeof answer?.access_token === "string" && answer.access_token !== "";
    return (await this.send("POST", "/api/auth/token", this.credentials, good)).access_token;
  }
  /** Sends until a whole answer is there. Everything we send may be repeated: reads, tokens, absolute stocks. */
  async send(method, path, body, isGood, headers = {}) {
    let fault = "no time left";
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      await this.pause(Math.max(0, this.notBefore - performance.now()));
      let wait = 500 * 2 ** attempt * (1 + Math.random() / 4);
      try {
        const answer = await fetch(this.base + path, {
          method,
          headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }), ...headers },
          body: body && JSON.stringify(body),
          redirect: "error",
          signal: AbortSignal.timeout(Math.max(1, Math.min(REQUEST_MS, this.left()))),
        });
        const text = await answer.text();
        this.noteLimit(answer);
        if (answer.ok) {
          const parsed = this.parse(text);
          if (isGood(parsed)) return parsed;
          fault = "an answer that is not whole";
        } else if (RETRYABLE.has(answer.status)) {
          fault = `status ${answer.status}`;
          wait = this.askedWait(answer) ?? wait;
        } else throw Object.assign(new Error(`${path} refused`), { status: answer.status }); // final
      } catch (error) {
        if (error.status) throw error;
        fault = error.cause?.message ?? error.message;
      }
      if (attempt + 1 < ATTEMPTS) await this.pause(wait);
    }
    throw new Error(`${method} ${path}: ${fault}`);
  }
  /** JSON, or undefined when it is cut or none. */
  parse(text) {
    try { return JSON.parse(text); } catch { return undefined; }
  }
  /** After the last allowed request of a minute, nothing is sent before the reset. */
  noteLimit(answer) {
    if (answer.headers.get("x-ratelimit-remaining") !== "0") return;
    this.notBefore = performance.now() + (this.untilReset(answer) ?? 0);
  }
  /** The wait a refusal asks for, in ms: Retry-After, else (for 429) the reset of the limit. */
  askedWait(answer) {
    const after = answer.headers.get("retry-after");
    const servedAt = Date.parse(answer.headers.get("date")) || Date.now();
    if (after && /^\d+$/.test(after.trim())) return Number(after) * 1000 + 100;
    if (after && !Number.isNaN(Date.parse(after))) return Math.max(500, Date.parse(after) - servedAt);
    return answer.status === 429 ? this.untilReset(answer) : undefined;
  }
  /** Ms until X-RateLimit-Reset (Unix seconds) by the service's clock or the world's; undefined if implausible. */
  untilReset(answer) {
    const reset = Number(answer.headers.get("x-ratelimit-reset")) * 1000;
    const clocks = [Date.parse(answer.headers.get("date")) || Date.now(), this.now + performance.now() - this.started];
    const wait = clocks.map((clock) => reset - clock).find((ms) => ms > 0 && ms <= 61_000);
    return wait === undefined ? undefined : wait + 100;
  }
  /** Ms left for this run. */
  left() { return RUN_MS - (performance.now() - this.started); }
  /** Waits, or gives the run up when the wait would not fit into it. */
  async pause(ms) {
    if (ms >= this.left()) throw new Error("no time left for this run");
    if (ms > 0) await sleep(ms);
  }
  /** The copy so far; an unreadable one is built anew. */
  load() {
    const empty = { products: [], orders: [], stock: {} };
    return existsSync(this.storePath) ? { ...empty, ...this.parse(readFileSync(this.storePath, "utf8")) } : empty;
  }
  /** Replaces the copy in one step. */
  save(store) {
    writeFileSync(`${this.storePath}.new`, JSON.stringify(store));
    renameSync(`${this.storePath}.new`, this.storePath);
  }
}

/** Runs one verb and gives the exit code. */
async function main([verb, kind], environment) {
  const client = new PazarSync(environment);
  if (verb === "sync") return client.sync();
  if (verb === "export") return client.export(kind);
  if (verb === "reset") return client.reset();
  throw new Error("usage: sync | export KIND | reset");
}

try {
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  console.error(error.message, error.status ?? "");
  process.exitCode = 1;
}
