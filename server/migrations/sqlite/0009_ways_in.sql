-- What a person comes in with beside a password.

-- A second step by an application that shows codes (RFC 6238). The secret is readable: both sides reckon the code from it.
CREATE TABLE second_step (
    account      TEXT PRIMARY KEY REFERENCES account (id),
    secret       BLOB NOT NULL,
    salt         BLOB NOT NULL,             -- of this person's recovery codes
    confirmed_at INTEGER,                   -- none: shown, and not confirmed by a first code yet
    last_step    INTEGER NOT NULL DEFAULT 0 -- of the last code that was taken: none counts twice
) STRICT, WITHOUT ROWID;

-- What lets in without the application, once each.
CREATE TABLE recovery_code (
    account TEXT NOT NULL REFERENCES account (id),
    hash    BLOB NOT NULL,                  -- argon2id of the code, salted as second_step says
    PRIMARY KEY (account, hash)
) STRICT, WITHOUT ROWID;

-- An account of elsewhere (OpenID Connect) that somebody comes in with.
CREATE TABLE identity (
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,                -- the issuer's lasting name for this person
    account   TEXT NOT NULL REFERENCES account (id),
    linked_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_by_account ON identity (account);

-- One that is proved, and waits until its person confirms with a password that an account here is theirs.
CREATE TABLE identity_waiting (
    token      BLOB PRIMARY KEY,            -- SHA-256 of what the browser's cookie carries
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    account    TEXT NOT NULL REFERENCES account (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_waiting_by_account ON identity_waiting (account);
