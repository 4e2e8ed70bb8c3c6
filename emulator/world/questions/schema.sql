-- What customers ask about contents. `facts` is what no column holds, as JSON: texts, answers, what was on the page.
CREATE TABLE question (
    id BIGINT PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL,
    content_id BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    updated_ms BIGINT NOT NULL,
    facts BYTEA NOT NULL
);
CREATE INDEX question_by_time ON question (seller_id, storefront, created_ms, id);
CREATE INDEX question_by_change ON question (seller_id, storefront, updated_ms, id);
