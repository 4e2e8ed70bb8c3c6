// The current account in Node: windows of 15 days, every documented type; no packages.
//   node client.mjs [--broken=NAME] sync | export KIND | reset

import { PATIENT } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { gather, readAtRest } from "../../../clients/node/paging.mjs";
import { BROKEN } from "./broken.mjs";

const DAY_MS = 86_400_000;
const SPAN_MS = 75 * DAY_MS;
const WINDOW_MS = 15 * DAY_MS;
const SIZE = 1000;
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

const DISCOUNTS = ["İndirim", "İndirim İptal", "Kupon", "Kupon İptal"];
const earned = (row) => (row.credit ? 1 : -1) * (row.sellerRevenue ?? 0);

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,

  // Of a pair of corrections one row moves the revenue, the other has none.
  corrected: earned,

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

async function pull({ ask, store, client, nowMs, edition }) {
  const lists = {};
  for (const [kind, types] of Object.entries(TYPES[edition])) {
    const queries =
      edition === "int"
        ? types.map((transactionType) => ({ transactionType }))
        : [{ transactionTypes: types.join(",") }];
    for (const [startDate, endDate] of client.windows(nowMs - SPAN_MS, nowMs)) {
      for (const query of queries) {
        const rows = await readAtRest(() => readWindow(ask, kind, { ...query, startDate, endDate }));
        for (const row of rows) (lists[kind] ??= {})[row.id] = row;
      }
    }
  }
  for (const [kind, rows] of Object.entries(lists)) store[kind] = { ...store[kind], ...rows };
  store.from = nowMs - SPAN_MS;
}

async function readWindow(ask, kind, query) {
  const pages = [];
  do {
    pages.push(await ask(`/finance/che/sellers/{seller}/${kind}`, { ...query, page: pages.length, size: SIZE }));
  } while (pages.length * SIZE < pages.at(-1).total);
  return gather(pages, "id");
}

const rowsOfTheSpan = (store, kind) =>
  Object.values(store[kind] ?? {}).filter((row) => row.transactionDate >= (store.from ?? 0));
const entries = (kind) => (store) =>
  rowsOfTheSpan(store, kind).map((row) => Object.fromEntries(ENTRY.map((name) => [name, row[name] ?? null])));

function totals(store, client) {
  const orders = new Map();
  for (const row of rowsOfTheSpan(store, "settlements")) {
    const order = row.paymentOrderId ?? null;
    orders.set(order, [...(orders.get(order) ?? []), row]);
  }
  return [...orders].map(([paymentOrderId, rows]) => ({
    paymentOrderId,
    net: client.sum(rows.map(earned)),
    discounts: client.sum(
      rows.filter((row) => DISCOUNTS.includes(row.transactionType)).map((row) => row.debt - row.credit),
    ),
    corrections: client.sum(rows.filter((row) => row.transactionType.includes("Düzeltme")).map(client.corrected)),
  }));
}

const exports = {
  settlements: entries("settlements"),
  otherfinancials: entries("otherfinancials"),
  totals,
};
await main({ pull, exports, right: RIGHT }, BROKEN);
