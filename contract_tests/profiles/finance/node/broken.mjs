// The broken variants: what each of them replaces in the right client.

const MONTH_MS = 30 * 86_400_000;
const EMPTY = { total: 0, rows: [] };

export const BROKEN = {
  // Skips what was refused with 429, and exits 0.
  "drops-429": {
    patience: 0,
    refused: (problem) => {
      if (problem.status !== 429) throw problem;
      return EMPTY;
    },
  },

  // Adds money up as JavaScript adds numbers.
  "float-money": {
    sum: (amounts) => amounts.reduce((sum, amount) => sum + amount, 0),
  },

  // Takes both rows of a correction for money.
  "pairs-counted-twice": {
    corrected: (row) => row.credit - row.debt,
  },

  // Asks for a month at once.
  "windows-of-a-month": {
    *windows(from, to) {
      for (let start = from; start < to; start += MONTH_MS) yield [start, Math.min(start + MONTH_MS, to)];
    },
  },
};
