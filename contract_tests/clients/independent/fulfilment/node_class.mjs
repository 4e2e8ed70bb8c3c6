// Brings the live packages of wanted orders to Picking or Invoiced on the Trendyol marketplace.
// Verbs: sync, export fulfilment, reset. A write follows a fresh reading of its order, and what was not seen or confirmed is not claimed.
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const env = process.env;
const DAY = 86_400_000;
const RUN_MS = 100_000; // a run ends by itself well within two minutes
const REQUEST_MS = 12_000;
const ROUNDS = 7;
const DEAD = new Set(["Cancelled", "UnSupplied", "UnPacked"]);
const RANK = { Awaiting: -1, Created: 0, Picking: 1, Invoiced: 2, Shipped: 3, AtCollectionPoint: 4, UnDelivered: 4, Delivered: 5, Returned: 5 };
const GOAL = { Picking: 1, Invoiced: 2 };

const say = (text) => process.stderr.write(`${text}\n`);

// Ids have 64 bits and a number of JavaScript 53: an integer of 16 digits and more is read as a BigInt.
const NUMBERS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const parseWhole = (text) => {
  const marked = text.replace(NUMBERS, (token) => (/^-?\d{16,}$/.test(token) ? `{"#":"${token}"}` : token));
  return JSON.parse(marked, (_, value) => (typeof value?.["#"] === "string" ? BigInt(value["#"]) : value));
};
const printWhole = (value) => {
  const text = JSON.stringify(value, (_, each) => (typeof each === "bigint" ? { "#": `${each}` } : each));
  return text.replace(/\{"#":"(-?\d+)"\}/g, "$1");
};

class Stop extends Error {} // nothing more can be reached in this run

class Store {
  constructor(path) {
    this.path = path;
    this.data = { runs: 0, states: {}, orders: {} };
    try {
      const read = JSON.parse(readFileSync(path, "utf8"));
      if (read && read.states && read.orders) this.data = read;
    } catch (error) {
      if (error.code !== "ENOENT") say(`store not readable, starting anew: ${error.message}`);
    }
  }
  save() {
    writeFileSync(`${this.path}.tmp`, JSON.stringify(this.data));
    renameSync(`${this.path}.tmp`, this.path);
  }
  static forget(path) {
    for (const file of [path, `${path}.tmp`]) rmSync(file, { force: true });
  }
}

class Limiter {
  constructor(count, span) {
    Object.assign(this, { count, span, times: [] });
  }
  wait() {
    const now = Date.now();
    this.times = this.times.filter((time) => time > now - this.span);
    return this.times.length < this.count ? 0 : this.times[this.times.length - this.count] + this.span - now + 50;
  }
  room() {
    this.wait();
    return this.count - this.times.length;
  }
}

