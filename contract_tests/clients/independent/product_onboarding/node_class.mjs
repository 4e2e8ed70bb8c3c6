// Product onboarding for Trendyol's marketplace API (TR and international). Node 20, no packages.
// Verbs: sync | export onboarding | reset. The lists of the vendor are the truth; the memory only explains them.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const env = process.env;
const DAY = 86_400_000;
const HOUR = 3_600_000;
const VAT = {
  TR: [0, 1, 10, 20], DE: [0, 7, 19], SA: [15], AE: [5], GR: [0, 6, 13, 24, 11, 21], SK: [0, 19, 23],
  RO: [0, 11, 21], CZ: [0, 12, 21], BG: [0, 9, 20, 11, 21],
};
const LOOK_PAUSES = [0, 0.3, 0.5, 0.8, 1, 1.2, 1.5, 1.5];

class Refused extends Error { constructor(status, text) { super(`HTTP ${status}: ${text.slice(0, 300)}`); this.status = status; } }
class Lost extends Error {} // a write whose answer is not known
class Unfinished extends Error {} // not now, perhaps later
class Unfit extends Error {} // a row that cannot be sent

const sleep = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const bare = (text) => String(text ?? "").replace(/\s+/gu, "");
const tidy = (text) => String(text ?? "").trim().replace(/\s+/gu, " ");
const same = (a, b) => tidy(a) === tidy(b);
const signs = (text) => [...String(text ?? "")].length;
const print = (row) => createHash("sha1").update(JSON.stringify(row)).digest("hex");
const warn = (text) => process.stderr.write(`${text}\n`);

class Api {
  constructor() {
    this.origin = env.TRENDYOL_BASE_URL.replace(/\/+$/, ""); this.seller = env.TRENDYOL_SELLER_ID;
    this.storefront = env.TRENDYOL_STOREFRONT || ""; this.abroad = this.storefront !== "" && this.storefront !== "TR";
    this.patience = 80; // seconds that one run may spend in back-off
    const pair = Buffer.from(`${env.TRENDYOL_API_KEY}:${env.TRENDYOL_API_SECRET}`).toString("base64");
    this.headers = { Authorization: `Basic ${pair}`, "User-Agent": `${this.seller} - SelfIntegration`, Accept: "application/json" };
    if (this.storefront) this.headers.storeFrontCode = this.storefront;
    if (this.abroad) this.headers["Accept-Language"] = "en";
    this.products = `/integration/product/sellers/${this.seller}`;
  }
  async backOff(seconds, why) {
    if (seconds > this.patience) throw new Unfinished(`${why}: no patience left`);
    this.patience -= seconds; await sleep(seconds);
  }
  async request(method, path, query = {}, body = undefined) {
    const words = Object.entries(query).map(([k, v]) => `${k}=${encodeURIComponent(v)}`).join("&");
    const url = `${this.origin}${path}${words ? `?${words}` : ""}`;
    const headers = body === undefined ? this.headers : { ...this.headers, "Content-Type": "application/json" };
    for (let failures = 0, refusals = 0; ;) {
      let why;
      try {
        const answer = await fetch(url, {
          method, headers, redirect: "manual", signal: AbortSignal.timeout(30_000),
          body: body === undefined ? undefined : JSON.stringify(body),
        });
        const text = await answer.text();
        if (answer.status === 429) {
          if (refusals >= 6) throw new Unfinished(`${method} ${path}: too many requests`);
          await this.backOff(this.retryAfter(answer.headers.get("retry-after")) ?? 2 ** refusals, "429"); refusals += 1; continue;
        }
        if (answer.status >= 300 && answer.status < 500 && answer.status !== 408) throw new Refused(answer.status, text);
        if (answer.ok) return JSON.parse(text);
        why = `HTTP ${answer.status}`;
      } catch (error) {
        if (error instanceof Refused || error instanceof Unfinished) throw error;
        why = `${error.name}: ${error.message}`; // reset, timeout, a body that broke off
      }
      if (method !== "GET") throw new Lost(`${method} ${path}: ${why}`);
      if (failures >= 5) throw new Unfinished(`${method} ${path}: ${why}`);
      await this.backOff(0.5 * 2 ** failures, why); failures += 1;
    }
  }
  retryAfter(header) {
    if (!header) return null;
    if (/^\d+(\.\d+)?$/.test(header.trim())) return Number(header);
    const moment = Date.parse(header);
    return Number.isNaN(moment) ? null : Math.max(0, (moment - Date.now()) / 1000);
  }
  /** All rows of a paged list; read again when the list moved meanwhile. */
  async all(path, size, key, query = {}) {
    for (let turn = 0; turn < 4; turn++) {
      const rows = new Map(), totals = new Set(); let token = null;
      for (let page = 0; ; page++) {
        const place = token ? { nextPageToken: token } : { page };
        const body = await this.request("GET", path, { ...query, ...place, size }); const content = body.content ?? [];
        for (const row of content) rows.set(String(key(row)), row);
        if (Number.isInteger(body.totalElements)) totals.add(body.totalElements);
        if (content.length === 0) break;
        if (token === null && page + 1 >= (body.totalPages ?? Infinity)) break;
        if (token !== null && rows.size >= (body.totalElements ?? Infinity)) break;
        if ((page + 2) * size > 10_000) token = body.nextPageToken ?? null; // beyond, only the token leads on
      }
      if (totals.size === 0 || (totals.size === 1 && totals.has(rows.size))) return rows;
    }
    throw new Unfinished(`${path}: the list moved while it was read`);
  }
}

