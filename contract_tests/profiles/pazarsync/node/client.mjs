// A shop on PazarSync in Node: its products and orders read whole, its stock set in batches; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export products | export orders | export stock | reset

import { PATIENT, Problem } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { gather, Moved, readAtRest } from "../../../clients/node/paging.mjs";
import { BROKEN } from "./broken.mjs";
import { session } from "./session.mjs";

const SIZE = 100;
const BATCH = 500;
const LISTS = ["products", "orders"];

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,
  // The rows of a batch that were not done; the answer is a 200 all the same.
  failedSkus: (batch, answer) => answer.errors.map(({ sku, index }) => sku ?? batch[index].sku),
};

async function pull({ store, client, nowMs, environment, wants }) {
  store.kept ??= { token: null, stock: {} };
  const call = session(environment, store.kept, nowMs, client);
  for (const kind of LISTS) store[kind] = await readAtRest(() => readList(call, `/api/v1/${kind}`));
  const failed = [];
  for (let start = 0; start < wants.length; start += BATCH) {
    const batch = wants.slice(start, start + BATCH);
    const skus = await setStock(call, client, batch);
    for (const { sku, stock } of batch) store.kept.stock[sku] = { quantity: stock, state: skus.includes(sku) ? "failed" : "pushed" };
    failed.push(...skus);
  }
  if (failed.length) throw new Problem(`not set: ${failed.join(", ")}`);
}

// Twice is like once, so a batch is sent again like a question.
function setStock(call, client, batch) {
  const items = batch.map(({ sku, stock }) => ({ sku, stock }));
  return call("POST", "/api/v1/stocks/batch", { items }, (answer) => client.failedSkus(batch, answer));
}

// Every row, once: several pages are looked at a second time, for what leaves one draws the next one forward.
async function readList(call, path) {
  const pageAt = (number) => call("GET", `${path}?page=${number}&limit=${SIZE}`, null, pageOf);
  const pages = [await pageAt(1)];
  while (pages.length < pages.at(-1).last) pages.push(await pageAt(pages.length + 1));
  const rows = gather(pages, "id");
  for (let number = 1; number < pages.length; number++) {
    const now = await pageAt(number);
    if (ids(now) !== ids(pages[number - 1])) throw new Moved(`page ${number} has other rows than a moment ago`);
  }
  return rows;
}

const ids = ({ rows }) => rows.map((row) => row.id).join();
const pageOf = ({ meta, data }) => ({ total: meta.total_items, last: meta.total_pages, rows: [...data] });
const stock = ({ kept }) => Object.entries(kept?.stock ?? {}).map(([sku, known]) => ({ sku, ...known }));
const listExports = Object.fromEntries(LISTS.map((kind) => [kind, (store) => store[kind] ?? []]));

await main({ pull, keeps: "kept", exports: { ...listExports, stock }, right: RIGHT }, BROKEN);
