// Answers customer questions of a Trendyol store and keeps a copy of the last 56 days. Node 20, no packages.
//   node node_functions.mjs sync | export questions | reset
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const env = process.env;
const DAY = 86_400_000, SPAN = 56 * DAY;
const WINDOW = 14 * DAY; // a wider one is cut in silence
const PAGE_SIZE = 50; // the most that both editions take
const READ_ATTEMPTS = 7, SEND_LIMIT = 4; // how often one text is tried for one question, over all runs
const DEADLINE = Date.now() + 100_000;
const WAITING = "WAITING_FOR_ANSWER";
const WITH_ANSWER = new Set(["WAITING_FOR_APPROVE", "ANSWERED"]);
const CLOSED = new Set(["REPORTED", "REJECTED", "UNANSWERED"]);

const seller = env.TRENDYOL_SELLER_ID;
const storefront = (env.TRENDYOL_STOREFRONT ?? "").trim();
const international = storefront !== "" && storefront !== "TR" && storefront !== "1";
const now = Number(env.TRENDYOL_NOW_MS) || Date.now();
const root = `${(env.TRENDYOL_BASE_URL ?? "").replace(/\/+$/, "")}/integration/qna/sellers/${seller}/questions`;

class Failure extends Error {}

// An id may be longer than a double holds: a long integer becomes a string before JSON.parse sees it.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

function parseJson(text) {
  return JSON.parse(text.replace(TOKEN, (token) => (/^-?\d{16,}$/.test(token) ? `"${token}"` : token)));
}

function storeFile() {
  const path = env.CLIENT_STORE || "trendyol-questions.json";
  return existsSync(path) && statSync(path).isDirectory() ? join(path, "questions.json") : path;
}

function loadState() {
  const empty = { rows: {}, journal: {}, rejections: {} };
  return existsSync(storeFile()) ? { ...empty, ...JSON.parse(readFileSync(storeFile(), "utf8")) } : empty;
}

function saveState(state) {
  const file = storeFile();
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(state), { flush: true });
  renameSync(`${file}.tmp`, file);
}

function readWants() {
  const wants = new Map();
  if (!env.CLIENT_WANTED || !existsSync(env.CLIENT_WANTED)) return wants;
  for (const line of readFileSync(env.CLIENT_WANTED, "utf8").split("\n")) {
    if (!line.trim()) continue;
    const want = parseJson(line);
    wants.set(String(want.id), String(want.text ?? ""));
  }
  return wants;
}

const say = console.error;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function pause(ms, why) {
  if (Date.now() + ms > DEADLINE) throw new Failure(`${why}: no time left to wait ${Math.round(ms)} ms`);
  await sleep(ms);
}

const recent = { list: [], answer: [], one: [] };

/** The vendor counts 50 requests to one endpoint in ten seconds; stay under it. */
async function keepPace(endpoint) {
  const moments = recent[endpoint];
  while (moments.length && moments[0] < Date.now() - 10_500) moments.shift();
  if (moments.length >= 45) await pause(moments[0] + 10_500 - Date.now(), "pace");
  moments.push(Date.now());
}

function backOff(attempt) {
  return Math.min(500 * 2 ** attempt, 15_000) * (0.8 + 0.4 * Math.random());
}

/** Seconds, or a moment, which is counted from the answer's own date. */
function retryAfter(headers) {
  const header = headers.get("retry-after");
  if (!header) return null;
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number(header) * 1000 + 50;
  const moment = Date.parse(header);
  const base = Date.parse(headers.get("date") ?? "") || Date.now();
  return Number.isNaN(moment) ? null : Math.max(0, moment - base) + 50;
}

async function request(endpoint, url, options = {}) {
  await keepPace(endpoint);
  const secret = Buffer.from(`${env.TRENDYOL_API_KEY}:${env.TRENDYOL_API_SECRET}`).toString("base64");
  const headers = {
    Authorization: `Basic ${secret}`,
    "User-Agent": `${seller} - SelfIntegration`,
    Accept: "application/json",
    ...(storefront ? { storeFrontCode: storefront } : {}),
    ...options.headers,
  };
  const signal = AbortSignal.timeout(20_000);
  const answer = await fetch(url, { ...options, headers, signal, redirect: "manual" });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
}

