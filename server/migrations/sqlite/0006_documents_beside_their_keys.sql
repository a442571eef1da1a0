-- An order, or the command it came by, is some ten thousand bytes. Kept in the tree of its key (WITHOUT ROWID), eight keys fill
-- a page where forty would, and each new order, found by lot among them, moves what others begin with: the documents get a
-- place of their own, where the next comes after the last.

CREATE TABLE feed_next (
    scope      TEXT NOT NULL REFERENCES scope (name),
    kind       TEXT NOT NULL,
    id         TEXT NOT NULL,
    seq        INTEGER NOT NULL,
    deleted    INTEGER NOT NULL,
    body       TEXT,
    removed_at INTEGER,                 -- since when it is known to be removed; of a living entity, nothing
    PRIMARY KEY (scope, kind, id),
    CHECK ((deleted = 1) = (body IS NULL))
) STRICT;
INSERT INTO feed_next SELECT scope, kind, id, seq, deleted, body, removed_at FROM feed;
DROP TABLE feed;
ALTER TABLE feed_next RENAME TO feed;
CREATE UNIQUE INDEX feed_by_place ON feed (scope, seq);
CREATE INDEX feed_removed ON feed (scope, removed_at) WHERE deleted = 1;
CREATE INDEX feed_drafts ON feed (scope, id) WHERE kind = 'draft' AND deleted = 0;

CREATE TABLE receipt_next (
    outbox      TEXT NOT NULL REFERENCES outbox (id),
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
ALTER TABLE receipt_next RENAME TO receipt;
CREATE INDEX receipt_by_end ON receipt (kept_until);

-- Its other keys find an order by its row: a number that grows, where its identifier is as good as drawn by lot, and each key
-- that ends in it has a page of its own to write.
CREATE TABLE orders_next (
    id          TEXT NOT NULL PRIMARY KEY,
    hub         TEXT NOT NULL REFERENCES hub (id),
    site        TEXT NOT NULL REFERENCES site (id),
    cycle       TEXT NOT NULL,
    draft       TEXT NOT NULL,
    year        INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('accepted', 'consolidated', 'withdrawn')),
    UNIQUE (site, cycle, draft),        -- the last guard against an order made twice
    UNIQUE (site, year, sequence)
) STRICT;
INSERT INTO orders_next SELECT id, hub, site, cycle, draft, year, sequence, received_at, state FROM orders;
DROP TABLE orders;
ALTER TABLE orders_next RENAME TO orders;
CREATE INDEX orders_by_cycle ON orders (hub, cycle);
