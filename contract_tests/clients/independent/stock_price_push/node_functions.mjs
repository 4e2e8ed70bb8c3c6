// Keeps a shop's stock and prices on Trendyol: pushes what changed, reads every batch item by item,
// and remembers between runs what was taken, what waits for its batch, what failed and what is not known.
// Verbs: sync, export stock, reset. Node 18 or later, no packages.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";

const told = process.env;
const started = Date.now();
const worldStart = Number(told.TRENDYOL_NOW_MS) || started;
const now = () => worldStart + (Date.now() - started); // the world's time
const RUN_MS = 100_000,
  REQUEST_MS = 20_000,
  CHUNK = 1000,
  MAX_POSTS = 80;
const MINUTE = 60_000,
  SAME_BODY_MS = 15 * MINUTE,
  KEPT_MS = 240 * MINUTE,
  HOLD_MS = 30 * MINUTE;
const left = () => RUN_MS - (Date.now() - started);
const asked = told.CLIENT_PAUSE_SECONDS?.trim() ? Number(told.CLIENT_PAUSE_SECONDS) : 5;
const pauseMs = Number.isFinite(asked) && asked >= 0 ? asked * 1000 : 5000;
const sleep = (ms) => new Promise((done) => setTimeout(done, Math.max(0, ms)));
const say = (text) => process.stderr.write(`${text}\n`);
class GiveUp extends Error {} // this call got nowhere
class Stop extends Error {} // nothing more can be done in this run
async function softly(work) {
  // false when it gave up
  try {
    await work();
    return true;
  } catch (error) {
    if (!(error instanceof GiveUp)) throw error;
    say(error.message);
    return false;
  }
}
const STORE = told.CLIENT_STORE;
const empty = () => ({ rows: {}, batches: {}, bodies: {}, notBefore: 0 });
let store = empty();
function load() {
  if (!existsSync(STORE)) return;
  try {
    store = { ...empty(), ...JSON.parse(readFileSync(STORE, "utf8")) };
  } catch {
    say("the store cannot be read");
  }
}
function save() {
  writeFileSync(`${STORE}.tmp`, JSON.stringify(store));
  renameSync(`${STORE}.tmp`, STORE);
}

// ok: values that were taken; lost: values sent whose fate is unknown; sent: what is on its way.
// Each has the fields q (quantity) and p (both prices).
const record = (barcode) => (store.rows[barcode] ??= { ok: {}, lost: {}, sent: null, failed: null });
function markLost(row) {
  for (const [field, value] of Object.entries(row.sent.v))
    row.lost[field] = [...new Set([...(row.lost[field] ?? []), value])];
}
const lose = (row) => {
  markLost(row);
  row.sent = null;
};
function markTaken(row) {
  for (const [field, value] of Object.entries(row.sent.v)) {
    row.ok[field] = value;
    delete row.lost[field];
  }
  row.sent = row.failed = null;
}
function money(value) {
  const text = String(value).trim();
  if (!/^\d+(\.\d+)?$/.test(text)) return null;
  const [whole, part = ""] = text.split(".");
  const cents = part.replace(/0+$/, "");
  return whole.replace(/^0+(?=\d)/, "") + (cents ? `.${cents}` : "");
}
function readWanted() {
  const wanted = new Map();
  let broken = 0;
  if (!told.CLIENT_WANTED || !existsSync(told.CLIENT_WANTED)) return { wanted, broken: 1 };
  for (const line of readFileSync(told.CLIENT_WANTED, "utf8").split("\n")) {
    if (!line.trim()) continue;
    let row,
      fault = null;
    try {
      row = JSON.parse(line);
    } catch {
      broken++;
      continue;
    }
    const barcode = String(row?.barcode ?? "").replace(/\s+/g, ""); // stored without blanks
    if (!barcode) {
      broken++;
      continue;
    }
    const want = { q: Number(row.quantity) };
    const prices = [row.salePrice, row.listPrice].filter((price) => price !== undefined && price !== null);
    if (
      row.quantity === null ||
      row.quantity === "" ||
      !Number.isInteger(want.q) ||
      want.q < 0 ||
      want.q > 20000
    )
      fault = "quantity is no whole number from 0 to 20000";
    if (prices.length) {
      const [sale, list] = [money(row.salePrice), money(row.listPrice)];
      if (sale === null || list === null) fault = "a price is missing or no decimal number";
      else if (Number(sale) > Number(list)) fault = "salePrice is above listPrice";
      want.p = `${sale}|${list}`;
    }
    wanted.set(barcode, { row, want, fault });
  }
  return { wanted, broken };
}

