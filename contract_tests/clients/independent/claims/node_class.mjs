// Claims of a Trendyol seller: a copy of the last 56 days, and the decisions the shop wants (sync, export claims, reset).
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const DAY = 86_400_000;
const [SPAN, WINDOW] = [56 * DAY, 14 * DAY];
const [PAGE_SIZE, PER_MINUTE, TRIES] = [200, 5, 6];
const WAITS = "WaitingInAction";
const NO_FILE_NEEDED = new Set([1651, 451, 2101]);
const PROOF = "%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
const DESCRIPTION = "Checked on its arrival: the return does not meet the conditions, see the file.";

class Problem extends Error {}

/** The world's time, and how much of this run is left. */
class Clock {
  constructor(nowMs, budgetSeconds) {
    this.base = nowMs;
    this.begun = performance.now();
    this.budget = budgetSeconds * 1000;
  }
  get now() { return Math.floor(this.base + performance.now() - this.begun); }
  async wait(ms) {
    if (performance.now() - this.begun + ms > this.budget) throw new Problem(`no time to wait ${Math.ceil(ms / 1000)} s`);
    if (ms > 0) await sleep(ms);
  }
}

/** What stays between two runs: the copy (by claim id) and what was sent (by claim item id). */
class Store {
  constructor(path) {
    this.file = existsSync(path) && statSync(path).isDirectory() ? join(path, "claims.json") : path;
    this.data = { claims: {}, sent: {}, states: {}, stamps: { approve: [], issue: [] } };
    if (existsSync(this.file)) Object.assign(this.data, JSON.parse(readFileSync(this.file, "utf8")));
  }
  save() {
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify(this.data));
    renameSync(`${this.file}.new`, this.file);
  }
  forget() { rmSync(this.file, { force: true }); }
}

// Numbers beyond 2^53 (tracking numbers have 20 digits) become strings before they can lose digits.
function parse(text) {
  const tokens = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
  const safe = text.replace(tokens, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token));
  return JSON.parse(safe);
}

function retryAfter(answer) {
  const told = answer.headers.get("retry-after");
  if (!told) return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(told)) return Number(told) * 1000;
  return Math.max(0, Date.parse(told) - Date.now()) || null;
}

const isPage = (body) => Array.isArray(body?.content ?? (body?.totalElements === 0 ? [] : null));
const backOff = (attempt, first) => first * 2 ** attempt * (1 + Math.random() / 10);

class Trendyol {
  constructor(env, clock) {
    this.clock = clock;
    this.origin = env.TRENDYOL_BASE_URL.replace(/\/+$/, "");
    this.claimsPath = `/integration/order/sellers/${env.TRENDYOL_SELLER_ID}/claims`;
    const secret = Buffer.from(`${env.TRENDYOL_API_KEY}:${env.TRENDYOL_API_SECRET}`).toString("base64");
    this.headers = { Authorization: `Basic ${secret}`, "User-Agent": `${env.TRENDYOL_SELLER_ID} - SelfIntegration` };
    if (env.TRENDYOL_STOREFRONT) this.headers.storeFrontCode = env.TRENDYOL_STOREFRONT;
  }

  request(method, path, { headers = {}, body } = {}) {
    const options = { method, body, headers: { ...this.headers, ...headers }, redirect: "manual" };
    return fetch(this.origin + path, { ...options, signal: AbortSignal.timeout(30_000) });
  }

