-- What sellers earn, owe and are paid. Amounts are whole ten-thousandths of the currency, rates whole hundredths
-- of a percent; `body` is the documented JSON, drawn when a row changes.
CREATE TABLE ledger_entry (
    entry_no INTEGER PRIMARY KEY,
    id TEXT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    ledger TEXT NOT NULL,
    type TEXT NOT NULL,
    sub_type TEXT,
    transaction_at_ms BIGINT NOT NULL,
    due_at_ms BIGINT NOT NULL,
    payment_at_ms BIGINT,
    payment_order_id BIGINT,
    debt_e4 BIGINT NOT NULL,
    credit_e4 BIGINT NOT NULL,
    net_e4 BIGINT NOT NULL,
    barcode TEXT,
    receipt_id BIGINT,
    payment_period INTEGER,
    commission_rate_e2 INTEGER,
    commission_e4 BIGINT,
    commission_invoice TEXT,
    revenue_e4 BIGINT,
    order_number TEXT,
    order_at_ms BIGINT,
    shipment_package_id BIGINT,
    body BLOB NOT NULL
);
-- The type comes last: a page of one type and a page of several walk the same index in the order they are shown.
CREATE INDEX ledger_entry_by_time
    ON ledger_entry (seller_id, storefront, ledger, transaction_at_ms DESC, entry_no DESC, type);
CREATE INDEX ledger_entry_by_payment_day
    ON ledger_entry (seller_id, storefront, ledger, payment_at_ms);
CREATE INDEX ledger_entry_by_payment_order
    ON ledger_entry (payment_order_id, seller_id) WHERE payment_order_id IS NOT NULL;
CREATE INDEX ledger_entry_unpaid
    ON ledger_entry (due_at_ms, seller_id, storefront, net_e4) WHERE payment_order_id IS NULL;

CREATE TABLE payment_order (
    id BIGINT PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    amount_e4 BIGINT NOT NULL,
    payout_at_ms BIGINT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX payment_order_by_seller ON payment_order (seller_id, storefront, id);

CREATE TABLE cargo_item (
    item_no BIGINT PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    invoice_serial TEXT NOT NULL,
    direction TEXT NOT NULL,
    parcel_id BIGINT NOT NULL,
    order_number TEXT NOT NULL,
    amount_e4 BIGINT NOT NULL,
    desi INTEGER NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX cargo_item_by_invoice ON cargo_item (seller_id, invoice_serial, item_no);
