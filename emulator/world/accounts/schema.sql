-- Who sells, who buys through the cross-dock gateway, and who may use the PazarSync API.
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

CREATE TABLE buyer (
    code TEXT PRIMARY KEY,
    user_name TEXT NOT NULL UNIQUE,
    password TEXT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL
);

CREATE TABLE api_client (
    id TEXT PRIMARY KEY,
    secret TEXT NOT NULL,
    plan TEXT NOT NULL,
    seller_id BIGINT NOT NULL,
    storefront TEXT NOT NULL
);

-- The addresses that sellers have allowed themselves to call from, and when each was added.
CREATE TABLE allowed_address (
    seller_id BIGINT NOT NULL,
    address TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (seller_id, address)
);
CREATE TABLE address_addition (
    seller_id BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
);
CREATE INDEX address_addition_by_seller ON address_addition (seller_id, at_ms);
