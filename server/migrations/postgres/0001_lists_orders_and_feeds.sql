-- Money: unit prices in 1/10,000 €, amounts in cents. Quantities in 1/1,000 of the unit. Instants in milliseconds since
-- 1970. Days as ISO text. Identifiers as text. Documents (orders, tickets, offers, sheets) as JSON.

-- What this store is: one row.
CREATE TABLE store_life (
    id    BIGINT PRIMARY KEY CHECK (id = 1),
    epoch BIGINT NOT NULL,             -- of every feed cursor: changes when the store is restored or reset
    demo  BIGINT NOT NULL DEFAULT 0    -- 1: filled by --demo
);

-- ── Who ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE hub (
    id            TEXT PRIMARY KEY,
    card          TEXT NOT NULL,        -- HubCard
    terms         TEXT NOT NULL,        -- Terms
    current_cycle TEXT,                 -- whose price list the tablets hold
    list_seq      BIGINT NOT NULL DEFAULT 0 -- place in the catalogue's feed of the last publication
);

CREATE TABLE site (
    id      TEXT PRIMARY KEY,
    hub     TEXT NOT NULL REFERENCES hub (id),
    name    TEXT NOT NULL,
    commune TEXT NOT NULL,
    body    TEXT NOT NULL               -- Site
);
CREATE INDEX site_by_hub ON site (hub);

CREATE TABLE producer (
    id   TEXT PRIMARY KEY,
    hub  TEXT NOT NULL REFERENCES hub (id),
    body TEXT NOT NULL                  -- Producer
);
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
    disabled_at   BIGINT,
    CHECK ((role = 'kitchen') = (site IS NOT NULL) AND (role = 'producer') = (producer IS NOT NULL))
);

CREATE TABLE session (
    token      BYTEA PRIMARY KEY,        -- SHA-256 of the cookie: a stolen copy of the base opens nothing
    account    TEXT NOT NULL REFERENCES account (id),
    opened_at  BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL         -- at the latest, however busy
);
CREATE INDEX session_by_account ON session (account);

-- ── What is proposed ─────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE cycle (
    hub           TEXT NOT NULL REFERENCES hub (id),
    id            TEXT NOT NULL,        -- 2026-W49
    opens_at      BIGINT NOT NULL,
    cut_off_at    BIGINT NOT NULL,
    grace_ms      BIGINT NOT NULL,
    delivery_days BIGINT NOT NULL,     -- bits, Monday lowest
    published_at  BIGINT NOT NULL,
    closed_at     BIGINT,
    PRIMARY KEY (hub, id)
);

CREATE TABLE offer (
    hub       TEXT NOT NULL,
    cycle     TEXT NOT NULL,
    reference TEXT NOT NULL,
    revision  BIGINT NOT NULL,
    listed    BIGINT NOT NULL,         -- 0: left the list; kept as it last was
    position  BIGINT NOT NULL,         -- in the list
    producer  TEXT NOT NULL REFERENCES producer (id),
    promised  BIGINT,
    body      TEXT NOT NULL,            -- Offer
    PRIMARY KEY (hub, cycle, reference),
    FOREIGN KEY (hub, cycle) REFERENCES cycle (hub, id)
);

-- ── What is wanted ───────────────────────────────────────────────────────────────────────────────────────────────────

CREATE TABLE orders (
    id          TEXT PRIMARY KEY,
    hub         TEXT NOT NULL REFERENCES hub (id),
    site        TEXT NOT NULL REFERENCES site (id),
    cycle       TEXT NOT NULL,
    draft       TEXT NOT NULL,
    year        BIGINT NOT NULL,
    sequence    BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('accepted', 'consolidated')),
    UNIQUE (site, cycle, draft),        -- the last guard against an order made twice
    UNIQUE (site, year, sequence)
);
CREATE INDEX orders_by_cycle ON orders (hub, cycle);

CREATE TABLE order_line (
    order_id       TEXT NOT NULL REFERENCES orders (id),
    reference      TEXT NOT NULL,
    delivery_on    TEXT NOT NULL,
    producer       TEXT NOT NULL REFERENCES producer (id),
    ordered        BIGINT NOT NULL CHECK (ordered >= 0),
    confirmed      BIGINT CHECK (confirmed BETWEEN 0 AND ordered),
    unit_price     BIGINT NOT NULL,
    net_price      BIGINT NOT NULL,
    vat            BIGINT NOT NULL,    -- hundredths of a per cent
    amount         BIGINT NOT NULL,
    producer_share BIGINT NOT NULL,
    transport      BIGINT NOT NULL,
    hub_share      BIGINT NOT NULL,
    status         TEXT NOT NULL CHECK (status IN ('accepted', 'held', 'dropped')),
    PRIMARY KEY (order_id, reference, delivery_on),
    CHECK (producer_share + transport + hub_share = amount)
);

