-- The cross-dock gateway: what was asked for and reserved, and what each cut-off made of it.
-- One order cycle of one buyer: open until `closed_ms` is known.
CREATE TABLE purchase_batch (
    batch_id BIGINT PRIMARY KEY,
    buyer_code TEXT NOT NULL,
    opened_ms BIGINT NOT NULL,
    closed_ms BIGINT
);
CREATE INDEX purchase_batch_open ON purchase_batch (buyer_code) WHERE closed_ms IS NULL;

CREATE TABLE purchase (
    request_number TEXT PRIMARY KEY,
    buyer_code TEXT NOT NULL,
    batch_id BIGINT NOT NULL,
    vendor_ref TEXT,
    address_title TEXT,
    package_type TEXT,
    created_ms BIGINT NOT NULL
);
CREATE INDEX purchase_of_batch ON purchase (batch_id);
CREATE INDEX purchase_by_time ON purchase (buyer_code, created_ms);

-- Pieces in stock went down by `reserved` and came back by `cancelled`.
CREATE TABLE purchase_line (
    request_number TEXT NOT NULL,
    barcode TEXT NOT NULL,
    requested BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    cancelled BIGINT NOT NULL,
    PRIMARY KEY (request_number, barcode)
);

CREATE TABLE b2b_package (
    package_id BIGINT PRIMARY KEY,
    batch_id BIGINT NOT NULL,
    warehouse_id BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);
CREATE TABLE b2b_package_line (
    request_number TEXT NOT NULL,
    barcode TEXT NOT NULL,
    package_id BIGINT NOT NULL,
    PRIMARY KEY (request_number, barcode)
);