// The wanted fields that are not known to have been taken.
function missing(row, want) {
  const need = {};
  for (const [field, value] of Object.entries(want))
    if (row.ok[field] !== value || row.lost[field]?.length) need[field] = value;
  return need;
}

// Will the row be right when what is on its way succeeds?
const underway = (row, want) =>
  Object.entries(missing(row, want)).every(([field, value]) => row.sent.v[field] === value);
function stateOf(row, { want, fault }) {
  if (fault) return "failed";
  if (!row) return "pending";
  if (row.sent) return row.sent.batch ? "pending" : "unclear";
  const need = Object.keys(missing(row, want));
  if (!need.length) return "pushed";
  if (row.failed) return "failed";
  return need.some((field) => row.lost[field]?.length) ? "unclear" : "pending";
}

const seller = told.TRENDYOL_SELLER_ID;
const BATCHES = `/integration/product/sellers/${seller}/products/batch-requests/`;
const INVENTORY = `/integration/product/sellers/${seller}/products/approved/inventory-and-price`;
const PUSH = `/integration/inventory/sellers/${seller}/products/price-and-inventory`;
const headers = {
  Authorization: `Basic ${Buffer.from(`${told.TRENDYOL_API_KEY}:${told.TRENDYOL_API_SECRET}`).toString("base64")}`,
  "User-Agent": `${seller} - SelfIntegration`,
  Accept: "application/json",
  "Accept-Language": "tr",
  storeFrontCode: told.TRENDYOL_STOREFRONT || "TR",
};
const calls = {}; // endpoint: moments of the last calls, for 50 in 10 seconds
async function pace(endpoint) {
  const recent = (calls[endpoint] ??= []);
  if (recent.length >= 45) await rest(Math.max(0, recent.shift() + 10_500 - Date.now()));
  recent.push(Date.now());
}
async function rest(ms) {
  if (ms > left() - 1000) throw new Stop("no time left to wait");
  await sleep(ms);
}
function retryAfter(answer) {
  const text = answer.headers.get("retry-after")?.trim();
  if (!text) return null;
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  const until = Date.parse(text),
    base = Date.parse(answer.headers.get("date") ?? "");
  return Number.isNaN(until) ? null : Math.max(0, until - (Number.isNaN(base) ? now() : base));
}
async function exchange(method, path, body) {
  try {
    const answer = await fetch(new URL(path, told.TRENDYOL_BASE_URL), {
      method,
      body,
      redirect: "manual",
      headers: body === undefined ? headers : { ...headers, "Content-Type": "application/json" },
      signal: AbortSignal.timeout(Math.max(1000, Math.min(REQUEST_MS, left()))),
    });
    const wait = retryAfter(answer);
    let text = null,
      json = null;
    try {
      text = await answer.text();
      json = JSON.parse(text);
    } catch {
      /* cut short, or no JSON */
    }
    return { status: answer.status, ok: answer.ok, text: text ?? "", json, wait };
  } catch (error) {
    return { status: 0, ok: false, text: String(error), json: null, wait: null };
  }
}
const isRepeat = ({ status, text }) =>
  status >= 400 && status < 500 && /15 dakika|aynı isteği|same request/i.test(text);