-- The last order number given to a site in a year: unbroken, because it moves with the order's own transaction.
CREATE TABLE order_number (
    site TEXT NOT NULL REFERENCES site (id),
    year BIGINT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (site, year)
);

-- Running totals of accepted lines, moved by every order in its own transaction: live views never group over all lines.
CREATE TABLE demand (
    hub            TEXT NOT NULL,
    cycle          TEXT NOT NULL,
    reference      TEXT NOT NULL,
    delivery_on    TEXT NOT NULL,
    producer       TEXT NOT NULL REFERENCES producer (id),
    ordered        BIGINT NOT NULL CHECK (ordered >= 0),
    confirmed      BIGINT,             -- once the cycle is closed
    producer_share BIGINT NOT NULL,
    amount         BIGINT NOT NULL,
    lines          BIGINT NOT NULL CHECK (lines >= 0),
    stale          BIGINT NOT NULL,    -- 1: « left » and the producer's view are to be refreshed
    PRIMARY KEY (hub, cycle, reference, delivery_on),
    FOREIGN KEY (hub, cycle) REFERENCES cycle (hub, id)
);
CREATE INDEX demand_stale ON demand (hub, cycle) WHERE stale = 1;

CREATE TABLE ticket (
    id        TEXT PRIMARY KEY,
    hub       TEXT NOT NULL REFERENCES hub (id),
    site      TEXT NOT NULL REFERENCES site (id),
    cycle     TEXT,
    subject   TEXT NOT NULL CHECK (subject IN ('line', 'submission', 'command')),
    settler   TEXT NOT NULL CHECK (settler IN ('kitchen', 'hub')),
    state     TEXT NOT NULL CHECK (state IN ('open', 'settled', 'expired')),
    opened_at BIGINT NOT NULL
);
CREATE INDEX ticket_by_hub ON ticket (hub, state, opened_at);

CREATE TABLE sheet (
    hub       TEXT NOT NULL,
    cycle     TEXT NOT NULL,
    producer  TEXT NOT NULL REFERENCES producer (id),
    products  BIGINT NOT NULL,         -- counted once a day
    amount    BIGINT NOT NULL,
    PRIMARY KEY (hub, cycle, producer),
    FOREIGN KEY (hub, cycle) REFERENCES cycle (hub, id)
);

-- ── What travels ─────────────────────────────────────────────────────────────────────────────────────────────────────

-- A feed's counter. Locked by the writer until it commits, so that the order of places is the order of commits.
CREATE TABLE scope (
    name TEXT PRIMARY KEY,              -- cat:<hub>, site:<id>, prod:<id>
    head BIGINT NOT NULL
);

-- One row an entity; each change moves it to a new place.
CREATE TABLE feed (
    scope   TEXT NOT NULL REFERENCES scope (name),
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    seq     BIGINT NOT NULL,
    deleted BIGINT NOT NULL,
    body    TEXT,
    PRIMARY KEY (scope, kind, id),
    CHECK ((deleted = 1) = (body IS NULL))
);
CREATE UNIQUE INDEX feed_by_place ON feed (scope, seq);

CREATE TABLE outbox (
    id            TEXT PRIMARY KEY,
    site          TEXT NOT NULL REFERENCES site (id), -- bound at first sight, for ever
    last          BIGINT NOT NULL,
    first_seen_at BIGINT NOT NULL
);

-- The answer to each command, with the command as it came: stored with its effects, never changed.
CREATE TABLE receipt (
    outbox      TEXT NOT NULL REFERENCES outbox (id),
    m           BIGINT NOT NULL,
    hash        TEXT NOT NULL,
    outcome     TEXT NOT NULL,          -- Outcome
    command     TEXT NOT NULL,          -- the envelope's own text
    account     TEXT NOT NULL REFERENCES account (id), -- whose session carried it
    received_at BIGINT NOT NULL,
    PRIMARY KEY (outbox, m)
);

-- Immutable copies of a whole catalogue, named by their hash.
CREATE TABLE snapshot (
    scope   TEXT NOT NULL REFERENCES scope (name),
    hash    TEXT NOT NULL,              -- SHA-256 of the uncompressed bytes
    seq     BIGINT NOT NULL,           -- the place it stands at
    brotli  BYTEA NOT NULL,
    gzip    BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (scope, hash)
);
