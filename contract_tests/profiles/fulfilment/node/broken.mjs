// Broken clients: each replaces one thing of the right one.

const OVER = ["Cancelled", "UnSupplied", "UnPacked"];

export const BROKEN = {
  // An order is one package.
  "first-package": { live: (packages) => packages.filter((row) => !OVER.includes(row.status)).slice(0, 1) },

  // What has no answer is done.
  "lost-is-done": {
    stateAfter: (problem) => {
      if (problem.lost) return "done";
      throw problem;
    },
  },

  // Reads JSON as JavaScript does, whose numbers hold 53 bits: what it writes goes to another package.
  "53-bit-packages": { parse: JSON.parse },
};