class Memory {
  constructor(path) {
    this.file = existsSync(path) && statSync(path).isDirectory() ? join(path, "onboarding.json") : path;
    this.data = { run: 0, names: {}, records: {} };
    try { Object.assign(this.data, JSON.parse(readFileSync(this.file, "utf8"))); } catch { /* the first run */ }
  }
  save() {
    mkdirSync(dirname(this.file), { recursive: true }); writeFileSync(`${this.file}.new`, JSON.stringify(this.data));
    renameSync(`${this.file}.new`, this.file);
  }
  record(barcode) { return (this.data.records[barcode] ??= {}); }
}

/** Numbers of brands, categories, attributes and values: looked up once, remembered for a week, doubted after a day. */
class Names {
  constructor(api, memory, now) { Object.assign(this, { api, memory, now }); }
  async find(key, load, pick) {
    const kept = this.memory.data.names[key];
    if (kept && this.now - kept.at < 7 * DAY) {
      const found = pick(kept.data);
      if (found !== undefined || this.now - kept.at < DAY) return found;
    }
    const data = await load(); this.memory.data.names[key] = { at: this.now, data };
    return pick(data);
  }
  async brand(name) {
    const load = () => this.api.request("GET", "/integration/product/brands/by-name", { name });
    const id = await this.find(`brand ${name}`, load, (list) => list.find((brand) => brand.name === name)?.id);
    if (id === undefined) throw new Unfit(`no brand is called ${name}`);
    return id;
  }
  async category(names) {
    const load = async () => {
      const body = await this.api.request("GET", "/integration/product/product-categories");
      const slim = (nodes) => (nodes ?? []).map((n) => ({ id: n.id, name: n.name, below: slim(n.subCategories) }));
      return slim(Array.isArray(body) ? body : body.categories);
    };
    const follow = (nodes, [first, ...rest]) => {
      for (const node of nodes.filter((n) => same(n.name, first))) {
        const found = rest.length ? follow(node.below, rest) : node.below.length ? undefined : node.id;
        if (found !== undefined) return found;
      }
      return undefined;
    };
    const path = Array.isArray(names) ? names : String(names ?? "").split(">");
    const id = await this.find("tree", load, (tree) => follow(tree, path));
    if (id === undefined) throw new Unfit(`no leaf of the tree at ${path.join(" > ")}`);
    return id;
  }
  async attributes(category, wanted) {
    const base = `/integration/product/categories/${category}/attributes`;
    const load = async () => (await this.api.request("GET", base)).categoryAttributes.map((a) => ({
      id: a.attribute.id, name: a.attribute.name, required: a.required, custom: a.allowCustom, many: a.allowMultipleAttributeValues,
    }));
    const known = (list) => (Object.keys(wanted).every((name) => list.some((a) => same(a.name, name))) ? list : undefined);
    const asked = await this.find(`attributes ${category}`, load, known);
    if (!asked) throw new Unfit("an attribute that the category does not have");
    const given = Object.entries(wanted).filter(([, value]) => value !== null && value !== "");
    const missing = asked.find((a) => a.required && !given.some(([name]) => same(name, a.name)));
    if (missing) throw new Unfit(`the attribute ${missing.name} is required`);
    const sent = [];
    for (const [name, value] of given) {
      const attribute = asked.find((a) => same(a.name, name)); const values = Array.isArray(value) ? value : [value];
      if (values.length > 1 && !attribute.many) throw new Unfit(`${name} takes one value`);
      const ids = []; let text = null;
      for (const one of values) {
        const id = await this.value(base, category, attribute, one);
        if (id !== undefined) ids.push(id);
        else if (attribute.custom && values.length === 1) text = String(one);
        else throw new Unfit(`${name} has no value ${one}`);
      }
      if (text !== null && attribute.id === 47 && signs(text) > 50) throw new Unfit("a colour of more than 50 characters");
      const form = text !== null
        ? (this.api.abroad ? { attributeValue: text } : { customAttributeValue: text })
        : this.api.abroad || ids.length > 1 ? { attributeValueIds: ids } : { attributeValueId: ids[0] };
      sent.push({ attributeId: attribute.id, ...form });
    }
    return sent;
  }
  async value(base, category, attribute, wanted) {
    const load = async () => {
      const rows = await this.api.all(`${base}/${attribute.id}/values`, 1000, (row) => row.attributeValueId);
      return [...rows.values()].map((row) => [row.attributeValueName ?? row.attributeValue, row.attributeValueId]);
    };
    return this.find(`values ${category} ${attribute.id}`, load, (list) => list.find(([name]) => same(name, wanted))?.[1]);
  }
}

