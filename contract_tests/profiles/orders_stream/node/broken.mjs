// The broken variants: what each of them replaces in the right client.

const SECOND_MS = 1000;

export const BROKEN = {
  // Reads the first answer of a stream alone, whatever hasMore says.
  "first-answer-only": {
    pauseMs: SECOND_MS,
    hasMore: () => false,
  },

  // Reads JSON as JavaScript does, whose numbers hold 53 bits.
  "53-bit-ids": {
    pauseMs: SECOND_MS,
    parse: JSON.parse,
  },
};
