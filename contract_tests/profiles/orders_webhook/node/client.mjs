// Packages by webhook in Node: a receiver that appends what it is told to a file, and runs that read the list all
// the same; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export orders | reset | listen

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { PATIENT } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { gather, readAtRest } from "../../../clients/node/paging.mjs";
import { BROKEN } from "./broken.mjs";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN_MS = 29 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const SIZE = 200;
const KEY = "shipmentPackageId";
const PACKAGES = "/order/sellers/{seller}/v2/orders";
const WEBHOOKS = "/webhook/sellers/{seller}/webhooks";

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,
  // Webhooks are a bare list, packages come in pages.
  pageOf: (body) => (Array.isArray(body) ? { total: body.length, rows: body } : PATIENT.pageOf(body)),

  // Whether the list is read in a run: calls may never come.
  reads: () => true,

  // Whether a call is the vendor's: there is no signature, only the key that was subscribed.
  knows: (headers, key) => headers["x-api-key"] === key,

  // Whether what was told takes the place of what is held: a call may come late.
  isNewer: (row, held) => row.lastModifiedDate >= held.lastModifiedDate,
};

async function pull({ ask, put, store, client, nowMs, environment }) {
  await subscribe(ask, put, environment);
  if (!client.reads(store)) return;
  const from = nowMs - SPAN_MS;
  const packages = {};
  for (let start = from; start < nowMs; start += WINDOW_MS) {
    for (const row of await readWindow(ask, start, Math.min(start + WINDOW_MS, nowMs))) packages[row[KEY]] = row;
  }
  Object.assign(store, { packages, from });
}

// One webhook of our address, active: read first, for a seller has 15, and one that failed 13 times is PASSIVE.
async function subscribe(ask, put, { CLIENT_WEBHOOK_URL: url, CLIENT_WEBHOOK_KEY: apiKey }) {
  const webhooks = (await ask(WEBHOOKS, {})).rows.filter((row) => row.url === url);
  const isMade = (text) => "id" in JSON.parse(text || "{}");
  if (!webhooks.length) return put(WEBHOOKS, { url, authenticationType: "API_KEY", apiKey }, "POST", isMade);
  if (webhooks.every((row) => row.status !== "ACTIVE")) await put(`${WEBHOOKS}/${webhooks[0].id}/activate`, {});
}

// A package that changes leaves its page, so pages are looked at again.
async function readWindow(ask, startDate, endDate) {
  const page = (number) => ask(PACKAGES, { startDate, endDate, page: number, size: SIZE, orderByDirection: "ASC" });
  return readAtRest(async () => {
    const pages = [await page(0)];
    while (pages.length * SIZE < pages[0].total) pages.push(await page(pages.length));
    return gather(pages, KEY);
  });
}

const callsOf = ({ CLIENT_STORE: file }) => `${file}.calls`;

// What calls have told, a package a line, is kept before it is answered; it is worked on by whoever reads it.
function listen(environment, client) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => response.writeHead(take(request.headers, Buffer.concat(chunks))).end());
  });
  const take = (headers, body) => {
    if (!client.knows(headers, environment.CLIENT_WEBHOOK_KEY)) return 401;
    try {
      const document = JSON.parse(body);
      const lines = (document.content ?? [document]).map((row) => `${JSON.stringify(row)}\n`);
      appendFileSync(callsOf(environment), lines.join(""));
      return 200;
    } catch {
      return 400;
    }
  };
  server.listen(Number(environment.CLIENT_WEBHOOK_PORT), "127.0.0.1");
}

function toldBy(environment) {
  const file = callsOf(environment);
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  return lines.filter(Boolean).map((line) => JSON.parse(line));
}

// What the list has, and what calls told that is as new; orderDate lies three hours ahead of the moment of the order.
function orders(store, client, environment) {
  const packages = { ...store.packages };
  for (const row of toldBy(environment)) {
    const held = packages[row[KEY]];
    if (!held || client.isNewer(row, held)) packages[row[KEY]] = row;
  }
  return Object.values(packages)
    .filter((row) => row.lastModifiedDate >= (store.from ?? 0))
    .map((row) => ({
      shipmentPackageId: row[KEY],
      orderNumber: row.orderNumber,
      status: row.status,
      lastModifiedDate: row.lastModifiedDate,
      orderedAt: new Date(row.orderDate - 3 * HOUR_MS).toISOString(),
      totalPrice: row.packageTotalPrice,
      quantity: row.lines.reduce((sum, line) => sum + line.quantity, 0),
      currency: row.currencyCode,
    }));
}

await main({ pull, listen, exports: { orders }, right: RIGHT }, BROKEN);
