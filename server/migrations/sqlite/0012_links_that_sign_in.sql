-- A link that signs in, once, for who has no patience for a password.
CREATE TABLE sign_in_link (
    token      BLOB PRIMARY KEY,       -- SHA-256 of what the link carries
    account    TEXT NOT NULL REFERENCES account (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_link_by_account ON sign_in_link (account);
