// The approved catalogue in Node: from page to page by token; no packages.
//   node client.mjs [--broken=NAME] sync | export products | reset

import { PATIENT, unlessRefused } from "../../../clients/node/api.mjs";
import { main } from "../../../clients/node/main.mjs";
import { gather, Moved, readAtRest } from "../../../clients/node/paging.mjs";
import { BROKEN } from "./broken.mjs";

const SIZE = 100;
const PATH = "/product/sellers/{seller}/products/approved";

// What a client does its own way; a broken one replaces some of it.
const RIGHT = {
  ...PATIENT,

  // From page to page by token: what comes or goes meanwhile draws no content past the reader.
  async walk(ask) {
    return readAtRest(async () => {
      const pages = [await ask({ page: 0 })];
      for (let last = pages[0]; last.token && last.rows.length; pages.push(last)) {
        last = await unlessRefused(400, ask({ nextPageToken: last.token }), new Moved("the token is refused"));
      }
      return gather(pages, "contentId");
    });
  },
};

async function pull({ ask, store, client }) {
  const rows = await client.walk((where) => ask(PATH, { size: SIZE, ...where }));
  store.products = Object.fromEntries(rows.map((row) => [row.contentId, row]));
}

const products = (store) =>
  Object.values(store.products ?? {}).flatMap((content) =>
    content.variants.map((variant) => ({
      barcode: variant.barcode,
      contentId: content.contentId,
      productMainId: content.productMainId,
      stockCode: variant.stockCode,
      quantity: variant.stock.quantity,
      salePrice: variant.price.salePrice,
      listPrice: variant.price.listPrice,
      title: content.title,
      archived: variant.archived,
    })),
  );

await main({ pull, exports: { products }, right: RIGHT }, BROKEN);
