// The broken variants: what each of them replaces in the right client.

const FIELDS = ["quantity", "salePrice", "listPrice"];

const settled = (row) => ({ ...row, set: { ...row.set, ...row.sent }, state: "pushed", batch: null });

export const BROKEN = {
  // Takes the 200 of a push for done.
  "never-reads-results": { follow: async (_run, _batch, rows) => rows.map(settled) },

  // Takes every item of a finished batch for done.
  "takes-a-finished-batch-for-done": { isDone: () => true },

  // Sends a price of 0 where only the stock has changed.
  "zero-price": {
    itemOf: (want, set) => {
      const names = FIELDS.filter((name) => name in want && Number(want[name]) !== Number(set[name]));
      const item = Object.fromEntries(names.map((name) => [name, Number(want[name])]));
      return names.length ? { salePrice: 0, listPrice: 0, ...item } : {};
    },
  },

  // Forgets what it pushed.
  "everything-again": { remembers: false },
};
