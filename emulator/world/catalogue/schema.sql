-- What sellers offer, a row for each content of a listing (a seller's storefront) and for each of its variants.
CREATE TABLE content (
    row_id INTEGER PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    content_id BIGINT NOT NULL,
    product_main_id TEXT NOT NULL,
    brand_id BIGINT NOT NULL,
    listed_ms BIGINT NOT NULL,
    modified_ms BIGINT NOT NULL,
    UNIQUE (seller_id, storefront, content_id)
);
CREATE INDEX content_by_main_id ON content (seller_id, storefront, product_main_id);
CREATE INDEX content_by_brand ON content (seller_id, storefront, brand_id);
CREATE INDEX content_by_age ON content (seller_id, storefront, listed_ms, content_id);
CREATE INDEX content_by_change ON content (seller_id, storefront, modified_ms);

-- `body` is the variant told by itself; NULL where no edition does so.
CREATE TABLE variant (
    variant_no INTEGER PRIMARY KEY,
    row_id BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    variant_id BIGINT NOT NULL,
    barcode TEXT NOT NULL,
    stock_code TEXT NOT NULL,
    origin TEXT,
    created_ms BIGINT NOT NULL,
    modified_ms BIGINT NOT NULL,
    on_sale INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    blacklisted INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    body BLOB,
    base BLOB NOT NULL
);
CREATE INDEX variant_of_content ON variant (row_id);
CREATE INDEX variant_by_id ON variant (seller_id, storefront, variant_id);
CREATE INDEX variant_by_barcode ON variant (seller_id, storefront, barcode);
CREATE INDEX variant_by_stock_code ON variant (seller_id, storefront, stock_code);
CREATE INDEX variant_by_age ON variant (seller_id, storefront, created_ms);
CREATE INDEX variant_by_change ON variant (seller_id, storefront, modified_ms);

-- Four bodies a content, at row_id * 4 + form: first language, local language, stock and price, the value itself.
CREATE TABLE content_body (
    body_id INTEGER PRIMARY KEY,
    body BLOB NOT NULL
);