/** Reads JSON that `accept` likes; repeats after a 429, a 5xx, a reset, and a body that is cut or no JSON. */
async function readJson(endpoint, url, accept) {
  let trouble = "";
  for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
    let wait = backOff(attempt);
    try {
      const { status, headers, text } = await request(endpoint, url);
      if (status === 200) {
        const body = parseJson(text);
        if (accept(body)) return body;
        trouble = "200 with another body";
      } else if (status === 429 || status >= 500) {
        trouble = `status ${status}`;
        wait = retryAfter(headers) ?? (status === 429 ? Math.max(wait, 1000) : wait);
      } else {
        throw new Failure(`${endpoint}: refused with ${status} ${text.slice(0, 200)}`);
      }
    } catch (error) {
      if (error instanceof Failure) throw error;
      trouble = String(error.cause?.code ?? error.message);
    }
    if (attempt + 1 < READ_ATTEMPTS) await pause(wait, `${endpoint}: ${trouble}`);
  }
  throw new Failure(`${endpoint}: given up after ${READ_ATTEMPTS} attempts, ${trouble}`);
}

const isQuestion = (row) =>
  row !== null && typeof row === "object" && /^\d+$/.test(String(row.id)) && typeof row.status === "string";
const isList = (body) =>
  Array.isArray(body?.content) && body.content.every(isQuestion) &&
  Number.isInteger(body.totalPages) && Number.isInteger(body.totalElements);

function toRow(question) {
  return {
    id: String(question.id),
    status: question.status,
    text: question.text ?? null,
    answer: question.status === WAITING ? null : (question.answer?.text ?? null),
    rejection: question.rejectedAnswer?.text ?? null,
    created: Number(question.creationDate) || 0,
  };
}

async function readWindow(startDate, endDate) {
  for (let round = 0; round < 4; round++) {
    if (round) await pause(backOff(round), "the list moved");
    const rows = new Map(), totals = new Set();
    for (let page = 0, pages = 1; page < pages; page++) {
      const query = new URLSearchParams({ startDate, endDate, page, size: PAGE_SIZE, orderByDirection: "ASC" });
      const body = await readJson("list", `${root}/filter?${query}`, isList);
      for (const question of body.content) rows.set(String(question.id), toRow(question));
      totals.add(body.totalElements);
      pages = body.totalPages;
    }
    if (totals.size === 1 && totals.has(rows.size)) return rows;
  }
  throw new Failure("a window of questions could not be read as a whole");
}

async function readAll() {
  const rows = {};
  for (let start = now - SPAN; start < now; start += WINDOW) {
    for (const [id, row] of await readWindow(start, Math.min(start + WINDOW, now))) rows[id] = row;
  }
  return rows;
}

/** Takes over what was read. A row that went back in time, or away, shows a list that is late: keep the older one. */
function takeOver(state, rows) {
  let late = 0;
  for (const [id, old] of Object.entries(state.rows)) {
    const row = rows[id];
    const again = row?.status === WAITING && WITH_ANSWER.has(old.status);
    const back = again && (old.status === "ANSWERED" || row.rejection === old.rejection);
    if (back || (!row && old.created >= now - SPAN)) {
      rows[id] = old, late++;
    }
  }
  for (const { id, rejection } of Object.values(rows).filter((row) => row.rejection !== null)) {
    const texts = (state.rejections[id] ??= []);
    if (!texts.includes(rejection.trim())) texts.push(rejection.trim());
  }
  state.rows = rows;
  if (late) say(`${late} questions look older than before`);
  return late;
}

function entryOf(state, id, text) {
  const entry = state.journal[id];
  return entry?.text === text ? entry : undefined;
}

function verdict(state, id, text) {
  const row = state.rows[id];
  if (!row) return "unclear";
  const entry = entryOf(state, id, text);
  if (WITH_ANSWER.has(row.status)) {
    const ours = row.answer === null ? entry?.outcome === "taken" : row.answer.trim() === text.trim();
    return ours ? "done" : "refused";
  }
  if (CLOSED.has(row.status)) return "refused";
  if (row.status !== WAITING) return "unclear";
  const length = [...text].length;
  if (length < 10 || length > 2000 || state.rejections[id]?.includes(text.trim())) return "refused";
  if (!entry) return "pending";
  return entry.tries >= SEND_LIMIT ? "failed" : "unclear";
}

function maySend(state, id, text) {
  const mark = verdict(state, id, text);
  if (mark === "pending") return true;
  if (mark !== "unclear" || state.rows[id]?.status !== WAITING) return false;
  const entry = entryOf(state, id, text);
  if (entry.outcome === "taken") return false; // it was taken: the list is late, or the check goes on
  return entry.outcome !== "already" || entry.rejection !== state.rows[id].rejection;
}

