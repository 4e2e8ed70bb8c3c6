// The broken variants: what each of them replaces in the right client.

export const BROKEN = {
  // Reads the list in its first run alone.
  "trusts-calls": { reads: (store) => store.from === undefined },

  // Takes calls without looking at the key.
  "any-caller": { knows: () => true },

  // Holds what came last, older or not.
  "last-call-wins": { isNewer: () => true },
};