class Onboarding {
  constructor() {
    this.api = new Api(); this.memory = new Memory(env.CLIENT_STORE); this.now = Number(env.TRENDYOL_NOW_MS || Date.now());
    this.names = new Names(this.api, this.memory, this.now); this.pause = Number(env.CLIENT_PAUSE_SECONDS || 5);
    this.looks = new Map();
    this.reasons = new Map(); // barcode -> why nothing can be sent
    this.halves = 40; const lines = readFileSync(env.CLIENT_WANTED, "utf8").split("\n").filter((line) => line.trim());
    this.rows = new Map(lines.map((line) => JSON.parse(line)).map((row) => [bare(row.barcode), { ...row, barcode: bare(row.barcode) }]));
    this.run = this.memory.data.run += 1;
  }
  checkTitle(row) {
    if (!tidy(row.title) || signs(row.title) > 100) throw new Unfit("the title has 1 to 100 characters");
  }
  check(row) {
    const sale = Number(row.salePrice), list = Number(row.listPrice), rates = VAT[this.api.storefront || "TR"];
    const demand = (right, text) => { if (!right) throw new Unfit(text); };
    demand(/^[\p{L}\p{N}._-]{1,40}$/u.test(row.barcode), "barcode: letters, digits, . - _, at most 40"); this.checkTitle(row);
    demand(signs(row.productMainId) >= 1 && signs(row.productMainId) <= 40, "productMainId: 1 to 40");
    demand(signs(row.stockCode) <= 100 && (row.stockCode || !this.api.abroad), "stockCode: at most 100, abroad needed");
    demand(row.dimensionalWeight != null || !this.api.abroad, "dimensionalWeight is needed abroad");
    demand(Number.isInteger(row.quantity) && row.quantity >= 0 && row.quantity <= 20_000, "stock: 0 to 20,000");
    demand(sale > 0 && list >= sale, "salePrice above 0 and not above listPrice");
    demand(!rates || rates.includes(Number(row.vatRate)), "a VAT rate of another country");
    demand(row.description && signs(row.description) <= 30_000, "description: 1 to 30,000 characters");
    demand(!/<\s*\/?\s*(script|iframe)/i.test(row.description), "script or iframe in the description");
    const images = row.images ?? [];
    demand(images.length >= 1 && images.length <= 8 && images.every((url) => /^https:\/\//i.test(url)), "1 to 8 pictures at https");
  }
  async document(row, creation) {
    this.check(row); const [brandId, categoryId] = [await this.names.brand(row.brand), await this.names.category(row.category)];
    const item = {
      barcode: row.barcode, title: row.title, productMainId: row.productMainId, brandId, categoryId, description: row.description,
      vatRate: Number(row.vatRate), images: row.images.map((url) => ({ url })),
      attributes: await this.names.attributes(categoryId, row.attributes ?? {}),
    };
    if (row.stockCode) item.stockCode = row.stockCode;
    if (row.dimensionalWeight != null) item.dimensionalWeight = Number(row.dimensionalWeight);
    if (row.origin) item.origin = row.origin;
    if (creation) Object.assign(item, { quantity: row.quantity, salePrice: Number(row.salePrice), listPrice: Number(row.listPrice) });
    if (creation && row.sgrPrice != null) item.sgrPrice = Number(row.sgrPrice);
    return item;
  }
  /** First the unapproved, then the approved: what moves on meanwhile is not missed. */
  async look() {
    this.waiting = await this.api.all(`${this.api.products}/products/unapproved`, 1000, (row) => bare(row.barcode));
    const contents = await this.api.all(`${this.api.products}/products/approved`, 100, (row) => row.contentId);
    this.approved = new Map(); this.siblings = new Map();
    for (const content of contents.values())
      for (const variant of content.variants ?? []) {
        const barcode = bare(variant.barcode), row = this.rows.get(barcode); this.approved.set(barcode, { content, variant });
        if (row?.wanted !== "listed") continue;
        if (same(row.title, content.title)) this.memory.record(barcode).title = row.title;
        this.siblings.set(content.contentId, [...(this.siblings.get(content.contentId) ?? []), row]);
      }
  }
  /** The row whose title the content is to have, or null. Variants share one title: the newest wish wins. */
  retitle(content) {
    const rows = this.siblings.get(content.contentId) ?? [];
    const fresh = rows.find((row) => {
      const before = this.memory.record(row.barcode).title;
      return before !== undefined && !same(before, row.title) && !same(row.title, content.title);
    });
    if (fresh) return fresh;
    return rows.some((row) => same(row.title, content.title)) ? null : rows[0] ?? null;
  }
  isRejected(row) {
    return row.status ? /reject/i.test(row.status) : (row.rejectReasonDetails ?? []).length > 0;
  }
  /** What came of a title that people look at: RUNNING, SUCCESS, FAIL or null. */
  async audit(contentId, job) {
    const found = [];
    for (let page = null, read = 0; ; ) {
      const body = await this.api.request("GET", `${this.api.products}/products/${contentId}/update-audits`, page === null ? {} : { page });
      found.push(...(body.content ?? [])); read += 1;
      if (read >= (body.totalPage ?? body.totalPages ?? 1) || !body.content?.length) break;
      page = (body.page ?? read - 1) + 1; // the pages count from 0 or from 1, as the answer says
    }
    found.sort((a, b) => String(b.requestDate).localeCompare(String(a.requestDate)));
    const ours = found.filter((entry) => (job.batch ? entry.batchRequestId === job.batch : Date.parse(entry.requestDate) >= job.at - HOUR));
    const updates = ours.flatMap((entry) => entry.updates ?? []);
    return updates.find((update) => update.type === "TITLE" && (!update.changedTitle || same(update.changedTitle, job.title)))?.status ?? null;
  }
  /** The next step of a row: a kind of request, or null. */
  async step(row) {
    const record = this.memory.record(row.barcode), job = record.job ?? {};
    if (job.status === "open") return null;
    const waits = this.waiting.get(row.barcode), there = this.approved.get(row.barcode); const now = job.run === this.run;
    const tried = (kind) => job.kind === kind && now && job.status !== "lost";
    if (row.wanted !== "listed") {
      if (there && !there.variant.archived) return tried("archive") ? null : "archive";
      if (row.wanted === "archived") return null;
      if (waits && !there) return tried("delete") ? null : "delete";
      if (!there) return null;
      const since = there.variant.archivedDate ?? (record.archivedAt ??= this.now);
      const rests = this.now - Number(since) > DAY && !(job.kind === "delete" && job.status === "failed" && this.now - job.at < DAY);
      return rests && !tried("delete") ? "delete" : null;
    }
    if (there?.variant.archived) return tried("restore") ? null : "restore";
    if (there) {
      if (this.retitle(there.content) !== row) return null;
      if (job.kind !== "content" || !same(job.title, row.title)) return "content";
      if (job.status === "failed") return null;
      const outcome = await this.audit(there.content.contentId, job);
      if (outcome === "FAIL") Object.assign(job, { status: "failed", reasons: ["the title was refused"] });
      if (outcome === "RUNNING") job.status = "ok";
      if (outcome === "SUCCESS") return now ? null : "content";
      return outcome === null && job.status === "lost" ? "content" : null;
    }
    if (waits) {
      if (same(waits.title, row.title)) return null;
      const refused = job.kind === "update" && same(job.title, row.title) && job.status === "failed";
      return refused || tried("update") ? null : "update";
    }
    const refused = job.kind === "create" && job.print === print(row) && job.status === "failed";
    return refused || tried("create") ? null : "create";
  }
  async item(kind, row) {
    if (kind === "create" || kind === "update") return this.document(row, kind === "create");
    if (kind === "delete") return { barcode: row.barcode };
    if (kind !== "content") return { barcode: row.barcode, archived: kind === "archive" };
    this.checkTitle(row);
    return { contentId: this.approved.get(row.barcode).content.contentId, title: row.title };
  }
  async send(kind, entries) {
    const [method, tail] = {
      create: ["POST", "/v2/products"], update: ["POST", "/products/unapproved-bulk-update"], content: ["POST", "/products/content-bulk-update"],
      archive: ["PUT", "/products/archive-state"], restore: ["PUT", "/products/archive-state"], delete: ["DELETE", "/products"],
    }[kind];
    for (let start = 0; start < entries.length; start += 1000) {
      const part = entries.slice(start, start + 1000);
      const jobs = part.map(({ row, item }) => {
        const record = this.memory.record(row.barcode), before = record.job;
        if (kind === "create") record.title = row.title;
        record.job = { kind, status: "lost", title: row.title, print: print(row), contentId: item.contentId, run: this.run, at: this.now };
        return { record, before };
      });
      this.memory.save(); // should this run be ended now, the next one knows that something was under way
      try {
        const { batchRequestId } = await this.api.request(method, this.api.products + tail, {}, { items: part.map(({ item }) => item) });
        if (batchRequestId) for (const { record } of jobs) Object.assign(record.job, { status: "open", batch: batchRequestId });
      } catch (error) {
        if (error instanceof Lost) warn(error.message);
        else if (error instanceof Refused && ![401, 403].includes(error.status)) {
          if (part.length > 1 && this.halves-- > 0) {
            const middle = Math.ceil(part.length / 2); await this.send(kind, part.slice(0, middle));
            await this.send(kind, part.slice(middle));
          } else for (const { record } of jobs) Object.assign(record.job, { status: "failed", reasons: [error.message] });
        } else {
          for (const { record, before } of jobs) record.job = before;
          throw error;
        }
      }
      this.memory.save();
    }
  }
  /** Looks into every batch that is open, for some seconds. */
  async settle() {
    const jobs = () => Object.entries(this.memory.data.records).filter(([, record]) => record.job?.status === "open");
    if (Object.values(this.memory.data.records).some(({ job }) => job?.status === "lost" && job.run === this.run)) await sleep(Math.max(this.pause, 3));
    for (const wait of LOOK_PAUSES) {
      const open = new Set(jobs().map(([, { job }]) => job.batch).filter((id) => (this.looks.get(id) ?? 0) < LOOK_PAUSES.length));
      if (open.size === 0) break;
      if (wait) await sleep(Math.max(wait, this.pause));
      for (const id of open) {
        this.looks.set(id, (this.looks.get(id) ?? 0) + 1); let result = null;
        try {
          result = await this.api.request("GET", `${this.api.products}/products/batch-requests/${encodeURIComponent(id)}`);
        } catch (error) {
          if (!(error instanceof Refused) || [401, 403].includes(error.status)) throw error;
        }
        this.take(jobs().filter(([, { job }]) => job.batch === id), id, result);
      }
      this.memory.save();
    }
  }
  take(jobs, id, result) {
    const items = result?.items ?? [], ended = (item) => ["SUCCESS", "FAILED"].includes(item.status);
    if (result?.status === "COMPLETED" || (result && result.status == null && items.length && items.every(ended))) {
      const told = new Map();
      for (const item of items) {
        const asked = item.requestItem ?? {}; told.set(`c${asked.contentId}`, item);
        told.set(`b${bare(asked.barcode ?? asked.product?.barcode)}`, item);
      }
      for (const [barcode, record] of jobs) {
        const item = told.get(record.job.kind === "content" ? `c${record.job.contentId}` : `b${barcode}`);
        record.job.status = item?.status === "SUCCESS" ? "ok" : item?.status === "FAILED" ? "failed" : "lost";
        record.job.reasons = item?.failureReasons ?? [];
        if (record.job.kind === "archive" && record.job.status === "ok") record.archivedAt = this.now;
      }
      return;
    }
    const age = this.now - Math.min(...jobs.map(([, { job }]) => job.at)), until = Number(/-(\d{9,11})$/.exec(id)?.[1] ?? Infinity) * 1000;
    const runs = result?.status === "IN_PROGRESS";
    if (age > DAY || (!runs && (age > 4 * HOUR || this.now > until))) for (const [, record] of jobs) record.job.status = "lost";
  }
  /** [state, contentId, good] of a row as the lists stand. */
  verdict(row) {
    const job = this.memory.record(row.barcode).job ?? {}, open = job.status === "open", failed = job.status === "failed";
    const waits = this.waiting.get(row.barcode), there = this.approved.get(row.barcode);
    const lame = this.reasons.has(row.barcode);
    if (there) {
      const { content, variant } = there, id = content.contentId;
      if (row.wanted !== "listed") {
        if (!variant.archived) return open ? ["pending", id, true] : [failed ? "failed" : "unclear", id, false];
        return ["archived", id, row.wanted === "archived" || job.kind !== "delete" || open];
      }
      if (variant.archived) return open ? ["pending", id, true] : ["archived", id, false];
      if (variant.blacklisted) return ["blacklisted", id, false];
      if (variant.locked) return ["locked", id, false];
      if (this.retitle(content) !== row) return ["approved", id, true];
      const underWay = job.kind === "content" && same(job.title, row.title) && (open || job.status === "ok");
      return underWay ? ["approved", id, true] : [failed || lame ? "failed" : "unclear", id, false];
    }
    if (waits) {
      if (row.wanted === "deleted") return open ? ["pending", null, true] : [failed ? "failed" : "unclear", null, false];
      if (open) return ["pending", null, true];
      if (this.isRejected(waits)) return ["rejected", null, false];
      if (row.wanted === "archived" || same(waits.title, row.title)) return ["created", null, true];
      return [failed || lame ? "failed" : "unclear", null, false];
    }
    if (row.wanted === "deleted") return job.kind === "create" && job.status !== "failed" && (open || job.run === this.run) ? ["unclear", undefined, false] : ["deleted", undefined, true];
    if (open) return ["pending", null, true];
    return [failed || lame || row.wanted === "archived" ? "failed" : "unclear", null, false];
  }
  async sync() {
    let disturbed = false;
    try {
      for (let turn = 0; ; turn++) {
        await this.settle(); await this.look(); const plan = {};
        for (const row of this.rows.values()) {
          try {
            const kind = this.reasons.has(row.barcode) ? null : await this.step(row);
            if (kind) (plan[kind] ??= []).push({ row, item: await this.item(kind, row) });
          } catch (error) {
            if (!(error instanceof Unfit || error instanceof Unfinished)) throw error;
            if (error instanceof Unfit) this.reasons.set(row.barcode, error.message);
            else disturbed = true;
            warn(`${row.barcode}: ${error.message}`);
          }
        }
        this.memory.save();
        if (turn === 3 || Object.keys(plan).length === 0) break;
        for (const [kind, entries] of Object.entries(plan)) await this.send(kind, entries);
      }
      for (const row of this.rows.values()) {
        const [state, contentId, good] = this.verdict(row); Object.assign(this.memory.record(row.barcode), { state, contentId });
        if (good) continue;
        disturbed = true;
        warn(`${row.barcode}: ${state} ${this.reasons.get(row.barcode) ?? ""} ${(this.memory.record(row.barcode).job?.reasons ?? []).join("; ")}`);
      }
    } catch (error) {
      disturbed = true; warn(error.stack);
      for (const barcode of this.rows.keys()) Object.assign(this.memory.record(barcode), { state: "unclear", contentId: undefined });
    }
    this.memory.save();
    return disturbed ? 1 : 0;
  }
}

const [verb, kind] = process.argv.slice(2);
if (verb === "sync") process.exitCode = await new Onboarding().sync();
else if (verb === "export" && kind === "onboarding") {
  for (const [barcode, { state, contentId }] of Object.entries(new Memory(env.CLIENT_STORE).data.records))
    if (state) console.log(JSON.stringify({ barcode, state, contentId }));
} else if (verb === "reset") rmSync(new Memory(env.CLIENT_STORE).file, { force: true });
else if (verb !== "export") process.exitCode = 2;
