// The broken variants: what each of them replaces in the right client.

const done = (row) => Object.assign(row, { batch: null, unclear: false, created: row.write === "create" });

export const BROKEN = {
  // Takes the 200 of a write for done.
  "never-reads-results": { follow: async (_run, _batch, rows) => rows.forEach(done) },

  // Takes every item of a finished batch for done.
  "takes-a-finished-batch-for-done": { isDone: () => true },

  // Takes what was rejected for what waits.
  "waits-for-rejected": { unapprovedState: () => "pending" },

  // Files a product under the node above its leaf.
  "branch-category": { filedUnder: (nodes) => nodes.at(-2) },

  // Takes the first value of an attribute.
  "names-for-numbers": { valueId: (values) => values[0]?.attributeValueId },
};