class Api {
  constructor() {
    this.end = Date.now() + RUN_MS;
    this.notBefore = 0;
    this.failures = 0; // in a row, over all calls
    this.seller = env.TRENDYOL_SELLER_ID;
    this.reads = new Limiter(28, 60_000);
    this.writes = new Limiter(45, 10_000);
    const secret = Buffer.from(`${env.TRENDYOL_API_KEY}:${env.TRENDYOL_API_SECRET}`).toString("base64");
    this.headers = {
      Authorization: `Basic ${secret}`,
      "User-Agent": `${this.seller} - SelfIntegration`,
      Accept: "application/json",
      "Accept-Language": "en",
      storeFrontCode: env.TRENDYOL_STOREFRONT || "TR",
    };
  }
  async pause(ms) {
    if (Date.now() + ms > this.end - 1000) throw new Stop("no time left in this run");
    if (ms > 0) await new Promise((wake) => setTimeout(wake, ms));
  }
  retryAfter(answer) {
    const text = answer.headers.get("retry-after");
    if (!text) return null;
    if (/^\d+(\.\d+)?$/.test(text.trim())) return Number(text) * 1000;
    const at = Date.parse(text);
    const now = Date.parse(answer.headers.get("date") ?? "");
    return Number.isNaN(at) ? null : Math.max(0, at - (Number.isNaN(now) ? Date.now() : now));
  }
  // One request. Answers {status, text}; status 0 when no whole answer came.
  async once(limiter, method, path, body) {
    if (this.failures >= 10) throw new Stop("the service fails again and again");
    for (let ms = 1; ms > 0; await this.pause(ms)) ms = Math.max(0, this.notBefore - Date.now(), limiter.wait());
    limiter.times.push(Date.now());
    const signal = AbortSignal.timeout(Math.min(REQUEST_MS, Math.max(1000, this.end - Date.now())));
    const headers = body ? { ...this.headers, "Content-Type": "application/json" } : this.headers;
    const init = { method, headers, signal, redirect: "manual", body: body && printWhole(body) };
    let result = null;
    try {
      const answer = await fetch(new URL(path, env.TRENDYOL_BASE_URL), init);
      const [status, after] = [answer.status, this.retryAfter(answer)];
      if (status === 429 || (after !== null && status >= 400)) {
        this.notBefore = Date.now() + (after === null ? 2000 + 1500 * Math.min(this.failures, 4) : after + 100);
      }
      result = { status, text: await answer.text() };
    } catch (error) {
      result = { status: 0, text: String(error.cause?.code ?? error.name) };
    }
    this.failures = [200, 400, 404, 409].includes(result.status) ? 0 : this.failures + 1;
    if (result.status !== 200) say(`${method} ${path.split("?")[0]}: ${result.status} ${result.text.slice(0, 120)}`);
    return result;
  }
  // One page of the order list, proved to be whole; null when it cannot be had now.
  async page(query) {
    for (let attempt = 0; attempt < 4; attempt++) {
      if (attempt) await this.pause(700 + 800 * attempt);
      const { status, text } = await this.once(this.reads, "GET", `/integration/order/sellers/${this.seller}/v2/orders?${new URLSearchParams(query)}`);
      if (status === 400 || status === 404) return null;
      if (status !== 200) continue;
      try {
        const { content, totalElements: total, totalPages: pages } = parseWhole(text);
        if (!Array.isArray(content) || !Number.isInteger(total)) throw new Error("no page of orders");
        if (content.length < Math.min(query.size, total - query.page * query.size)) throw new Error("fewer rows than announced");
        return { rows: content.map((row) => new Package(row)), total, pages: pages ?? Math.ceil(total / query.size) };
      } catch (error) {
        say(`order list: ${error.message}`);
      }
    }
    return null;
  }
  // All pages of a query; null when they cannot be had or moved meanwhile.
  async list(query, most) {
    const found = new Map();
    for (let page = 0, pages = 1, total = null; page < pages; page++) {
      const answer = await this.page({ ...query, page, size: 200, orderByField: "PackageLastModifiedDate", orderByDirection: "DESC" });
      if (!answer || answer.pages > most || (total !== null && total !== answer.total)) return null;
      ({ pages, total } = answer);
      for (const row of answer.rows) found.set(row.id, row);
    }
    return [...found.values()];
  }
  // "ok", "refused" (surely not done), "busy" (asked to come later) or "unclear".
  async update(id, body) {
    const path = `/integration/order/sellers/${this.seller}/shipment-packages/${id}`;
    const { status, text } = await this.once(this.writes, "PUT", path, body);
    if (status === 200 && /^\s*(200 OK)?\s*$/i.test(text)) return "ok";
    if (status === 429) return "busy";
    if (status >= 400 && status < 500 && status !== 408) return "refused";
    return "unclear";
  }
}

class Package {
  constructor(row) {
    this.id = String(row.shipmentPackageId ?? row.id ?? "");
    this.orderNumber = String(row.orderNumber ?? "");
    this.status = row.status;
    this.live = !DEAD.has(this.status);
    if (!/^\d+$/.test(this.id) || !this.orderNumber || typeof this.status !== "string") throw new Error("a row that is no package");
    this.origins = (row.originPackageIds ?? []).map(String);
    const lines = row.lines ?? [];
    this.units = lines.reduce((sum, line) => sum + (line.quantity ?? 0), 0);
    this.lines = lines
      .filter((line) => !DEAD.has(line.orderLineItemStatusName))
      .map((line) => ({ lineId: line.lineId ?? line.id, quantity: line.quantity }));
    this.rank = RANK[this.status] ?? null;
    if (this.rank === null && !DEAD.has(this.status)) {
      // A status nobody explains: what its history proves is all that is known.
      const past = (row.packageHistories ?? []).map((entry) => RANK[entry.status]).filter((rank) => rank > 0);
      this.rank = past.length ? Math.max(...past) : null;
      this.odd = true;
    }
  }
}

