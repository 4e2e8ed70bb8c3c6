-- Webhooks of sellers, the packages that they are to hear of, the calls that wait and the attempts so far.
CREATE TABLE webhook (
    id TEXT PRIMARY KEY,
    webhook_no BIGINT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    status TEXT NOT NULL,
    facts BYTEA NOT NULL,
    created_ms BIGINT NOT NULL,
    modified_ms BIGINT
);

CREATE TABLE webhook_event (
    id BIGINT PRIMARY KEY,
    package_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE TABLE webhook_delivery (
    id BIGINT PRIMARY KEY,
    event_id BIGINT NOT NULL,
    webhook_id TEXT NOT NULL,
    package_id BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    trouble TEXT
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (due_ms, id);
CREATE INDEX webhook_delivery_order ON webhook_delivery (webhook_id, package_id, id);
CREATE INDEX webhook_delivery_event ON webhook_delivery (event_id);

CREATE TABLE webhook_attempt (
    id BIGINT PRIMARY KEY,
    delivery_id BIGINT,
    event_id BIGINT,
    webhook_id TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    http_status BIGINT,
    duration_ms BIGINT NOT NULL,
    note TEXT NOT NULL
);
