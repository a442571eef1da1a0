-- Money: unit prices in 1/10,000 €, amounts in cents. Quantities in 1/1,000 of the unit. Instants in milliseconds since
-- 1970. Days as ISO text. Identifiers as text. Documents (orders, tickets, offers, sheets) as JSON.

-- What this store is: one row.
CREATE TABLE store_life (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,             -- of every feed cursor: changes when the store is restored or reset
    demo  INTEGER NOT NULL DEFAULT 0    -- 1: filled by --demo
) STRICT;

-- ── Who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE hub (
    id            TEXT PRIMARY KEY,
    card          TEXT NOT NULL,        -- HubCard
    terms         TEXT NOT NULL,        -- Terms
    current_cycle TEXT,                 -- whose price list the tablets hold
    list_seq      INTEGER NOT NULL DEFAULT 0 -- place in the catalogue's feed of the last publication
) STRICT, WITHOUT ROWID;

CREATE TABLE site (
    id      TEXT PRIMARY KEY,
    hub     TEXT NOT NULL REFERENCES hub (id),
    name    TEXT NOT NULL,
    commune TEXT NOT NULL,
    body    TEXT NOT NULL               -- Site
) STRICT, WITHOUT ROWID;
CREATE INDEX site_by_hub ON site (hub);

CREATE TABLE producer (
    id   TEXT PRIMARY KEY,
    hub  TEXT NOT NULL REFERENCES hub (id),
    body TEXT NOT NULL                  -- Producer
) STRICT, WITHOUT ROWID;
CREATE INDEX producer_by_hub ON producer (hub);

