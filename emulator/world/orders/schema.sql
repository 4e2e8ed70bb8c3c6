-- What was ordered, on whichever marketplace. `facts` is the order itself; `summary` its row as the order list of
-- PazarSync tells it.
CREATE TABLE placed_order (
    id INTEGER PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    order_number TEXT NOT NULL,
    status TEXT NOT NULL,
    placed_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    facts BLOB NOT NULL,
    summary BLOB NOT NULL,
    UNIQUE (marketplace, order_number)
);
CREATE INDEX placed_order_by_time ON placed_order (seller_id, storefront, placed_ms, id);
CREATE INDEX placed_order_by_status ON placed_order (seller_id, storefront, status, placed_ms, id);
