-- Who sells through the export centre, and in which currency Trendyol pays.
CREATE TABLE export_account (
    seller_id BIGINT PRIMARY KEY,
    currency TEXT NOT NULL
);

-- What is open for sale abroad; prices in hundredths, the attributes as JSON.
CREATE TABLE export_product (
    product_no BIGINT PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    barcode TEXT NOT NULL,
    opened_ms BIGINT NOT NULL,
    buying_price BIGINT NOT NULL,
    rrp BIGINT,
    priced_ms BIGINT NOT NULL,
    stock BIGINT NOT NULL,
    gtip TEXT,
    origin TEXT NOT NULL,
    category_id BIGINT NOT NULL,
    attributes BYTEA NOT NULL
);
CREATE INDEX export_product_by_barcode ON export_product (seller_id, barcode);
CREATE INDEX export_product_by_opening ON export_product (seller_id, opened_ms, product_no);

-- What Trendyol buys of a seller in a day.
CREATE TABLE export_package (
    package_no BIGINT PRIMARY KEY,
    package_id TEXT NOT NULL,
    seller_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    boutique_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    approved_ms BIGINT,
    modified_ms BIGINT NOT NULL,
    tracking_number BIGINT,
    cargo_code TEXT
);
CREATE INDEX export_package_by_seller ON export_package (seller_id, created_ms);

-- How many of a product a package holds, by how far they have come.
CREATE TABLE export_item (
    item_no BIGINT PRIMARY KEY,
    package_no BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    item_id TEXT NOT NULL,
    barcode TEXT NOT NULL,
    name TEXT NOT NULL,
    seller_barcode TEXT NOT NULL,
    unit_price BIGINT NOT NULL,
    units_new BIGINT NOT NULL,
    units_pending BIGINT NOT NULL,
    units_completed BIGINT NOT NULL,
    units_unsupplied BIGINT NOT NULL,
    units_cancelled BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    modified_ms BIGINT NOT NULL
);
CREATE INDEX export_item_by_package ON export_item (package_no);
CREATE INDEX export_item_by_seller ON export_item (seller_id, created_ms);
