// JSON whose numbers keep all their digits: ids have 64 bits, a number of JavaScript holds 53. A long one is a BigInt.

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LONG = /^-?\d{16,}$/;
// What a long number begins with while it is a text.
const MARK = "\u0001";
const MARKED = /"\\u0001(-?\d+)"/g;

export const parse = (text) =>
  JSON.parse(
    text.replace(TOKEN, (token) => (LONG.test(token) ? `"\\u0001${token}"` : token)),
    (_, value) => (typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(1)) : value),
  );

export const stringify = (value) =>
  JSON.stringify(value, (_, each) => (typeof each === "bigint" ? `${MARK}${each}` : each)).replace(MARKED, "$1");
