// Access to PazarSync: a token that serves until it expires, a quota that is waited for.

import { setTimeout as sleep } from "node:timers/promises";
import { Problem, retryAfterMs } from "../../../clients/node/api.mjs";
import { parse, stringify } from "../../../clients/node/json.mjs";

const TIMEOUT_MS = 30_000;
const FAILURES = 4;
const LONGEST_MS = 30_000;
// A token that is about to expire is not begun with.
const SPARE_MS = 60_000;
const UNAUTHORIZED = 401;

// The function that asks: `read` makes something of the body of a 200, and what it cannot read is asked for again.
export function session(environment, kept, nowMs, client) {
  const names = ["PAZARSYNC_BASE_URL", "PAZARSYNC_CLIENT_ID", "PAZARSYNC_CLIENT_SECRET"];
  const missing = names.filter((name) => !environment[name]);
  if (missing.length) throw new Problem(`not set: ${missing.join(", ")}`);
  const [baseUrl, id, secret] = names.map((name) => environment[name]);
  const aheadMs = nowMs - Date.now();
  const now = () => Date.now() + aheadMs;
  let fullMs = 0;

  async function send(method, path, body, headers) {
    if (fullMs > now()) await sleep(fullMs - now());
    const url = baseUrl.replace(/\/$/, "") + path;
    const content = body ? { body: stringify(body), headers: { ...headers, "Content-Type": "application/json" } } : { headers };
    let answer, text;
    try {
      answer = await fetch(url, { method, ...content, signal: AbortSignal.timeout(TIMEOUT_MS) });
      text = await answer.text();
    } catch (broken) {
      throw new Problem(`${url}: ${broken.message}`, { passing: true });
    }
    const [remaining, reset] = ["Remaining", "Reset"].map((name) => answer.headers.get(`X-RateLimit-${name}`));
    if (remaining === "0" && /^\d+$/.test(reset ?? "")) fullMs = Number(reset) * 1000;
    const { status } = answer;
    if (answer.ok) return text;
    const waitMs = retryAfterMs(answer.headers.get("Retry-After"));
    throw new Problem(`${url}: ${status} ${text.slice(0, 300)}`, { status, passing: status === 429 || status >= 500, waitMs });
  }

  async function patiently(method, path, body, headers, read) {
    const tries = { refused: 0, failed: 0 };
    for (;;) {
      try {
        return readable(path, await send(method, path, body, headers), read);
      } catch (problem) {
        if (!problem.passing) throw problem;
        const refused = problem.status === 429;
        const times = refused ? ++tries.refused : ++tries.failed;
        if (times > (refused ? client.patience : FAILURES)) throw problem;
        await sleep(problem.waitMs ?? Math.min(1000 * 2 ** (times - 1), LONGEST_MS));
      }
    }
  }

  async function token() {
    if (kept.token?.untilMs > now() + SPARE_MS) return kept.token.value;
    const credentials = { client_id: id, client_secret: secret, grant_type: "client_credentials" };
    const read = ({ access_token: value, expires_in: seconds }) => ({ value, untilMs: now() + seconds * 1000 });
    kept.token = await patiently("POST", "/api/auth/token", credentials, {}, read);
    return kept.token.value;
  }

  return async function call(method, path, body, read) {
    const once = async () => patiently(method, path, body, { Authorization: `Bearer ${await token()}` }, read);
    try {
      return await once();
    } catch (problem) {
      if (problem.status !== UNAUTHORIZED) throw problem;
      kept.token = null;
      return once();
    }
  };
}

function readable(path, text, read) {
  try {
    return read(parse(text));
  } catch (broken) {
    throw new Problem(`${path}: 200 without what was asked for in it: ${broken.message}`, { passing: true });
  }
}
