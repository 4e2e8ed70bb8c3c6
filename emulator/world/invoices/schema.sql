-- The invoice of a package as it was sent last: by link, or as a file, of which the digest is kept.
CREATE TABLE invoice (
    package_id BIGINT PRIMARY KEY,
    seller_id BIGINT NOT NULL,
    link TEXT NOT NULL,
    invoice_number TEXT NOT NULL,
    dated_ms BIGINT,
    digest TEXT NOT NULL,
    sent_no BIGINT NOT NULL,
    sent_ms BIGINT NOT NULL
);
CREATE INDEX invoice_by_link ON invoice (seller_id, link);
CREATE INDEX invoice_by_number ON invoice (seller_id, invoice_number);

-- The warranty of a line of a package, of which the digest is kept.
CREATE TABLE warranty_document (
    package_id BIGINT NOT NULL,
    line_id BIGINT NOT NULL,
    digest TEXT NOT NULL,
    sent_ms BIGINT NOT NULL,
    PRIMARY KEY (package_id, line_id)
);