// One call with its repetitions. Returns the answer when it is whole and as expected, or when it is a refusal
// that repeating does not help; onLost is told of each try that may have had an effect.
async function talk(endpoint, method, path, makeBody, isRight, onLost = () => {}) {
  const tries = { busy: 0, denied: 0, lost: 0 };
  for (;;) {
    if (store.notBefore > now()) await rest(store.notBefore - now());
    if (left() < 3000) throw new Stop("no time left");
    await pace(endpoint);
    const answer = await exchange(method, path, makeBody?.());
    if (answer.ok && answer.json && isRight(answer.json)) return answer;
    if (isRepeat(answer)) return answer;
    let wait;
    if (answer.status === 429) {
      if (++tries.busy > 6) throw new Stop("too many requests");
      wait = answer.wait ?? Math.min(10_000, 1000 * 2 ** tries.busy);
    } else if (answer.status === 401 || answer.status === 403) {
      if (++tries.denied > 3) throw new Stop(`denied: ${answer.status}`);
      wait = answer.wait ?? 1000 * tries.denied;
    } else if (answer.status >= 400 && answer.status < 500 && answer.status !== 408) return answer;
    else {
      onLost();
      if (++tries.lost > 3) throw new GiveUp(`no right answer (${answer.status}) from ${method} ${endpoint}`);
      wait = answer.wait ?? 1000 * tries.lost;
    }
    if (answer.wait !== null) store.notBefore = now() + answer.wait;
    await rest(wait);
  }
}
function sameAsSent(sent, echo) {
  if (!echo) return true;
  const is = (value, text) => value === undefined || value === null || money(value) === text;
  if (sent.q !== undefined && !is(echo.quantity, String(sent.q))) return false;
  const [sale, list] = sent.p?.split("|") ?? [];
  return sent.p === undefined || (is(echo.salePrice, sale) && is(echo.listPrice, list));
}
const waiting = (id) => Object.entries(store.rows).filter(([, row]) => row.sent?.batch === id);
function forget(id) {
  for (const [, row] of waiting(id)) lose(row);
  delete store.batches[id];
}

// Looks once at a batch and settles what it tells.
async function look(id, last) {
  const batch = store.batches[id];
  const open = new Map(waiting(id));
  if (!open.size) return void delete store.batches[id];
  const right = (json) =>
    typeof json === "object" &&
    !Array.isArray(json) &&
    (json.batchRequestId ?? id) === id &&
    (Array.isArray(json.items) || "batchRequestId" in json || "status" in json);
  const answer = await talk("batch", "GET", BATCHES + encodeURIComponent(id), undefined, right);
  const age = now() - batch.at;
  if (!answer.ok && answer.status !== 404 && answer.status !== 400)
    throw new GiveUp(`batch refused: ${answer.status}`);
  if (!answer.ok) {
    batch.misses = (batch.misses ?? 0) + 1;
    return answer.json && (batch.misses >= 3 || age > KEPT_MS) ? forget(id) : undefined;
  }
  const items = answer.json.items ?? [];
  let running = /PROGRESS|PROCESSING|PENDING|WAITING/i.test(answer.json.status ?? "") || !items.length;
  for (const item of items) {
    const status = String(item?.status ?? "").toUpperCase();
    const row = open.get(String(item?.requestItem?.barcode ?? ""));
    if (status !== "SUCCESS" && status !== "FAILED") running = true;
    if (!row || !row.sent) continue;
    if (status === "SUCCESS" && !item.failureReasons?.length) {
      if (sameAsSent(row.sent.v, item.requestItem)) markTaken(row);
      else lose(row);
    } else if (status === "FAILED" || status === "SUCCESS") {
      Object.assign(row, {
        sent: null,
        failed: item.failureReasons?.join?.("; ") || "failed without a reason",
      });
      say(`${item.requestItem.barcode}: ${row.failed}`);
    }
  }
  const rest = waiting(id);
  if (!rest.length) return void delete store.batches[id];
  if (!running && last && (answer.json.itemCount ?? batch.n) <= items.length) {
    for (const [barcode, row] of rest) {
      // the batch is done and does not name them
      lose(row);
      say(`${barcode}: ${(row.failed = "missing in the result of its batch")}`);
    }
    delete store.batches[id];
  } else if (age > (items.length ? 6 * KEPT_MS : KEPT_MS)) forget(id);
}

