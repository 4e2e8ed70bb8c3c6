// Loaded before a client whose waiting shall cost no real time: when nothing is left but to wait for a timer, the
// clock of its world moves on instead, and with it all that Node says of the time. While an answer is under way,
// timers take their real time.
import { syncBuiltinESMExports } from "node:module";
import promises from "node:timers/promises";

const { fetch: send, setTimeout: startTimer, clearTimeout: stopTimer, Date: RealDate } = globalThis;
const [sinceStart, hrtime, hrtimeBigint] = [performance.now.bind(performance), process.hrtime, process.hrtime.bigint];
const timers = new Map(); // each timer that has not fired: its due moment and its callback
let [passedMs, answersUnderWay, isLooking, areBodiesWatched] = [0, 0, false, false];

const now = () => sinceStart() + passedMs;

async function advance(ms) {
  passedMs += ms;
  const body = JSON.stringify({ ms: Math.ceil(ms) });
  const headers = { "Content-Type": "application/json" };
  const address = new URL("/_emulator/clock/advance", process.env.TRENDYOL_BASE_URL);
  try {
    await (await send(address, { method: "POST", headers, body })).text();
  } catch {
    // A world that does not answer is what the client meets next.
  }
}

function fire(timer) {
  const { callback } = timers.get(timer);
  stopTimer(timer);
  callback();
}

// A timer that does not hold the process, such as those of the connections, is nobody's waiting.
const first = () => [...timers].filter(([timer]) => timer.hasRef()).sort(([, a], [, b]) => a.due - b.due)[0];

async function passTime() {
  isLooking = false;
  const [timer, { due } = {}] = first() ?? [];
  if (!timer || (answersUnderWay && due > now())) return;
  if (due > now()) await underWay(() => advance(due - now()));
  if (timers.has(timer)) fire(timer);
  look();
}

// What the last answer or timer has led to comes first.
function look() {
  if (isLooking || !timers.size) return;
  isLooking = true;
  setImmediate(() => setImmediate(passTime));
}

async function underWay(work) {
  answersUnderWay += 1;
  try {
    return await work();
  } finally {
    answersUnderWay -= 1;
    look();
  }
}

// Node loads what fetches with the first mention of it, and most runs fetch nothing.
function watchBodies() {
  areBodiesWatched = true;
  for (const name of ["arrayBuffer", "blob", "formData", "json", "text"]) {
    const read = Response.prototype[name];
    Response.prototype[name] = function () {
      return underWay(() => read.call(this));
    };
  }
}

globalThis.fetch = (...request) => {
  if (!areBodiesWatched) watchBodies();
  return underWay(() => send(...request));
};

globalThis.setTimeout = (callback, ms = 0, ...parts) => {
  const whenDue = () => {
    timers.delete(timer);
    callback(...parts);
  };
  const timer = startTimer(whenDue, ms);
  timers.set(timer, { due: now() + Number(ms), callback: whenDue });
  look();
  return timer;
};
globalThis.clearTimeout = (timer) => {
  timers.delete(timer);
  stopTimer(timer);
};
promises.setTimeout = (ms, value) => new Promise((resolve) => globalThis.setTimeout(resolve, ms, value));
syncBuiltinESMExports();

globalThis.Date = new Proxy(RealDate, {
  construct: (date, parts, target) =>
    Reflect.construct(date, parts.length ? parts : [globalThis.Date.now()], target === globalThis.Date ? date : target),
  get: (date, name) => (name === "now" ? () => RealDate.now() + Math.floor(passedMs) : Reflect.get(date, name)),
});
performance.now = now;
process.hrtime = (before = [0, 0]) => {
  const [seconds, nanoseconds] = hrtime(before);
  const total = seconds * 1e9 + nanoseconds + passedMs * 1e6;
  return [Math.floor(total / 1e9), Math.floor(total % 1e9)];
};
process.hrtime.bigint = () => hrtimeBigint() + BigInt(Math.floor(passedMs * 1e6));