  /** A read, repeated as long as it makes sense. `whole` says whether an answer is what was asked for. */
  async read(path, whole, { noneAt404 = false, tries = TRIES } = {}) {
    for (let attempt = 0; ; attempt++) {
      let [pause, trouble] = [backOff(attempt, 500)];
      try {
        const answer = await this.request("GET", path);
        const text = await answer.text();
        trouble = `GET ${path}: ${answer.status}`;
        pause = retryAfter(answer) ?? backOff(attempt, answer.status === 429 ? 2000 : 500);
        if (answer.status === 404 && noneAt404 && /^\s*[[{]/.test(text)) return null;
        if (![200, 408, 423, 425, 429].includes(answer.status) && answer.status < 500) throw new Problem(trouble);
        const body = answer.status === 200 ? parse(text) : null;
        if (whole(body)) return body;
      } catch (error) {
        if (error instanceof Problem) throw error;
        trouble = `GET ${path}: ${error.cause?.code ?? error.message}`;
      }
      if (attempt + 1 >= tries) throw new Problem(trouble);
      await this.clock.wait(pause);
    }
  }

  /** All claims made between two moments. Read anew when the list moved while it was read. */
  async window(from, to) {
    for (let attempt = 0; attempt < 4; attempt++) {
      const found = new Map();
      const totals = new Set();
      for (let page = 0, pages = 1; page < pages; page++) {
        const query = new URLSearchParams({ startDate: from, endDate: to, page, size: PAGE_SIZE });
        const body = await this.read(`${this.claimsPath}?${query}`, isPage, { noneAt404: page === 0 });
        if (body === null) return found; // so may an account without claims be told
        for (const claim of body.content ?? []) found.set(String(claim.claimId ?? claim.id), claim);
        totals.add(Number(body.totalElements ?? found.size));
        pages = Number(body.totalPages ?? 0);
      }
      if (totals.size === 1 && totals.has(found.size)) return found;
      await this.clock.wait(backOff(attempt, 300));
    }
    throw new Problem("the list of claims did not stand still");
  }

  async claims(now) {
    const all = new Map();
    for (let from = now - SPAN; from < now; from += WINDOW)
      for (const [id, claim] of await this.window(from, from + WINDOW < now ? from + WINDOW - 1 : now)) all.set(id, claim);
    return all;
  }

  async claim(id) {
    const body = await this.read(`${this.claimsPath}?claimIds=${encodeURIComponent(id)}`, isPage, { noneAt404: true });
    return (body?.content ?? []).find((claim) => String(claim.claimId ?? claim.id) === id) ?? null;
  }

  async reasons() {
    const list = await this.read("/integration/order/claim-issue-reasons", Array.isArray);
    return new Set(list.map((reason) => Number(reason.id)));
  }

  /** Whether the audit tells that an item has left WaitingInAction; false as well where there is no audit. */
  async hasMoved(itemId) {
    const path = `${this.claimsPath}/items/${encodeURIComponent(itemId)}/audit`;
    const steps = await this.read(path, Array.isArray, { tries: 2 }).catch(() => []);
    return steps.some((step) => step.previousStatus === WAITS);
  }

  /** One decision, sent once: taken, busy, denied, refused or lost. */
  async decide({ claimId, action, reasonId }, ids) {
    const path = `${this.claimsPath}/${encodeURIComponent(claimId)}`;
    let answer, text;
    try {
      if (action === "approve") {
        const body = JSON.stringify({ claimLineItemIdList: ids, params: {} });
        answer = await this.request("PUT", `${path}/items/approve`, { body, headers: { "Content-Type": "application/json" } });
      } else {
        const query = { claimIssueReasonId: reasonId, claimItemIdList: ids.join(","), description: DESCRIPTION };
        const body = new FormData();
        body.append("files", new Blob([PROOF], { type: "application/pdf" }), "proof.pdf");
        const form = NO_FILE_NEEDED.has(reasonId) ? {} : { body };
        answer = await this.request("POST", `${path}/issue?${new URLSearchParams(query)}`, form);
      }
      text = await answer.text();
    } catch (error) {
      return { word: "lost", told: error.cause?.code ?? error.message };
    }
    const told = `${answer.status} ${text.slice(0, 200)}`;
    const known = { 401: "denied", 403: "denied", 408: "lost", 429: "busy" }[answer.status];
    const taken = answer.ok && !/^\s*</.test(text); // a web page inside a 200 says nothing
    const word = taken ? "taken" : answer.status >= 400 && answer.status < 500 ? "refused" : "lost";
    return { word: known ?? word, told, pause: retryAfter(answer) };
  }
}

function* itemsOf(claim) {
  for (const line of claim.items ?? [])
    for (const item of line.claimItems ?? [])
      yield {
        id: String(item.id), barcode: line.orderLine?.barcode ?? null, status: item.claimItemStatus?.name ?? null,
        acceptDetail: item.acceptDetail ?? null, autoApproveDate: Number(item.autoApproveDate ?? 0),
      };
}

class Synchronisation {
  constructor(env, store) {
    this.store = store;
    this.clock = new Clock(Number(env.TRENDYOL_NOW_MS || Date.now()), Number(env.CLAIMS_BUDGET_SECONDS || 100));
    this.api = new Trendyol(env, this.clock);
    const text = existsSync(env.CLIENT_WANTED ?? "") ? readFileSync(env.CLIENT_WANTED, "utf8") : "";
    this.wanted = text.split("\n").filter((line) => line.trim()).map((line) => parse(line));
    this.late = false;
  }

  keep(claim) {
    const { claims } = this.store.data;
    const id = String(claim.claimId ?? claim.id);
    const lastModifiedDate = claim.lastModifiedDate ?? null;
    const { orderNumber = null, claimDate = null } = claim;
    if (claims[id] && lastModifiedDate < claims[id].lastModifiedDate) this.late = true; // behind what it has shown
    else claims[id] = { orderNumber, claimDate, lastModifiedDate, items: [...itemsOf(claim)] };
  }

  async lookAgain(claimId) {
    const claim = await this.api.claim(claimId);
    if (claim) this.keep(claim);
    return Boolean(claim);
  }

  async readAll(first) {
    this.late = false;
    const { claims } = this.store.data;
    const listed = await this.api.claims(this.clock.base);
    const tooOld = ({ claimDate }) => claimDate && claimDate < this.clock.base - SPAN;
    for (const id of Object.keys(claims)) if (tooOld(claims[id])) delete claims[id];
    if (first && Object.keys(claims).some((id) => !listed.has(id))) this.late = true; // it was shown once
    for (const claim of listed.values()) if (!tooOld(claim)) this.keep(claim);
    this.store.save();
  }

  index() {
    const found = new Map();
    for (const [claimId, claim] of Object.entries(this.store.data.claims))
      for (const item of claim.items) found.set(item.id, { claimId, claim, item });
    return found;
  }

  stillWait(ids, found = this.index()) {
    return ids.filter((id) => found.get(id)?.item.status === WAITS);
  }

  /** What can be decided now: one group a claim, action and reason, the soonest to end by itself first. */
  async plan() {
    const groups = new Map();
    const found = this.index();
    let reasons;
    for (const want of this.wanted) {
      const id = want.claimItemId;
      const { claimId, claim, item } = found.get(id) ?? {};
      if (item?.status !== WAITS) continue;
      const reasonId = want.action === "issue" ? Number(want.reasonId) : null;
      if (want.action === "issue") {
        reasons ??= await this.api.reasons();
        if (!reasons.has(reasonId)) continue;
        const arrived = item.autoApproveDate ? item.autoApproveDate - 2 * DAY : claim.lastModifiedDate;
        if (reasonId === 1651 && this.clock.now <= arrived + DAY) continue;
      } else if (want.action !== "approve") continue;
      const before = this.store.data.sent[id];
      const isNew = before?.answered && !before.refused && this.clock.now - before.at < DAY / 24;
      if (isNew || (before?.refused === false && (await this.api.hasMoved(id)))) continue; // the list is late
      const key = JSON.stringify([claimId, want.action, reasonId, before?.refused ? id : null]);
      const ends = item.autoApproveDate || this.clock.now + 2 * DAY;
      if (!groups.has(key)) groups.set(key, { claimId, action: want.action, reasonId, ids: [], ends });
      groups.get(key).ids.push(id);
    }
    return [...groups.values()].sort((one, other) => one.ends - other.ends);
  }

  async pace(action) {
    const stamps = this.store.data.stamps[action].filter((at) => at <= this.clock.now && this.clock.now - at < 60_000);
    if (stamps.length >= PER_MINUTE) await this.clock.wait(stamps.at(-PER_MINUTE) + 61_000 - this.clock.now);
    this.store.data.stamps[action] = stamps.slice(-PER_MINUTE);
  }

  mark(ids, values) {
    for (const id of ids) this.store.data.sent[id] = { at: this.clock.now, answered: false, refused: false, ...values };
    this.store.save();
  }

  async carryOut(group) {
    const { sent, stamps } = this.store.data;
    for (let attempt = 0; attempt < TRIES; attempt++) {
      await this.pace(group.action);
      if (!(await this.lookAgain(group.claimId))) return; // never decide on what was true a while ago
      const ids = this.stillWait(group.ids);
      if (!ids.length) return;
      const before = ids.map((id) => sent[id]);
      this.mark(ids, {}); // written down first: should the answer be lost, the next run knows
      const { word, told, pause } = await this.api.decide(group, ids);
      stamps[group.action].push(this.clock.now);
      if (word !== "taken") console.error(`${group.action} of claim ${group.claimId}: ${word}, ${told}`);
      if (word === "lost") return; // looked at later, never sent again in this run
      if (word === "taken" || word === "refused") this.mark(ids, { answered: true, refused: word === "refused" });
      if (word === "refused" && (await this.lookAgain(group.claimId)) && this.stillWait(ids).length < ids.length) continue;
      if (word === "taken" || word === "refused") return;
      ids.forEach((id, index) => (before[index] ? (sent[id] = before[index]) : delete sent[id]));
      this.store.save();
      if (word === "denied") throw new Problem(told);
      await this.clock.wait(pause ?? backOff(attempt, 2000));
    }
  }

  stateOf(want, item) {
    const sent = this.store.data.sent[item.id];
    const ours = sent && !sent.refused;
    if (["Created", WAITS].includes(item.status)) return ours && !sent.answered ? "unclear" : "pending";
    if (want.action === "approve") {
      if (item.status === "WaitingFraudCheck") return "done";
      return item.status === "Accepted" && (item.acceptDetail === "SUPPLIER" || (ours && sent.answered)) ? "done" : "refused";
    }
    if (ours && ["Unresolved", "InAnalysis", "Rejected"].includes(item.status)) return "done";
    const end = Number(want.reasonId) === 2101 ? "SUPPLIER" : "DISPUTE";
    return ours && item.status === "Accepted" && (sent.answered || item.acceptDetail === end) ? "done" : "refused";
  }

  async run() {
    let trouble = false;
    await this.readAll(true);
    const behind = this.late;
    const report = (error) => {
      if (!(error instanceof Problem)) throw error;
      console.error(error.message);
      trouble = true;
    };
    try {
      const groups = await this.plan();
      // Approvals and issues have five requests a minute each, so neither waits for the other.
      const queue = async (action) => {
        for (const group of groups.filter((one) => one.action === action)) await this.carryOut(group);
      };
      await Promise.all(["approve", "issue"].map((action) => queue(action).catch(report)));
      if (groups.length) await this.readAll(false);
      const decided = ({ ids }) => ids.filter((id) => this.store.data.sent[id]?.refused === false);
      for (let look = 1; look < 4; look++)
        for (const group of groups.filter((one) => this.stillWait(decided(one)).length)) {
          await this.clock.wait(500 * look);
          await this.lookAgain(group.claimId);
        }
    } catch (error) {
      report(error);
    }
    const found = this.index();
    const states = (this.store.data.states = {});
    for (const want of this.wanted) {
      const id = want.claimItemId;
      if (found.has(id)) states[id] = this.stateOf(want, found.get(id).item);
      if (states[id] !== "done") console.error(`${want.action} of ${id}: ${states[id] ?? "no such item"}`);
      trouble ||= states[id] !== "done";
    }
    this.store.save();
    return trouble || behind ? 1 : 0;
  }
}

function show({ claims, states }) {
  for (const [claimId, { orderNumber, lastModifiedDate, items }] of Object.entries(claims))
    for (const { id: claimItemId, barcode, status } of items) {
      const row = { claimItemId, claimId, orderNumber, barcode, status, lastModifiedDate };
      console.log(JSON.stringify({ ...row, state: states[claimItemId] })); // without one it is left out
    }
}

const [verb, kind] = process.argv.slice(2);
const store = new Store(process.env.CLIENT_STORE);
if (verb === "sync") process.exitCode = await new Synchronisation(process.env, store).run(); // what is thrown is exit 1
if (verb === "export" && kind === "claims") show(store.data);
if (verb === "reset") store.forget();