async function follow(ids, looks) {
  let clean = true;
  for (let n = 0; n < looks; n++) {
    const open = ids.filter((id) => store.batches[id]);
    if (!open.length) break;
    if (n) {
      const wait = pauseMs || Math.min(1000, 100 * 2 ** n);
      if (wait > left() - 5000) break;
      await sleep(wait);
    }
    clean = true;
    for (const id of open) if (!(await softly(() => look(id, n === looks - 1)))) clean = false;
    save();
    if (!clean) break;
  }
  return clean;
}

// Where only the wanted values may have been lost on the way, the listing tells whether they stand.
async function verify(wanted) {
  const doubtful = [...wanted]
    .filter(([barcode, { want, fault }]) => {
      const row = store.rows[barcode];
      return !fault && row && !row.sent && Object.keys(want).some((field) => row.lost[field]?.length);
    })
    .map(([barcode]) => barcode);
  for (let at = 0; at < doubtful.length; at += 50) {
    const part = doubtful.slice(at, at + 50);
    const query = `?barcodes=${part.map(encodeURIComponent).join(",")}&page=0&size=100`;
    const answer = await talk("inventory", "GET", INVENTORY + query, undefined, (json) =>
      Array.isArray(json.content),
    );
    for (const variant of (answer.ok ? answer.json.content : []).flatMap(
      (content) => content?.variants ?? [],
    )) {
      if (!part.includes(variant?.barcode)) continue;
      const row = store.rows[variant.barcode],
        { want } = wanted.get(variant.barcode);
      const seen = { q: variant.quantity, p: `${money(variant.salePrice)}|${money(variant.listPrice)}` };
      for (const [field, value] of Object.entries(want))
        if (seen[field] === value && row.lost[field]?.every((lost) => lost === value))
          [row.ok[field], row.lost[field]] = [value, undefined];
      if (!Object.keys(missing(row, want)).length) row.failed = null;
    }
  }
}

function bodyOf(entries, variant) {
  const turn = variant % entries.length,
    flip = Math.floor(variant / entries.length) % 2;
  const items = [...entries.slice(turn), ...entries.slice(0, turn)].map(([barcode, v]) => {
    const fields = [`"barcode":${JSON.stringify(barcode)}`];
    if (v.q !== undefined) fields.push(`"quantity":${v.q}`);
    if (v.p !== undefined)
      fields.push(...v.p.split("|").map((price, n) => `"${n ? "listPrice" : "salePrice"}":${price}`));
    return `{${(flip ? fields.reverse() : fields).join(",")}}`;
  });
  return `{"items":[${items.join(",")}]}`;
}