class Order {
  constructor(number, kept) {
    this.number = number;
    this.kept = kept; // package id -> {status, units, rank, live, origins}, over all runs
    this.actions = new Set();
    // By "id status": writes of this run, the result of the last one, readings since then.
    Object.assign(this, { tries: {}, results: {}, calm: {} });
    this.old = []; // what the windows of the month showed
    this.packages = null;
    this.deadSeen = this.idle = 0;
    this.settled = false;
  }
  get goal() {
    return Math.max(...[...this.actions].map((action) => GOAL[action]));
  }
  take(rows) {
    const now = new Map(this.old.map((pack) => [pack.id, pack]));
    for (const pack of this.packages ?? []) pack.stale = true; // unless this reading shows it again
    for (const row of rows) now.set(row.id, row);
    this.packages = this.old = [...now.values()];
    for (const pack of this.packages) {
      const { status, rank, live, origins } = pack;
      this.kept[pack.id] = { status, rank, live, origins, units: Math.max(pack.units, this.kept[pack.id]?.units ?? 0) };
    }
    for (const key of Object.keys(this.calm)) this.calm[key]++;
    this.deadSeen = this.packages.length && this.packages.every((pack) => !pack.live) ? this.deadSeen + 1 : 0;
  }
  // Are all packages of the order in sight, as far as can be told?
  whole() {
    if (!this.packages?.length) return false;
    const all = Object.entries(this.kept);
    const inSight = new Set(this.packages.filter((pack) => !pack.stale).map((pack) => pack.id));
    const below = (root) => {
      const ids = new Set([root]);
      for (let size = 0; size !== ids.size; ) {
        size = ids.size;
        for (const [id, pack] of all) if (pack.origins.some((origin) => ids.has(origin))) ids.add(id);
      }
      return all.filter(([id]) => id !== root && ids.has(id)).map(([, pack]) => pack);
    };
    for (const [id, pack] of all) {
      if (pack.live && !inSight.has(id) && !((pack.rank ?? -1) >= this.goal) && !below(id).length) return false;
      if (pack.status !== "UnPacked") continue;
      const own = below(id); // the heirs of a heir may name the first package alone
      const heirs = (own.length || !pack.origins.length ? own : below(pack.origins[0])).filter((heir) => heir.status !== "UnPacked");
      const units = heirs.reduce((sum, heir) => sum + heir.units, 0);
      const cut = heirs.some((heir) => !heir.live);
      if (!heirs.length || (!cut && units < pack.units)) return false;
    }
    return this.deadSeen !== 1; // nothing live: look twice, a package may be about to follow
  }
  stateOf(action) {
    if (!this.packages) return "unclear";
    const goal = GOAL[action];
    const open = this.packages.filter((pack) => pack.live && !(pack.rank !== null && pack.rank >= goal));
    if (!open.length) return this.whole() ? "done" : this.packages.length ? "unclear" : "pending";
    const results = open.flatMap((pack) => Object.keys(GOAL).map((status) => this.results[`${pack.id} ${status}`]));
    if (results.includes("unclear") || open.some((pack) => pack.odd)) return "unclear";
    return results.includes("refused") ? "refused" : "pending";
  }
}