CREATE TABLE account (
    id            TEXT PRIMARY KEY,
    email         TEXT NOT NULL UNIQUE, -- lower case
    name          TEXT NOT NULL,
    password_hash TEXT NOT NULL,        -- PHC string, argon2id
    role          TEXT NOT NULL CHECK (role IN ('kitchen', 'producer', 'hub', 'authority')),
    hub           TEXT NOT NULL REFERENCES hub (id),
    site          TEXT REFERENCES site (id),
    producer      TEXT REFERENCES producer (id),
    disabled_at   INTEGER,
    CHECK ((role = 'kitchen') = (site IS NOT NULL) AND (role = 'producer') = (producer IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    token      BLOB PRIMARY KEY,        -- SHA-256 of the cookie: a stolen copy of the base opens nothing
    account    TEXT NOT NULL REFERENCES account (id),
    opened_at  INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL         -- at the latest, however busy
) STRICT, WITHOUT ROWID;
CREATE INDEX session_by_account ON session (account);

-- ── What is proposed ─────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE cycle (
    hub           TEXT NOT NULL REFERENCES hub (id),
    id            TEXT NOT NULL,        -- 2026-W49
    opens_at      INTEGER NOT NULL,
    cut_off_at    INTEGER NOT NULL,
    grace_ms      INTEGER NOT NULL,
    delivery_days INTEGER NOT NULL,     -- bits, Monday lowest
    published_at  INTEGER NOT NULL,
    closed_at     INTEGER,
    PRIMARY KEY (hub, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE offer (
    hub       TEXT NOT NULL,
    cycle     TEXT NOT NULL,
    reference TEXT NOT NULL,
    revision  INTEGER NOT NULL,
    listed    INTEGER NOT NULL,         -- 0: left the list; kept as it last was
    position  INTEGER NOT NULL,         -- in the list
    producer  TEXT NOT NULL REFERENCES producer (id),
    promised  INTEGER,
    body      TEXT NOT NULL,            -- Offer
    PRIMARY KEY (hub, cycle, reference),
    FOREIGN KEY (hub, cycle) REFERENCES cycle (hub, id)
) STRICT, WITHOUT ROWID;

-- ── What is wanted ───────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE orders (
    id          TEXT PRIMARY KEY,
    hub         TEXT NOT NULL REFERENCES hub (id),
    site        TEXT NOT NULL REFERENCES site (id),
    cycle       TEXT NOT NULL,
    draft       TEXT NOT NULL,
    year        INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('accepted', 'consolidated')),
    UNIQUE (site, cycle, draft),        -- the last guard against an order made twice
    UNIQUE (site, year, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX orders_by_cycle ON orders (hub, cycle);

CREATE TABLE order_line (
    order_id       TEXT NOT NULL REFERENCES orders (id),
    reference      TEXT NOT NULL,
    delivery_on    TEXT NOT NULL,
    producer       TEXT NOT NULL REFERENCES producer (id),
    ordered        INTEGER NOT NULL CHECK (ordered >= 0),
    confirmed      INTEGER CHECK (confirmed BETWEEN 0 AND ordered),
    unit_price     INTEGER NOT NULL,
    net_price      INTEGER NOT NULL,
    vat            INTEGER NOT NULL,    -- hundredths of a per cent
    amount         INTEGER NOT NULL,
    producer_share INTEGER NOT NULL,
    transport      INTEGER NOT NULL,
    hub_share      INTEGER NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('accepted', 'held', 'dropped')),
    PRIMARY KEY (order_id, reference, delivery_on),
    CHECK (producer_share + transport + hub_share = amount)
) STRICT, WITHOUT ROWID;

-- The last order number given to a site in a year: unbroken, because it moves with the order's own transaction.
CREATE TABLE order_number (
    site TEXT NOT NULL REFERENCES site (id),
    year INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (site, year)
) STRICT, WITHOUT ROWID;

-- Running totals of accepted lines, moved by every order in its own transaction: live views never group over all lines.
CREATE TABLE demand (
    hub            TEXT NOT NULL,
    cycle          TEXT NOT NULL,
    reference      TEXT NOT NULL,
    delivery_on    TEXT NOT NULL,
    producer       TEXT NOT NULL REFERENCES producer (id),
    ordered        INTEGER NOT NULL CHECK (ordered >= 0),
    confirmed      INTEGER,             -- once the cycle is closed
    producer_share INTEGER NOT NULL,
    amount         INTEGER NOT NULL,
    lines          INTEGER NOT NULL CHECK (lines >= 0),
    stale          INTEGER NOT NULL,    -- 1: « left » and the producer's view are to be refreshed
    PRIMARY KEY (hub, cycle, reference, delivery_on),
    FOREIGN KEY (hub, cycle) REFERENCES cycle (hub, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX demand_stale ON demand (hub, cycle) WHERE stale = 1;

CREATE TABLE ticket (
    id        TEXT PRIMARY KEY,
    hub       TEXT NOT NULL REFERENCES hub (id),
    site      TEXT NOT NULL REFERENCES site (id),
    cycle     TEXT,
    subject   TEXT NOT NULL CHECK (subject IN ('line', 'submission', 'command')),
    settler   TEXT NOT NULL CHECK (settler IN ('kitchen', 'hub')),
    state     TEXT NOT NULL CHECK (state IN ('open', 'settled', 'expired')),
    opened_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_by_hub ON ticket (hub, state, opened_at);

CREATE TABLE sheet (
    hub       TEXT NOT NULL,
    cycle     TEXT NOT NULL,
    producer  TEXT NOT NULL REFERENCES producer (id),
    products  INTEGER NOT NULL,         -- counted once a day
    amount    INTEGER NOT NULL,
    PRIMARY KEY (hub, cycle, producer),
    FOREIGN KEY (hub, cycle) REFERENCES cycle (hub, id)
) STRICT, WITHOUT ROWID;

-- ── What travels ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- A feed's counter. Locked by the writer until it commits, so that the order of places is the order of commits.
CREATE TABLE scope (
    name TEXT PRIMARY KEY,              -- cat:<hub>, site:<id>, prod:<id>
    head INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row an entity; each change moves it to a new place.
CREATE TABLE feed (
    scope   TEXT NOT NULL REFERENCES scope (name),
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    body    TEXT,
    PRIMARY KEY (scope, kind, id),
    CHECK ((deleted = 1) = (body IS NULL))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX feed_by_place ON feed (scope, seq);

CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,
    site          TEXT NOT NULL REFERENCES site (id), -- bound at first sight, for ever
    last          INTEGER NOT NULL,
    first_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The answer to each command, with the command as it came: stored with its effects, never changed.
CREATE TABLE receipt (
    outbox      TEXT NOT NULL REFERENCES outbox (id),
    m           INTEGER NOT NULL,
    hash        TEXT NOT NULL,
    outcome     TEXT NOT NULL,          -- Outcome
    command     TEXT NOT NULL,          -- the envelope's own text
    account     TEXT NOT NULL REFERENCES account (id), -- whose session carried it
    received_at INTEGER NOT NULL,
    PRIMARY KEY (outbox, m)
) STRICT, WITHOUT ROWID;

-- Immutable copies of a whole catalogue, named by their hash.
CREATE TABLE snapshot (
    scope   TEXT NOT NULL REFERENCES scope (name),
    hash    TEXT NOT NULL,              -- SHA-256 of the uncompressed bytes
    seq     INTEGER NOT NULL,           -- the place it stands at
    brotli  BLOB NOT NULL,
    gzip    BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (scope, hash)
) STRICT;