// The same body is refused for 15 minutes, so each body differs from those sent lately.
function freshBody(entries) {
  for (const [hash, at] of Object.entries(store.bodies))
    if (now() - at > SAME_BODY_MS) delete store.bodies[hash];
  let body, hash;
  for (let variant = 0; variant < Math.max(8, 2 * entries.length); variant++) {
    hash = createHash("sha1")
      .update((body = bodyOf(entries, variant)))
      .digest("hex");
    if (!store.bodies[hash]) break;
  }
  store.bodies[hash] = now();
  save(); // before it is sent: should this run end here, the next one knows that it may have been
  return body;
}
let posts = 0;
async function push(entries) {
  const rows = entries.map(([barcode]) => record(barcode));
  const drop = (why) => rows.forEach((row) => ((row.sent = null), (row.failed = why ?? row.failed)));
  entries.forEach(([, v], n) => ((rows[n].sent = { v, batch: null }), (rows[n].failed = null)));
  const right = (json) => typeof json.batchRequestId === "string" && json.batchRequestId !== "";
  let answer;
  try {
    for (let repeats = 0; repeats < 4; repeats++) {
      if (++posts > MAX_POSTS) throw new Stop("too many calls for one run");
      answer = await talk(
        "push",
        "POST",
        PUSH,
        () => freshBody(entries),
        right,
        () => rows.forEach(markLost),
      );
      if (!isRepeat(answer)) break;
    }
  } catch (error) {
    drop();
    save();
    throw error;
  }
  if (answer.ok) {
    const id = answer.json.batchRequestId;
    store.batches[id] = { at: now(), n: entries.length };
    for (const row of rows) row.sent.batch = id;
    return save();
  }
  const splits = answer.status === 400 || answer.status === 413 || answer.status === 422;
  drop(splits && entries.length > 1 ? null : `refused: ${answer.status} ${answer.text.slice(0, 200)}`);
  save();
  if (!splits || entries.length === 1)
    return say(`${entries.length} items refused: ${answer.status} ${answer.text.slice(0, 200)}`);
  const half = Math.ceil(entries.length / 2); // one bad item must not hold up the others
  for (const part of [entries.slice(0, half), entries.slice(half)]) await push(part);
}

async function sync() {
  load();
  for (const row of Object.values(store.rows)) if (row.sent && !store.batches[row.sent.batch]) lose(row); // an earlier run ended before its answer came
  const { wanted, broken } = readWanted();
  let clean = !broken;
  const held = () =>
    [...wanted]
      .filter(([barcode, { want, fault }]) => {
        const row = store.rows[barcode];
        return !fault && row?.sent && !underway(row, want);
      })
      .map(([barcode]) => store.rows[barcode]);
  try {
    await follow(Object.keys(store.batches), 1);
    await follow([...new Set(held().map((row) => row.sent.batch))], 6);
    for (const row of held())
      // an older batch might overwrite newer values, so it is waited for, but not for ever
      if (now() - store.batches[row.sent.batch].at > HOLD_MS) lose(row);
    await softly(() => verify(wanted));
    const due = [];
    for (const [barcode, { want, fault }] of wanted) {
      if (fault) {
        say(`${barcode}: ${fault}`);
        continue;
      }
      const row = record(barcode),
        need = missing(row, want);
      if (!row.sent && Object.keys(need).length) due.push([barcode, need]);
    }
    let down = 0;
    for (let at = 0; at < due.length && down < 2; at += CHUNK)
      if (!(await softly(() => push(due.slice(at, at + CHUNK))))) down++;
    if (!(await follow(Object.keys(store.batches), 12))) clean = false;
  } catch (error) {
    say(error instanceof Stop ? error.message : String(error?.stack ?? error));
    clean = false;
  }
  save();
  for (const [barcode, { want, fault }] of wanted) {
    const row = store.rows[barcode];
    if (fault || !row || (row.sent ? !underway(row, want) : Object.keys(missing(row, want)).length))
      clean = false;
  }
  return clean ? 0 : 1;
}
function exportStock() {
  load();
  let out = "";
  for (const [barcode, entry] of readWanted().wanted) {
    const {
      row: { barcode: name, quantity, salePrice, listPrice },
    } = entry;
    out += `${JSON.stringify({ barcode: name, quantity, salePrice, listPrice, state: stateOf(store.rows[barcode], entry) })}\n`;
  }
  return out;
}

const [verb, kind] = process.argv.slice(2);
if (verb === "sync") process.exit(await sync());
else if (verb === "export") process.stdout.write(kind === "stock" ? exportStock() : "");
else if (verb === "reset") for (const path of [STORE, `${STORE}.tmp`]) rmSync(path, { force: true });
else process.exitCode = 2;
