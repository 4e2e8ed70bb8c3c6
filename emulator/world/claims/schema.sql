-- What customers send back. `facts` is the claim as JSON without its columns; `document` the claim as the seller's
-- services list it. An item stands here again where claims are filtered by it or it is looked for by itself; `unit_id`
-- is the unit of the package that comes back.
CREATE TABLE claim (
    id TEXT PRIMARY KEY,
    claim_no BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    order_number TEXT NOT NULL,
    package_id BIGINT NOT NULL,
    return_package_id BIGINT NOT NULL,
    claimed_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    facts BYTEA NOT NULL,
    document BYTEA NOT NULL
);
CREATE INDEX claim_by_change ON claim (seller_id, storefront, updated_ms, claim_no);
CREATE INDEX claim_by_date ON claim (seller_id, storefront, claimed_ms);
CREATE INDEX claim_of_package ON claim (package_id);
CREATE INDEX claim_of_return_package ON claim (return_package_id);

CREATE TABLE claim_item (
    id TEXT PRIMARY KEY,
    claim_id TEXT NOT NULL,
    unit_id BIGINT NOT NULL,
    status TEXT NOT NULL
);
CREATE INDEX claim_item_of_claim ON claim_item (claim_id, status);
