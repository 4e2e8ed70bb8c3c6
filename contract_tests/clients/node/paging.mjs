// Pages become rows: once each, complete, or not at all.

const ATTEMPTS = 3;

export class Moved extends Error {}

export async function readAtRest(read) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await read();
    } catch (moved) {
      if (!(moved instanceof Moved) || attempt === ATTEMPTS) throw moved;
    }
  }
}

export function gather(pages, key) {
  const rows = new Map(pages.flatMap((page) => page.rows).map((row) => [String(row[key]), row]));
  if (pages.some((page) => page.total !== rows.size)) throw new Moved("the pages do not fit together");
  return [...rows.values()];
}
