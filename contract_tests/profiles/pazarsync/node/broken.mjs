// Broken clients: each replaces one thing of the right one.

export const BROKEN = {
  // fetch() has `ok`, so what came with it is.
  "ok-is-done": { failedSkus: () => [] },
};
