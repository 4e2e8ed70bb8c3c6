-- What was ordered, on whichever marketplace, and what of it travels together. `facts` is what no column holds, as
-- JSON; `document` the package as the seller's services list it, NULL where it was ordered elsewhere, empty where
-- whoever reads it draws it; `summary` the row of the order list of PazarSync in the package that speaks for its order,
-- NULL where no account looks after it.
CREATE TABLE customer_order (
    id BIGINT PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    order_number TEXT NOT NULL,
    placed_ms BIGINT NOT NULL,
    facts BYTEA NOT NULL,
    UNIQUE (marketplace, order_number)
);

-- Who may order on a storefront, from the time the world was seeded.
CREATE TABLE customer (
    storefront TEXT NOT NULL,
    customer_no BIGINT NOT NULL,
    facts BYTEA NOT NULL,
    PRIMARY KEY (storefront, customer_no)
);

-- Columns of the order stand here again where packages are filtered and sorted by them.
CREATE TABLE package (
    id BIGINT PRIMARY KEY,
    order_id BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    order_number TEXT NOT NULL,
    status TEXT NOT NULL,
    placed_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    cargo_number BIGINT NOT NULL,
    facts BYTEA NOT NULL,
    document BYTEA,
    summary BYTEA
);
CREATE INDEX package_of_order ON package (order_id);
CREATE INDEX package_by_time ON package (seller_id, storefront, placed_ms, order_id);
CREATE INDEX package_by_status ON package (seller_id, storefront, status, placed_ms, order_id);
CREATE INDEX package_by_number ON package (seller_id, storefront, order_number);
CREATE INDEX package_by_change ON package (seller_id, storefront, marketplace, updated_ms, id);
CREATE INDEX package_by_change_of_status ON package (seller_id, storefront, marketplace, status, updated_ms, id);
CREATE INDEX package_by_cargo_number ON package (cargo_number);
