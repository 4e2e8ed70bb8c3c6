-- What every world has: its own facts, its sellers, its sequences and the work that waits for a moment.
CREATE TABLE world_meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

CREATE TABLE seller (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    edition TEXT NOT NULL,
    storefronts TEXT NOT NULL,
    api_key TEXT NOT NULL UNIQUE,
    api_secret TEXT NOT NULL,
    tier TEXT NOT NULL,
    allowed_ips TEXT NOT NULL
);

CREATE TABLE sequence (
    name TEXT PRIMARY KEY,
    value BIGINT NOT NULL
);

CREATE TABLE due (
    seq INTEGER PRIMARY KEY,
    at_ms BIGINT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL
);
CREATE INDEX due_moment ON due (at_ms, seq);
