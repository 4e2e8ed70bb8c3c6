// Packages picked and invoiced, in Node: read in each run, brought on step by step; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export fulfilment | reset

import { PATIENT, Problem } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { BROKEN } from "./broken.mjs";

const STEPS = ["Awaiting", "Created", "Picking", "Invoiced"];
const OVER = ["Cancelled", "UnSupplied", "UnPacked"];
// How often an order is read whose packages are not as they were when they were written to.
const LOOKS = 2;

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,

  // The packages that somebody still has to send, or has sent.
  live: (packages) => packages.filter((row) => !OVER.includes(row.status)),

  // What is known of an order after a problem; locked out, nothing more can be done.
  stateAfter: (problem) => {
    if (problem.lost) return "unclear";
    if (problem.passing) return "pending";
    throw problem;
  },
};

async function pull({ ask, put, store, client, wants }) {
  store.states ??= {};
  const undone = [];
  for (const want of wants) {
    const { orderNumber, action } = want;
    const save = (state) => (store.states[`${orderNumber} ${action}`] = { orderNumber, action, state });
    // Saved before anything is sent: a run that dies in between does not know.
    save("unclear");
    const state = await fulfil(ask, put, client, want).catch((problem) => client.stateAfter(problem));
    save(state);
    if (state !== "done") undone.push(`${orderNumber} is ${state}`);
  }
  if (undone.length) throw new Problem(undone.join("\n"));
}

// An order may be split or cancelled between reading and writing: what is refused is read again.
async function fulfil(ask, put, client, { orderNumber, action }) {
  for (let look = 0; look < LOOKS; look++) {
    const packages = (await ask("/order/sellers/{seller}/v2/orders", { orderNumber, page: 0, size: 200 })).rows;
    const live = client.live(packages);
    if (!live.length) return packages.length ? "refused" : "pending";
    try {
      for (const row of live) await bring(put, row, action);
      return "done";
    } catch (problem) {
      if (problem.passing || [401, 403].includes(problem.status)) throw problem;
    }
  }
  return "refused";
}

// First Picking, then Invoiced; a package that is past them is left alone.
async function bring(put, row, action) {
  if (!STEPS.includes(row.status)) return;
  const lines = row.lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  for (const status of STEPS.slice(STEPS.indexOf(row.status) + 1, STEPS.indexOf(action) + 1)) {
    if (status === "Created") continue;
    const number = `EME2026${String(row.shipmentPackageId).slice(-9).padStart(9, "0")}`;
    const params = status === "Invoiced" ? { invoiceNumber: number } : {};
    await put(`/order/sellers/{seller}/shipment-packages/${row.shipmentPackageId}`, { lines, params, status });
  }
}

const fulfilment = (store) => Object.values(store.states ?? {});

await main({ pull, keeps: "states", exports: { fulfilment }, right: RIGHT }, BROKEN);
