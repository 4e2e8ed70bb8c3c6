// The packages of the last weeks by the stream in Node: windows of two weeks; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export orders | reset

import { setTimeout as sleep } from "node:timers/promises";

import { PATIENT, unlessRefused } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { Moved, readAtRest } from "../../../clients/node/paging.mjs";
import { BROKEN } from "./broken.mjs";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN_MS = 29 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const SIZE = 200;
// The page asks for five seconds between two requests.
const PAUSE_S = 5;
const PATH = "/order/sellers/{seller}/orders/stream";

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,

  hasMore: (page) => page.hasMore,

  pageOf: (body) =>
    Array.isArray(body.content) && typeof body.hasMore === "boolean"
      ? { rows: body.content, hasMore: body.hasMore, cursor: body.nextCursor }
      : null,
};

async function pull({ ask, store, client, nowMs, environment }) {
  const pauseMs = Number(environment.CLIENT_PAUSE_SECONDS || PAUSE_S) * 1000;
  const from = nowMs - SPAN_MS;
  const packages = { ...store.packages };
  // Windows share their edges, so that no instant falls between two.
  for (let start = from; start < nowMs; start += WINDOW_MS) {
    const query = { lastModifiedStartDate: start, lastModifiedEndDate: Math.min(start + WINDOW_MS, nowMs), size: SIZE };
    for (const row of await readAtRest(() => readStream(ask, client, query, pauseMs))) packages[row.shipmentPackageId] = row;
  }
  store.packages = packages;
  store.from = from;
}

// A stream whose cursor is refused is begun again.
async function readStream(ask, client, query, pauseMs) {
  const rows = [];
  for (let page, cursor = {}; !page || client.hasMore(page); cursor = { nextCursor: page.cursor }) {
    await sleep(pauseMs);
    page = await unlessRefused(400, ask(PATH, { ...query, ...cursor }), new Moved("the cursor was refused"));
    rows.push(...page.rows);
  }
  return rows;
}

// orderDate lies three hours ahead of the moment of the order; every other date is exact.
const orders = (store) =>
  Object.values(store.packages ?? {})
    .filter((row) => row.lastModifiedDate >= (store.from ?? 0))
    .map((row) => ({
      shipmentPackageId: row.shipmentPackageId,
      orderNumber: row.orderNumber,
      status: row.status,
      lastModifiedDate: row.lastModifiedDate,
      orderedAt: new Date(row.orderDate - 3 * HOUR_MS).toISOString(),
      totalPrice: row.packageTotalPrice,
      quantity: row.lines.reduce((sum, line) => sum + line.quantity, 0),
      currency: row.currencyCode,
    }));

await main({ pull, exports: { orders }, right: RIGHT }, BROKEN);
