// Requests of clients that write: reads are sent again, a write whose answer was lost is said to be lost.

import { setTimeout as sleep } from "node:timers/promises";

const TRIES = 4;
const TIMEOUT_MS = 30_000;
export const PAUSE_MS = 1_000;

export class Problem extends Error {
  constructor(message, { status = 0, lost = false } = {}) {
    super(message);
    Object.assign(this, { status, lost });
  }
}

export async function request(run, method, path, body) {
  const url = `${run.baseUrl}/integration${path}`;
  for (let tries = 1; ; tries++) {
    let answer, text;
    try {
      const options = { method, headers: run.headers, signal: AbortSignal.timeout(TIMEOUT_MS) };
      answer = await fetch(url, body ? { ...options, body: JSON.stringify(body) } : options);
      text = await answer.text();
    } catch (broken) {
      if (body || tries === TRIES) throw new Problem(`${url}: ${broken.message}`, { lost: Boolean(body) });
      await sleep(PAUSE_MS);
      continue;
    }
    const { status } = answer;
    if (status === 200) {
      try {
        return JSON.parse(text);
      } catch {
        throw new Problem(`${url}: 200 without JSON in it`, { lost: Boolean(body) });
      }
    }
    const passing = status === 429 || status === 503 || (status >= 500 && !body);
    if (!passing || tries === TRIES) {
      throw new Problem(`${url}: ${status} ${text.slice(0, 300)}`, { status, lost: status >= 500 && status !== 503 });
    }
    const seconds = Number(answer.headers.get("Retry-After") ?? "");
    await sleep(seconds > 0 ? seconds * 1000 : PAUSE_MS * 2 ** tries);
  }
}