class Sync {
  constructor(store) {
    this.store = store;
    this.api = new Api();
    this.orders = new Map();
    this.rows = Sync.wanted();
  }
  static wanted() {
    const lines = readFileSync(env.CLIENT_WANTED, "utf8").split("\n").filter((line) => line.trim());
    return lines.map((line) => JSON.parse(line)).map(({ orderNumber, action }) => ({ orderNumber: String(orderNumber), action }));
  }
  async run() {
    const { data } = this.store;
    Object.assign(data, { runs: data.runs + 1, states: {} });
    for (const { orderNumber, action } of this.rows) {
      if (!GOAL[action]) continue;
      if (!this.orders.has(orderNumber)) this.orders.set(orderNumber, new Order(orderNumber, (data.orders[orderNumber] ??= {})));
      this.orders.get(orderNumber).actions.add(action);
    }
    this.store.save();
    let [swept, code] = [false, 0];
    try {
      const orders = [...this.orders.values()];
      const start = data.runs % (orders.length || 1); // no order starves behind another
      const queue = [...orders.slice(start), ...orders.slice(0, start)];
      swept = !orders.length || (await this.sweep());
      for (let round = 0; round < ROUNDS; round++) {
        const open = queue.filter((order) => !order.settled);
        if (!open.length) break;
        if (round) await this.api.pause(1000 + 300 * round);
        for (const order of open) await this.work(order);
      }
    } catch (error) {
      code = 1;
      say(error instanceof Stop ? error.message : String(error.stack));
    }
    for (const { orderNumber, action } of this.rows) {
      let state = GOAL[action] ? this.orders.get(orderNumber).stateOf(action) : "failed";
      if (state === "done" && !swept) state = "unclear";
      data.states[`${orderNumber} ${action}`] = state;
      if (state !== "done") code = 1;
    }
    this.store.save();
    return code;
  }
  // The list without dates may show the last week alone, so the month is read once a run in windows.
  async sweep() {
    const now = Number(env.TRENDYOL_NOW_MS) || Date.now();
    for (const [from, to] of [[13, 0], [26, 13], [30, 26]]) {
      const query = { startDate: now - from * DAY, endDate: now - to * DAY };
      const rows = (await this.api.list(query, 6)) ?? (await this.api.list(query, 6));
      if (!rows) return this.searchEach(now);
      for (const row of rows) this.orders.get(row.orderNumber)?.old.push(row);
    }
    return true;
  }
  // A shop too big or too lively for that: ask for each order in the older windows.
  async searchEach(now) {
    for (const order of this.orders.values())
      for (const [from, to] of [[13, 0], [26, 13], [30, 26]]) {
        const rows = await this.api.list({ orderNumber: order.number, startDate: now - from * DAY, endDate: now - to * DAY }, 6);
        if (!rows) return false;
        order.old.push(...rows.filter((row) => row.orderNumber === order.number));
      }
    return true;
  }
  async work(order) {
    order.settled = ++order.idle >= 3; // nothing moves: a later run looks again
    // Of many orders the windows are the first reading: the list has a small allowance a minute.
    const known = this.orders.size > 20 && !order.packages && order.old.length;
    const rows = known ? [] : await this.api.list({ orderNumber: order.number }, 10);
    if (!rows) return;
    order.take(rows.filter((row) => row.orderNumber === order.number));
    this.store.save();
    let wrote = false;
    let clean = true;
    for (const pack of order.packages) {
      if (!pack.live || pack.odd || pack.stale || (pack.rank !== 0 && pack.rank !== 1)) continue;
      for (const status of ["Picking", "Invoiced"]) {
        if (GOAL[status] > order.goal || pack.rank >= GOAL[status]) continue;
        const key = `${pack.id} ${status}`;
        const last = order.results[key];
        // Accepted already: the list is only behind. Unclear: it may still land, so look twice before saying it again.
        if (last === "ok" || (last === "unclear" && order.calm[key] < 2) || (order.tries[key] ?? 0) >= 3 || !pack.lines.length) {
          clean = false;
          break;
        }
        wrote = true;
        order.idle = order.calm[key] = 0;
        const params = status === "Invoiced" ? { invoiceNumber: this.invoice(pack.id) } : {};
        const result = (order.results[key] = await this.api.update(pack.id, { status, lines: pack.lines, params }));
        if (result !== "busy") order.tries[key] = (order.tries[key] ?? 0) + 1;
        clean &&= result === "ok";
        if (result !== "ok") break;
        for (const held of [pack, order.kept[pack.id]]) Object.assign(held, { status, rank: GOAL[status] });
      }
    }
    const finished = clean && [...order.actions].every((action) => order.stateOf(action) === "done");
    // What was written is read once more where the list's allowance suffices for that.
    order.settled ||= finished && (!wrote || this.api.reads.room() < this.orders.size);
    if (wrote && !finished) order.settled = false;
  }
  // Three characters, the year and nine digits; the same for a package in every run.
  invoice(id) {
    const year = new Date(Number(env.TRENDYOL_NOW_MS) || Date.now()).getUTCFullYear();
    const high = Math.floor(Number(id) / 1e9).toString(36).toUpperCase().slice(-2).padStart(2, "0");
    return `F${high}${year}${id.slice(-9).padStart(9, "0")}`;
  }
}

const [verb, kind] = process.argv.slice(2);
if (verb === "reset") Store.forget(env.CLIENT_STORE);
else if (verb === "export") {
  if (kind === "fulfilment") {
    const { states } = new Store(env.CLIENT_STORE).data;
    const rows = new Map(Sync.wanted().map((row) => [`${row.orderNumber} ${row.action}`, row]));
    for (const [key, row] of rows) console.log(JSON.stringify({ ...row, state: states[key] ?? "pending" }));
  }
} else if (verb === "sync") {
  process.exitCode = await new Sync(new Store(env.CLIENT_STORE)).run().catch((error) => (say(String(error.stack)), 1));
} else process.exitCode = 1;
