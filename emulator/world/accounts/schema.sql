-- Who may use the PazarSync API, and what its accounts see as their products: each variant of a linked listing, and
-- what was created here (no barcode). `name_key`, `name_order` and `sku_key` are what search and sorting compare;
-- `rest` is the ready JSON of what only the detail tells.
CREATE TABLE api_client (
    id TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    plan TEXT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL
);

CREATE TABLE goods (
    goods_no INTEGER PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    number BIGINT NOT NULL,
    content_id BIGINT,
    barcode TEXT,
    sku TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    quantity BIGINT NOT NULL,
    price BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    name_key TEXT NOT NULL,
    name_order TEXT NOT NULL,
    sku_key TEXT NOT NULL,
    rest BLOB NOT NULL,
    UNIQUE (seller_id, storefront, number),
    UNIQUE (seller_id, storefront, sku)
);
CREATE INDEX goods_by_age ON goods (seller_id, storefront, created_ms, number);
CREATE INDEX goods_of_content ON goods (seller_id, storefront, content_id);
