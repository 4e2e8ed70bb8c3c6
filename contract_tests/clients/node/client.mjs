// A right client in Node, for the profiles catalog-pull and finance; no packages.
//   node client.mjs [--broken=NAME] PROFILE sync | PROFILE export KIND | PROFILE reset

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { BROKEN } from "./broken.mjs";
import { api, Problem, unlessRefused } from "./api.mjs";

const DAY_MS = 86_400_000;
const SPAN_MS = 75 * DAY_MS;
const WINDOW_MS = 15 * DAY_MS;
const ATTEMPTS = 3;
const SIZE = { "catalog-pull": 100, finance: 1000 };
const TYPES = {
  int: {
    settlements: ["Sale", "Return"],
    otherfinancials: ["PaymentOrder", "DeductionInvoices", "CreditNote", "CommissionInvocie"],
  },
  tr: {
    settlements: [
      "Sale", "Return", "Discount", "DiscountCancel", "Coupon", "CouponCancel", "ProvisionPositive",
      "ProvisionNegative", "ManualRefund", "ManualRefundCancel", "TyDiscount", "TyDiscountCancel", "TyCoupon",
      "TyCouponCancel", "SellerRevenuePositive", "SellerRevenueNegative", "CommissionPositive",
      "CommissionNegative", "SellerRevenuePositiveCancel", "SellerRevenueNegativeCancel",
      "CommissionPositiveCancel", "CommissionNegativeCancel", "DeliveryFee", "DeliveryFeeCancel", "PayByLink",
    ],
    otherfinancials: [
      "CashAdvance", "WireTransfer", "IncomingTransfer", "ReturnInvoice", "CommissionAgreementInvoice",
      "PaymentOrder", "DeductionInvoices", "FinancialItem", "Stoppage",
    ],
  },
};
const ENTRY = [
  "id", "transactionType", "transactionDate", "orderNumber", "barcode", "debt", "credit", "commissionAmount",
  "sellerRevenue", "paymentOrderId", "paymentDate",
];

class Moved extends Error {}

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  patience: 9,
  refused: (problem) => {
    throw problem;
  },

  // From page to page by token: what comes or goes meanwhile draws no content past the reader.
  async walk(ask) {
    return atRest(async () => {
      const pages = [await ask({ page: 0 })];
      for (let last = pages[0]; last.token && last.rows.length; pages.push(last)) {
        last = await unlessRefused(400, ask({ nextPageToken: last.token }), new Moved("the token is refused"));
      }
      return gathered(pages, "contentId");
    });
  },

  // Windows share their edges, so that no instant falls between two.
  *windows(from, to) {
    for (let start = from; start < to; start += WINDOW_MS) yield [start, Math.min(start + WINDOW_MS, to)];
  },

  // Money in whole ten-thousandths: a number of JavaScript cannot hold every cent of a sum.
  sum(amounts) {
    const whole = amounts.reduce((sum, amount) => sum + BigInt(Math.round(amount * 10_000)), 0n);
    const digits = String(whole < 0n ? -whole : whole).padStart(5, "0");
    return `${whole < 0n ? "-" : ""}${digits.slice(0, -4)}.${digits.slice(-4)}`;
  },
};

async function atRest(read) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (moved) {
      if (!(moved instanceof Moved) || attempt === ATTEMPTS) throw moved;
    }
  }
}

function gathered(pages, key) {
  const rows = new Map(pages.flatMap((page) => page.rows).map((row) => [String(row[key]), row]));
  if (pages.some((page) => page.total !== rows.size)) throw new Moved("the pages do not fit together");
  return [...rows.values()];
}

async function pullCatalogue({ ask, store, client }) {
  const path = "/product/sellers/{seller}/products/approved";
  const size = SIZE["catalog-pull"];
  const rows = await client.walk((where) => ask(path, { size, ...where }));
  store.products = Object.fromEntries(rows.map((row) => [row.contentId, row]));
}

