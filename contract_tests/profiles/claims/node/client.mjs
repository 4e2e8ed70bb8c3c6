// Claims read in windows, each wanted item decided once, in Node; no packages of npm.
//   node client.mjs [--broken=NAME] sync | export claims | reset

import { PATIENT, Problem } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { gather, readAtRest } from "../../../clients/node/paging.mjs";
import { BROKEN } from "./broken.mjs";

const DAY_MS = 86_400_000;
const SPAN_MS = 56 * DAY_MS;
const WINDOW_MS = 14 * DAY_MS;
const SIZE = 200;
const LOOKS = 2;
const WITHOUT_FILE = [1651, 451, 2101];
const APPROVED = ["Accepted", "WaitingFraudCheck"];
const ISSUED = ["Unresolved", "InAnalysis", "Rejected"];
// Five approvals and five issues a minute are documented.
const FIVE = { requests: 5, perMs: 60_000 };

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,
  idsOf: (item) => [item.id],
  needsFile: (reasonId) => !WITHOUT_FILE.includes(reasonId),

  // What is known of a decision after a problem; locked out, nothing more can be done.
  stateAfter: (problem) => {
    if (problem.lost) return "unclear";
    if (problem.passing) return "pending";
    if ([401, 403].includes(problem.status)) throw problem;
    return "open";
  },
};

async function pull({ ask, put, store, client, nowMs, wants }) {
  store.states ??= {};
  let items = await readAll(ask, nowMs);
  const states = new Map(wants.map((want) => [want, "open"]));
  for (let look = 0; look < LOOKS && [...states.values()].includes("open"); look++) {
    for (const want of wants.filter((one) => states.get(one) === "open")) {
      // Saved before anything is sent: a run that dies in between does not know.
      store.states[want.claimItemId] = "unclear";
      const state = await decide(put, client, items, want, nowMs);
      states.set(want, state);
      store.states[want.claimItemId] = state === "open" ? "refused" : state;
    }
    items = await readAll(ask, nowMs);
  }
  store.items = [...items.values()];
  const undone = [...states].filter(([, state]) => state !== "done").map(([want, state]) => `${want.claimItemId} is ${state}`);
  if (undone.length) throw new Problem(undone.join("\n"));
}

async function decide(put, client, items, want, nowMs) {
  const item = items.get(want.claimItemId);
  const state = stateOf(item, want, nowMs);
  if (state !== "open") return state;
  const path = `/order/sellers/{seller}/claims/${item.claimId}`;
  const ids = client.idsOf(item, items);
  try {
    if (want.action === "approve") {
      const limits = { limits: { approve: FIVE } };
      await put(`${path}/items/approve`, { claimLineItemIdList: ids, params: {} }, "PUT", undefined, limits);
    } else {
      const limits = { limits: { issue: FIVE } };
      await put(`${path}/issue`, formOf(want.reasonId, ids, client), "POST", undefined, limits);
    }
    return "done";
  } catch (problem) {
    return client.stateAfter(problem);
  }
}

// Everything stands in the form, as the definition has it.
function formOf(reasonId, ids, client) {
  const form = new FormData();
  form.set("claimIssueReasonId", String(reasonId));
  form.set("claimItemIdList", ids.join(","));
  form.set("description", "inspected");
  if (client.needsFile(reasonId)) form.set("files[]", new Blob(["inspected"]), "proof.txt");
  return form;
}

// What an item says of a wanted decision: done, open, pending, or refused for good.
function stateOf(item, { action, reasonId }, nowMs) {
  const status = item?.claimItemStatus.name;
  if (!item || status === "Created") return "pending";
  if (status === "WaitingInAction") {
    return reasonId === 1651 && (item.autoApproveDate ?? 0) - nowMs >= DAY_MS ? "pending" : "open";
  }
  if (action === "approve") return APPROVED.includes(status) ? "done" : "refused";
  return ISSUED.includes(status) || (reasonId === 2101 && status === "Accepted") ? "done" : "refused";
}

async function readAll(ask, nowMs) {
  const items = new Map();
  for (let endDate = nowMs; endDate > nowMs - SPAN_MS; endDate -= WINDOW_MS) {
    const startDate = Math.max(endDate - WINDOW_MS, nowMs - SPAN_MS);
    const claims = await readAtRest(() => readWindow(ask, { startDate, endDate }));
    for (const { claimId, orderNumber, lastModifiedDate, items: lines } of claims)
      for (const { orderLine, claimItems } of lines)
        for (const item of claimItems)
          items.set(item.id, { ...item, claimId, orderNumber, lastModifiedDate, barcode: orderLine.barcode });
  }
  return items;
}

async function readWindow(ask, dates) {
  const page = (number) => ask("/order/sellers/{seller}/claims", { ...dates, page: number, size: SIZE });
  const pages = [await page(0)];
  while (pages.length * SIZE < pages[0].total) pages.push(await page(pages.length));
  return gather(pages, "id");
}

const claims = (store) =>
  (store.items ?? []).map(({ id, claimId, orderNumber, barcode, lastModifiedDate, claimItemStatus }) => ({
    claimItemId: id,
    claimId,
    orderNumber,
    barcode,
    status: claimItemStatus.name,
    lastModifiedDate,
    ...(store.states?.[id] ? { state: store.states[id] } : {}),
  }));

await main({ pull, keeps: "states", exports: { claims }, right: RIGHT }, BROKEN);
