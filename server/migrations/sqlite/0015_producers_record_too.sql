-- Producers record commands as kitchens do: an outbox is bound to a place, whichever of the two it is. Its answers are copied
-- beside it, because they refer to it.
CREATE TABLE outbox_next (
    id            TEXT PRIMARY KEY,
    place         TEXT NOT NULL,        -- a site or a producer: bound at first sight, for ever
    last          INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_next SELECT id, site, last, first_seen_at FROM outbox;

CREATE TABLE receipt_next (
    outbox      TEXT NOT NULL REFERENCES outbox_next (id),
    m           INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    outcome     TEXT NOT NULL,          -- Outcome
    command     TEXT NOT NULL,          -- the envelope's own text
    account     TEXT NOT NULL REFERENCES account (id), -- whose session carried it
    received_at INTEGER NOT NULL,
    kept_until  INTEGER NOT NULL,
    PRIMARY KEY (outbox, m)
) STRICT;
INSERT INTO receipt_next SELECT outbox, m, hash, outcome, command, account, received_at, kept_until FROM receipt;
DROP TABLE receipt;
DROP TABLE outbox;
ALTER TABLE outbox_next RENAME TO outbox;
ALTER TABLE receipt_next RENAME TO receipt;
CREATE INDEX receipt_by_end ON receipt (kept_until);