/** What the reply says: taken, already, refused, barred (no more now), lost (nobody knows). */
function judgeReply({ status, text }) {
  if (status >= 200 && status < 300) {
    if (!text.trim()) return "taken";
    try {
      const body = parseJson(text);
      return typeof body === "object" && (body?.errors || body?.error || body?.exception) ? "lost" : "taken";
    } catch {
      return "lost"; // a web page, or a body that is cut
    }
  }
  if (status === 401 || status === 403 || status === 426 || (status >= 300 && status < 400)) return "barred";
  if (status >= 500) return "lost";
  return text.includes("question.has.already.answered") ? "already" : "refused";
}

async function sendAnswer(id, text) {
  const options = { method: "POST", body: JSON.stringify({ text }), headers: { "Content-Type": "application/json" } };
  for (let attempt = 0; attempt < READ_ATTEMPTS; attempt++) {
    let reply;
    try {
      reply = await request("answer", `${root}/${id}/answers`, options);
    } catch (error) {
      return error instanceof Failure ? "barred" : "lost"; // a Failure: it was not sent at all
    }
    if (reply.status !== 429) {
      if (reply.status !== 200) say(`answer to ${id}: ${reply.status} ${reply.text.slice(0, 200)}`);
      return judgeReply(reply);
    }
    const wait = retryAfter(reply.headers) ?? Math.max(backOff(attempt), 1000);
    if (Date.now() + wait > DEADLINE) return "barred";
    await sleep(wait); // a 429 was not looked at, so it may go out again
  }
  return "barred";
}

async function answerOne(state, id, text) {
  const earlier = entryOf(state, id, text);
  if (earlier && !international) { // the Turkish edition shows one question: look once more before a second attempt
    const found = await readJson("one", `${root}/${id}`, isQuestion).catch(() => null);
    const row = found && toRow(found);
    if (row?.status !== WAITING || row.rejection !== state.rows[id].rejection) return "look";
  }
  const entry = { text, outcome: "lost", tries: (earlier?.tries ?? 0) + 1, rejection: state.rows[id].rejection, at: now };
  state.journal[id] = entry;
  saveState(state); // before it is sent: whoever is ended here knows that it may have gone out
  entry.outcome = await sendAnswer(id, text);
  if (entry.outcome === "barred") {
    if (earlier) state.journal[id] = earlier;
    else delete state.journal[id];
  }
  saveState(state);
  return entry.outcome;
}

async function sync() {
  const wants = readWants();
  const state = loadState();
  state.wants = Object.fromEntries(wants);
  for (const [id, entry] of Object.entries(state.journal)) if (entry.at < now - SPAN - 7 * DAY) delete state.journal[id];
  for (const id of Object.keys(state.rejections)) if (!state.rows[id] && !wants.has(id)) delete state.rejections[id];
  let late = takeOver(state, await readAll());
  saveState(state);
  let touched = false;
  for (const [id, text] of wants) {
    if (!maySend(state, id, text)) continue;
    const outcome = await answerOne(state, id, text);
    touched = true;
    if (outcome === "barred") break;
    if (outcome === "lost") await pause(1000, "after a reply that was lost");
  }
  if (touched) late = takeOver(state, await readAll());
  saveState(state);
  const words = [...wants].map(([id, text]) => [id, verdict(state, id, text)]);
  const open = words.filter(([, word]) => word !== "done" && word !== "refused");
  for (const pair of open) say("question", ...pair);
  return open.length || late ? 1 : 0;
}

function exportQuestions() {
  const state = loadState();
  for (const { id, status, text, answer } of Object.values(state.rows)) {
    const want = state.wants?.[id];
    const more = want === undefined ? {} : { state: verdict(state, id, want) };
    process.stdout.write(`{"id":${id},${JSON.stringify({ status, text, answer, ...more }).slice(1)}\n`);
  }
}

const [verb, kind] = process.argv.slice(2);
try {
  if (verb === "sync") process.exitCode = await sync();
  else if (verb === "export") { if (kind === "questions") exportQuestions(); }
  else if (verb === "reset") for (const end of ["", ".tmp"]) rmSync(storeFile() + end, { force: true });
  else { say("sync | export KIND | reset"); process.exitCode = 2; }
} catch (error) {
  say(String(error instanceof Failure ? error.message : error.stack));
  process.exitCode = 1;
}
