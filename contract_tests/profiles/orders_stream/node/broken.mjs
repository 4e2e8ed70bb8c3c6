// The broken variants: what each of them replaces in the right client.

export const BROKEN = {
  // Reads the first answer of a stream alone, whatever hasMore says.
  "first-answer-only": {
    hasMore: () => false,
  },

  // Reads JSON as JavaScript does, whose numbers hold 53 bits.
  "53-bit-ids": {
    parse: JSON.parse,
  },
};
