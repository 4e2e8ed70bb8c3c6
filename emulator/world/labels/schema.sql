-- The label of a package, once the seller has asked for one.
CREATE TABLE common_label (
    package_id BIGINT PRIMARY KEY,
    box_count BIGINT NOT NULL,
    created_ms BIGINT NOT NULL
);
