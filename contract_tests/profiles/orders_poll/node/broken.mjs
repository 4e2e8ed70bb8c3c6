// The broken variants: what each of them replaces in the right client.

const EMPTY = { total: 0, rows: [] };

export const BROKEN = {
  // Skips what was refused with 429, and exits 0.
  "skips-429": {
    patience: 0,
    refused: (problem) => {
      if (problem.status !== 429) throw problem;
      return EMPTY;
    },
  },

  // Keeps one package of an order.
  "by-order-number": { key: "orderNumber" },
};
