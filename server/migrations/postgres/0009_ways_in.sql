-- What a person comes in with beside a password.

-- A second step by an application that shows codes (RFC 6238). The secret is readable: both sides reckon the code from it.
CREATE TABLE second_step (
    account      TEXT PRIMARY KEY REFERENCES account (id),
    secret       BYTEA NOT NULL,
    salt         BYTEA NOT NULL,           -- of this person's recovery codes
    confirmed_at BIGINT,                   -- none: shown, and not confirmed by a first code yet
    last_step    BIGINT NOT NULL DEFAULT 0 -- of the last code that was taken: none counts twice
);

-- What lets in without the application, once each.
CREATE TABLE recovery_code (
    account TEXT NOT NULL REFERENCES account (id),
    hash    BYTEA NOT NULL,                -- argon2id of the code, salted as second_step says
    PRIMARY KEY (account, hash)
);

-- An account of elsewhere (OpenID Connect) that somebody comes in with.
CREATE TABLE identity (
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,               -- the issuer's lasting name for this person
    account   TEXT NOT NULL REFERENCES account (id),
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX identity_by_account ON identity (account);

-- One that is proved, and waits until its person confirms with a password that an account here is theirs.
CREATE TABLE identity_waiting (
    token      BYTEA PRIMARY KEY,          -- SHA-256 of what the browser's cookie carries
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    account    TEXT NOT NULL REFERENCES account (id),
    expires_at BIGINT NOT NULL
);
CREATE INDEX identity_waiting_by_account ON identity_waiting (account);
