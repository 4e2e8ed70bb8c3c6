// The packages of the last weeks in Node: windows of two weeks of their last change; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export orders | reset

import { PATIENT } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { gather, Moved, readAtRest } from "../../../clients/node/paging.mjs";
import { BROKEN } from "./broken.mjs";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SPAN_MS = 29 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const SIZE = 200;
const MOST = 10_000;
const KEY = "shipmentPackageId";
const PATH = "/order/sellers/{seller}/v2/orders";

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,

  // What tells one package in the copy from another.
  key: KEY,
};

async function pull({ ask, store, client, nowMs }) {
  const from = nowMs - SPAN_MS;
  const packages = { ...store.packages };
  // Windows share their edges, so that no instant falls between two.
  for (let start = from; start < nowMs; start += WINDOW_MS) {
    for (const row of await readWindow(ask, start, Math.min(start + WINDOW_MS, nowMs))) packages[row[client.key]] = row;
  }
  store.packages = packages;
  store.from = from;
}

// Pages reach so many packages; where there are more, both halves of the window are read.
async function readWindow(ask, startDate, endDate) {
  const page = (number) => ask(PATH, { startDate, endDate, page: number, size: SIZE, orderByDirection: "ASC" });
  if ((await page(0)).total > MOST) {
    const middle = Math.floor((startDate + endDate) / 2);
    return [...(await readWindow(ask, startDate, middle)), ...(await readWindow(ask, middle, endDate))];
  }
  return readAtRest(() => readPages(page));
}

// A package that changes leaves its page and draws the next one forward, so pages are looked at again.
async function readPages(page) {
  const pages = [await page(0)];
  while (pages.length * SIZE < pages[0].total) pages.push(await page(pages.length));
  const rows = gather(pages, KEY);
  for (const [number, { rows: before }] of pages.slice(0, -1).entries()) {
    const after = (await page(number)).rows;
    if (String(after.map((row) => row[KEY])) !== String(before.map((row) => row[KEY]))) {
      throw new Moved(`page ${number} has other rows than a moment ago`);
    }
  }
  return rows;
}

// orderDate lies three hours ahead of the moment of the order; every other date is exact.
const orders = (store) =>
  Object.values(store.packages ?? {})
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

await main({ pull, exports: { orders }, right: RIGHT }, BROKEN);
