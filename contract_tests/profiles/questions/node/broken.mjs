// Broken clients: each replaces one thing of the right one.

export const BROKEN = {
  // A month at once.
  "thirty-days": { windowMs: 30 * 86_400_000 },

  // Whatever is not answered can be answered, and what was rejected can be sent again.
  "rejected-again": {
    stateOf: (row, text) => {
      if (!row) return "pending";
      if (["WAITING_FOR_APPROVE", "ANSWERED"].includes(row.status)) return row.answer?.text === text ? "done" : "refused";
      return row.status === "WAITING_FOR_ANSWER" ? "open" : "refused";
    },
  },
};
