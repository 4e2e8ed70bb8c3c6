// Broken clients: each replaces one thing of the right one.

export const BROKEN = {
  // Whoever sends one unit back sends them all back.
  "whole-claim": { idsOf: (item, items) => [...items.values()].filter((one) => one.claimId === item.claimId).map((one) => one.id) },

  // No reason needs a file.
  "without-file": { needsFile: () => false },
};
