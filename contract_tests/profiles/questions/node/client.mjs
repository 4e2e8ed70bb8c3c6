// Questions read in windows, the wanted ones answered once, in Node; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export questions | reset

import { PATIENT, Problem } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { gather, readAtRest } from "../../../clients/node/paging.mjs";
import { BROKEN } from "./broken.mjs";

const DAY_MS = 86_400_000;
const SPAN_MS = 56 * DAY_MS;
const SIZE = 50;
const LOOKS = 2;

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,
  windowMs: 14 * DAY_MS,

  // What a question says of a wanted answer: done, open, or refused for good.
  stateOf: (row, text) => {
    if (!row) return "pending";
    if (["WAITING_FOR_APPROVE", "ANSWERED"].includes(row.status)) return row.answer?.text === text ? "done" : "refused";
    const length = [...text].length;
    const waits = row.status === "WAITING_FOR_ANSWER" && row.rejectedAnswer?.text !== text;
    return waits && length >= 10 && length <= 2000 ? "open" : "refused";
  },

  // What is known of an answer after a problem; locked out, nothing more can be done.
  stateAfter: (problem) => {
    if (problem.lost) return "unclear";
    if (problem.passing) return "pending";
    if ([401, 403].includes(problem.status)) throw problem;
    return "open";
  },
};

async function pull({ ask, put, store, client, nowMs, wants }) {
  store.states ??= {};
  let questions = await readAll(ask, client, nowMs);
  const states = new Map(wants.map((want) => [want, "open"]));
  for (let look = 0; look < LOOKS && [...states.values()].includes("open"); look++) {
    for (const want of wants.filter((one) => states.get(one) === "open")) {
      // Saved before anything is sent: a run that dies in between does not know.
      store.states[want.id] = "unclear";
      states.set(want, await answer(put, client, questions.get(String(want.id)), want.text));
      store.states[want.id] = states.get(want) === "open" ? "refused" : states.get(want);
    }
    questions = await readAll(ask, client, nowMs);
  }
  store.questions = [...questions.values()];
  const undone = [...states].filter(([, state]) => state !== "done").map(([want, state]) => `${want.id} is ${state}`);
  if (undone.length) throw new Problem(undone.join("\n"));
}

async function answer(put, client, row, text) {
  const state = client.stateOf(row, text);
  if (state !== "open") return state;
  try {
    await put(`/qna/sellers/{seller}/questions/${row.id}/answers`, { text }, "POST", isReply);
    return "done";
  } catch (problem) {
    return client.stateAfter(problem);
  }
}

// Three forms of a reply are printed: a number, a sentence, nothing.
function isReply(text) {
  if (!text) return true;
  try {
    const reply = JSON.parse(text);
    return typeof reply === "string" || "answerId" in reply;
  } catch {
    return false;
  }
}

async function readAll(ask, client, nowMs) {
  const questions = new Map();
  for (let endDate = nowMs; endDate > nowMs - SPAN_MS; endDate -= client.windowMs) {
    const startDate = Math.max(endDate - client.windowMs, nowMs - SPAN_MS);
    const rows = await readAtRest(() => readWindow(ask, { startDate, endDate }));
    for (const row of rows) questions.set(String(row.id), row);
  }
  return questions;
}

async function readWindow(ask, dates) {
  const page = (number) =>
    ask("/qna/sellers/{seller}/questions/filter", { ...dates, page: number, size: SIZE, orderByDirection: "ASC" });
  const pages = [await page(0)];
  while (pages.length * SIZE < pages[0].total) pages.push(await page(pages.length));
  return gather(pages, "id");
}

const questions = (store) =>
  (store.questions ?? []).map((row) => ({
    id: row.id,
    status: row.status,
    text: row.text,
    answer: row.answer?.text ?? null,
    ...(store.states?.[row.id] ? { state: store.states[row.id] } : {}),
  }));

await main({ pull, keeps: "states", exports: { questions }, right: RIGHT }, BROKEN);
