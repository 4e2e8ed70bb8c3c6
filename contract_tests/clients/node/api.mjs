// One session with the marketplace: authorised, paced, patient. Gives pages or a problem, no error as data.

import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "./json.mjs";

const TIMEOUT_MS = 30_000;
const FAILURES = 4;
const LONGEST_MS = 30_000;
const LONGEST_WAIT_MS = 600_000;

// What an operation bears, a little below what is documented: requests arrive less evenly than they are sent.
const ENDPOINT = { requests: 45, perMs: 10_000 };
const FINANCE = { requests: 90, perMs: 60_000 };

// What every right client does when its patience ends; a broken one may do otherwise.
export const PATIENT = {
  patience: 9,
  refused: (problem) => {
    throw problem;
  },
  // What the text of an answer says.
  parse,
  // A page in the body of an answer; null when there is none.
  pageOf: (body) =>
    Number.isInteger(body.totalElements) && Array.isArray(body.content)
      ? { total: body.totalElements, rows: body.content, token: body.nextPageToken }
      : null,
};

export class Problem extends Error {
  constructor(message, { status = 0, passing = false, waitMs = null } = {}) {
    super(message);
    Object.assign(this, { status, passing, waitMs });
  }
}

export async function unlessRefused(status, page, otherwise) {
  try {
    return await page;
  } catch (problem) {
    throw problem.status === status ? otherwise : problem;
  }
}

// Where an account is reached, and what every request of it carries.
function access(environment, edition) {
  const names = ["TRENDYOL_BASE_URL", "TRENDYOL_SELLER_ID", "TRENDYOL_API_KEY", "TRENDYOL_API_SECRET"];
  const missing = names.filter((name) => !environment[name]);
  if (missing.length) throw new Problem(`not set: ${missing.join(", ")}`);
  const [baseUrl, seller, key, secret] = names.map((name) => environment[name]);
  const headers = {
    Authorization: `Basic ${Buffer.from(`${key}:${secret}`).toString("base64")}`,
    "User-Agent": `${seller} - SelfIntegration`,
    "Accept-Language": edition === "int" ? "en" : "tr",
    ...(environment.TRENDYOL_STOREFRONT ? { storeFrontCode: environment.TRENDYOL_STOREFRONT } : {}),
  };
  const integration = `${baseUrl.replace(/\/$/, "")}/integration`;
  return { headers, address: (path) => integration + path.replace("{seller}", seller) };
}

// The function that asks for a page; `sent` remembers when requests went out, over runs.
export function api(environment, edition, sent, client) {
  const { headers, address } = access(environment, edition);

  return async function ask(path, query) {
    const url = `${address(path)}?${new URLSearchParams(query)}`;
    const limits = { [path]: ENDPOINT, ...(path.startsWith("/finance/") ? { finance: FINANCE } : {}) };
    const tries = { refused: 0, failed: 0 };
    for (;;) {
      await paced(sent, limits);
      try {
        return await page(url, headers, client);
      } catch (problem) {
        if (!problem.passing) throw problem;
        const refused = problem.status === 429;
        const times = refused ? ++tries.refused : ++tries.failed;
        const most = refused ? client.patience : Math.min(client.patience, FAILURES);
        if (times > most || (problem.waitMs ?? 0) > LONGEST_WAIT_MS) return client.refused(problem);
        await sleep(problem.waitMs ?? Math.min(1000 * 2 ** (times - 1), LONGEST_MS));
      }
    }
  };
}

// The function that has something done, once: again only after an answer that says it was not done. What has
// no such answer is `lost`: nobody knows. `takes` says which text of a 200 is an answer of the service.
export function writer(environment, edition, sent, client) {
  const { headers, address } = access(environment, edition);
  const json = { ...headers, "Content-Type": "application/json" };
  // A form says by itself what it is.
  const written = (body) =>
    body instanceof FormData ? { headers, body } : { headers: json, body: stringify(body) };

  return async function put(path, body, method = "PUT", takes = isDone, { limits = {} } = {}) {
    const url = address(path);
    for (let times = 1; ; times++) {
      await paced(sent, { write: ENDPOINT, ...limits });
      try {
        const text = await answerOf(url, { method, ...written(body) });
        if (takes(text.trim())) return;
        throw new Problem(`${url}: 200 that is no answer of this service`, { passing: true });
      } catch (problem) {
        if (!problem.passing) throw problem;
        if (![429, 503].includes(problem.status)) throw Object.assign(problem, { lost: true });
        if (times > client.patience || (problem.waitMs ?? 0) > LONGEST_WAIT_MS) throw problem;
        await sleep(problem.waitMs ?? Math.min(1000 * 2 ** (times - 1), LONGEST_MS));
      }
    }
  };
}

const isDone = (text) => ["", "200 OK"].includes(text);

// The text of a 200; anything else is a problem, no error is data.
async function answerOf(url, request) {
  let answer, text;
  try {
    answer = await fetch(url, { ...request, signal: AbortSignal.timeout(TIMEOUT_MS) });
    text = await answer.text();
  } catch (broken) {
    throw new Problem(`${url}: ${broken.message}`, { passing: true });
  }
  const { status } = answer;
  if (status !== 200) {
    const passing = status === 429 || status >= 500;
    const waitMs = retryAfterMs(answer.headers.get("Retry-After"));
    throw new Problem(`${url}: ${status} ${text.slice(0, 300)}`, { status, passing, waitMs });
  }
  return text;
}

async function page(url, headers, client) {
  const text = await answerOf(url, { headers });
  try {
    const read = client.pageOf(client.parse(text));
    if (read) return read;
  } catch {
    // Thrown below: no JSON is as little a page as JSON without one.
  }
  throw new Problem(`${url}: 200 without a page in it`, { passing: true });
}

// Milliseconds that a Retry-After asks for, be it seconds or a date; null when it says nothing.
export function retryAfterMs(retryAfter) {
  if (/^\d+$/.test(retryAfter ?? "")) return Number(retryAfter) * 1000;
  const due = Date.parse(retryAfter ?? "");
  return Number.isNaN(due) ? null : Math.max(0, due - Date.now());
}

async function paced(sent, limits) {
  for (const [name, { requests, perMs }] of Object.entries(limits)) {
    const instants = (sent[name] ??= []);
    while (instants.length >= requests) {
      const leftMs = instants[0] + perMs - Date.now();
      if (leftMs > 0 && leftMs <= perMs) await sleep(leftMs);
      instants.shift();
    }
    instants.push(Date.now());
  }
}
