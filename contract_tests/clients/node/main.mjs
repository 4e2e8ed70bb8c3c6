// A client as a command: client.mjs [--broken=NAME] sync | export KIND | reset | listen

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { api, Problem, writer } from "./api.mjs";
import { parse, stringify } from "./json.mjs";
import { Moved } from "./paging.mjs";

const readStore = (file) => (file && existsSync(file) ? parse(readFileSync(file, "utf8")) : {});
const saveStore = (file, store) => file && writeFileSync(file, stringify(store));

// What the shop wants: a JSON object a line in the file that CLIENT_WANTED names.
function wantsOf({ CLIENT_WANTED: file }) {
  const lines = file ? readFileSync(file, "utf8").split("\n") : [];
  return lines.filter((line) => line.trim()).map((line) => JSON.parse(line));
}

// `profile` has pull(run), exports (a function a kind), listen where it is called, and `right`, what a client does
// its own way;
// `broken` has what each broken variant replaces in it.
async function runVerb(profile, broken, words, environment) {
  const name = words[0]?.startsWith("--broken=") ? words.shift().slice("--broken=".length) : null;
  const [verb, kind] = words;
  if (name && !broken[name]) throw new Problem(`no such broken client: ${name}`);
  const client = { ...profile.right, ...broken[name] };
  const file = environment.CLIENT_STORE;
  const store = readStore(file);
  if (verb === "reset") return file && rmSync(file, { force: true });
  if (verb === "export") {
    const rows = profile.exports[kind]?.(store, client, environment) ?? [];
    return writeFileSync(1, rows.map((row) => `${stringify(row)}\n`).join(""));
  }
  if (verb === "listen" && profile.listen) return profile.listen(environment, client);
  if (verb !== "sync") throw new Problem("usage: [--broken=NAME] sync | export KIND | reset | listen");
  const edition = ["", "TR"].includes(environment.TRENDYOL_STOREFRONT ?? "") ? "tr" : "int";
  const nowMs = Number(environment.TRENDYOL_NOW_MS ?? Date.now());
  store.sent ??= {};
  // When requests went out is kept even of a run that fails, for the next one has to keep the pace.
  try {
    const ask = api(environment, edition, store.sent, client);
    const put = writer(environment, edition, store.sent, client);
    await profile.pull({ ask, put, store, client, nowMs, edition, environment, wants: wantsOf(environment) });
  } catch (problem) {
    // What a client that writes has done is kept as well, for nobody can take it back.
    const kept = profile.keeps ? { [profile.keeps]: store[profile.keeps] } : {};
    saveStore(file, { ...readStore(file), ...kept, sent: store.sent });
    throw problem;
  }
  saveStore(file, store);
}

export async function main(profile, broken) {
  try {
    await runVerb(profile, broken, process.argv.slice(2), process.env);
  } catch (problem) {
    if (!(problem instanceof Problem || problem instanceof Moved)) throw problem;
    console.error(problem.message);
    process.exitCode = 1;
  }
}
