-- Passkeys: what somebody comes in with that no one can type, and the ceremonies that are under way.
CREATE TABLE passkey (
    id      BYTEA PRIMARY KEY,      -- as the authenticator named it
    account TEXT NOT NULL REFERENCES account (id),
    name    TEXT NOT NULL,          -- as its person calls it
    body    TEXT NOT NULL,          -- JSON: the public key, how often it was used; opens nothing
    made_at BIGINT NOT NULL,
    used_at BIGINT                  -- null: never yet
);
CREATE INDEX passkey_by_account ON passkey (account);

CREATE TABLE passkey_ceremony (
    token      BYTEA PRIMARY KEY,   -- SHA-256 of what the browser's cookie carries
    account    TEXT REFERENCES account (id), -- who makes a key; null: somebody comes in
    body       TEXT NOT NULL,       -- JSON: the challenge, and what its answer is checked against
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremony_by_account ON passkey_ceremony (account);
CREATE INDEX passkey_ceremony_by_end ON passkey_ceremony (expires_at);
