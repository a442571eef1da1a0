-- Who comes in, with which device, by whose invitation, and a journal of it that nobody can rewrite unseen.

-- A tablet or a phone that somebody answers for. Revoked, it stays known: it must be told when it comes back.
CREATE TABLE device (
    id         TEXT PRIMARY KEY,
    hub        TEXT NOT NULL REFERENCES hub (id),
    site       TEXT REFERENCES site (id),
    producer   TEXT REFERENCES producer (id),
    name       TEXT NOT NULL,
    paired_by  TEXT NOT NULL REFERENCES account (id),
    paired_at  INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    pending    INTEGER NOT NULL DEFAULT 0,
    build      TEXT NOT NULL DEFAULT '',
    revoked_at INTEGER,
    CHECK ((site IS NULL) <> (producer IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX device_by_hub ON device (hub, site, producer);

ALTER TABLE session ADD COLUMN device TEXT REFERENCES device (id);

CREATE TABLE pairing (
    code       BLOB PRIMARY KEY,       -- SHA-256 of the code
    account    TEXT NOT NULL REFERENCES account (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX pairing_by_account ON pairing (account);

CREATE TABLE invitation (
    id         TEXT PRIMARY KEY,
    token      BLOB NOT NULL UNIQUE,   -- SHA-256 of what the link carries
    hub        TEXT NOT NULL REFERENCES hub (id),
    role       TEXT NOT NULL CHECK (role IN ('kitchen', 'producer', 'hub', 'authority')),
    site       TEXT REFERENCES site (id),
    producer   TEXT REFERENCES producer (id),
    name       TEXT NOT NULL,
    email      TEXT NOT NULL,          -- lower case
    made_by    TEXT REFERENCES account (id), -- none: whoever installed the server
    made_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    ended_at   INTEGER,                -- accepted or taken back
    CHECK ((role = 'kitchen') = (site IS NOT NULL) AND (role = 'producer') = (producer IS NOT NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_by_hub ON invitation (hub, made_at);

-- Somebody who asks to join.
CREATE TABLE application (
    id       TEXT PRIMARY KEY,
    hub      TEXT NOT NULL REFERENCES hub (id),
    place    TEXT NOT NULL,            -- NewPlace, read
    name     TEXT NOT NULL,
    email    TEXT NOT NULL,            -- lower case
    words    TEXT NOT NULL,
    made_at  INTEGER NOT NULL,
    ended_at INTEGER                   -- accepted or refused
) STRICT, WITHOUT ROWID;
CREATE INDEX application_by_hub ON application (hub, ended_at, made_at);

-- A link that sets a password, once.
CREATE TABLE password_link (
    token      BLOB PRIMARY KEY,       -- SHA-256 of what the link carries
    account    TEXT NOT NULL REFERENCES account (id),
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX password_link_by_account ON password_link (account);

-- Each line holds the hash of the line before: who rewrites one must rewrite all that follow.
CREATE TABLE journal (
    hub     TEXT NOT NULL REFERENCES hub (id),
    place   INTEGER NOT NULL,          -- 1, 2, 3…
    at      INTEGER NOT NULL,
    account TEXT,                      -- who did it
    device  TEXT,                      -- with which paired device
    deed    TEXT NOT NULL,
    about   TEXT,                      -- identifier of whom or what it was done to: a name could not be erased
    hash    BLOB NOT NULL,             -- SHA-256 of the hash before and of this line
    PRIMARY KEY (hub, place)
) STRICT, WITHOUT ROWID;