async function pullFinance({ ask, store, client, nowMs, edition }) {
  const found = {};
  for (const [kind, types] of Object.entries(TYPES[edition])) {
    const asked =
      edition === "int"
        ? types.map((transactionType) => ({ transactionType }))
        : [{ transactionTypes: types.join(",") }];
    for (const [startDate, endDate] of client.windows(nowMs - SPAN_MS, nowMs)) {
      for (const type of asked) {
        const rows = await atRest(() => window(ask, kind, { ...type, startDate, endDate }));
        for (const row of rows) (found[kind] ??= {})[row.id] = row;
      }
    }
  }
  for (const [kind, rows] of Object.entries(found)) store[kind] = { ...store[kind], ...rows };
  store.from = nowMs - SPAN_MS;
}

async function window(ask, kind, question) {
  const pages = [];
  const size = SIZE.finance;
  do {
    pages.push(await ask(`/finance/che/sellers/{seller}/${kind}`, { ...question, page: pages.length, size }));
  } while (pages.length * size < pages.at(-1).total);
  return gathered(pages, "id");
}

const ofTheSpan = (store, kind) =>
  Object.values(store[kind] ?? {}).filter((row) => row.transactionDate >= (store.from ?? 0));
const entries = (kind) => (store) =>
  ofTheSpan(store, kind).map((row) => Object.fromEntries(ENTRY.map((name) => [name, row[name] ?? null])));

const EXPORTS = {
  products: (store) =>
    Object.values(store.products ?? {}).flatMap((content) =>
      content.variants.map((variant) => ({
        barcode: variant.barcode,
        contentId: content.contentId,
        productMainId: content.productMainId,
        stockCode: variant.stockCode,
        quantity: variant.stock.quantity,
        salePrice: variant.price.salePrice,
        listPrice: variant.price.listPrice,
        title: content.title,
        archived: variant.archived,
      })),
    ),
  settlements: entries("settlements"),
  otherfinancials: entries("otherfinancials"),
  totals(store, client) {
    const earned = new Map();
    for (const row of ofTheSpan(store, "settlements")) {
      const order = row.paymentOrderId ?? null;
      const amount = (row.credit ? 1 : -1) * (row.sellerRevenue ?? 0);
      earned.set(order, [...(earned.get(order) ?? []), amount]);
    }
    return [...earned].map(([paymentOrderId, amounts]) => ({ paymentOrderId, net: client.sum(amounts) }));
  },
};
const PROFILES = {
  "catalog-pull": { pull: pullCatalogue, kinds: ["products"] },
  finance: { pull: pullFinance, kinds: ["settlements", "otherfinancials", "totals"] },
};

const held = (file) => (file && existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {});
const keep = (file, store) => file && writeFileSync(file, JSON.stringify(store));

async function main(words, environment) {
  const broken = words[0]?.startsWith("--broken=") ? words.shift().slice("--broken=".length) : null;
  const [profile, verb, kind] = words;
  if (!PROFILES[profile] || (broken && !BROKEN[broken])) throw new Problem("usage: [--broken=NAME] PROFILE VERB");
  const client = { ...RIGHT, ...BROKEN[broken] };
  const file = environment.CLIENT_STORE;
  const store = held(file);
  if (verb === "reset") return file && rmSync(file, { force: true });
  if (verb === "export") {
    const rows = PROFILES[profile].kinds.includes(kind) ? EXPORTS[kind](store, client) : [];
    return writeFileSync(1, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  }
  if (verb !== "sync") throw new Problem(`no such verb: ${verb}`);
  const edition = ["", "TR"].includes(environment.TRENDYOL_STOREFRONT ?? "") ? "tr" : "int";
  const nowMs = Number(environment.TRENDYOL_NOW_MS ?? Date.now());
  store.sent ??= {};
  // When requests went out is kept even of a run that fails, for the next one has to keep the pace.
  try {
    const ask = api(environment, edition, store.sent, client);
    await PROFILES[profile].pull({ ask, store, client, nowMs, edition });
  } catch (problem) {
    keep(file, { ...held(file), sent: store.sent });
    throw problem;
  }
  keep(file, store);
}

try {
  await main(process.argv.slice(2), process.env);
} catch (problem) {
  if (!(problem instanceof Problem || problem instanceof Moved)) throw problem;
  console.error(problem.message);
  process.exitCode = 1;
}
