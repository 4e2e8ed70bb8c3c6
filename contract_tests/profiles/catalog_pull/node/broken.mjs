// The broken variants: what each of them replaces in the right client.

export const BROKEN = {
  // Takes the first page for the whole catalogue.
  "first-page-only": { walk: async (ask) => (await ask({ page: 0 })).rows },
};
