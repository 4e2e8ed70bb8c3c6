-- What sellers have sent to be done later: the items as JSON, and once they are done the
-- failures by item, and what its applier notes of the others.
CREATE TABLE batch (
    batch_no BIGINT PRIMARY KEY,
    batch_id TEXT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    kind TEXT NOT NULL,
    items BYTEA NOT NULL,
    item_count BIGINT NOT NULL,
    digest TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    due_ms BIGINT NOT NULL,
    completed_ms BIGINT,
    failures BYTEA,
    effects BYTEA
);
CREATE INDEX batch_by_id ON batch (seller_id, batch_id);
CREATE INDEX batch_by_digest ON batch (seller_id, digest);
CREATE INDEX batch_by_due ON batch (seller_id, due_ms);
CREATE INDEX batch_waiting ON batch (seller_id, due_ms) WHERE completed_ms IS NULL;
