-- A kitchen may withdraw an order before the cut-off; the questions it asked are closed.
--
-- SQLite changes a CHECK by making the table anew. Lines move with their orders: a reference never points to nothing.

CREATE TABLE orders_next (
    id          TEXT PRIMARY KEY,
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
) STRICT, WITHOUT ROWID;
INSERT INTO orders_next SELECT id, hub, site, cycle, draft, year, sequence, received_at, state FROM orders;

CREATE TABLE order_line_next (
    order_id       TEXT NOT NULL REFERENCES orders_next (id),
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
INSERT INTO order_line_next SELECT * FROM order_line;

DROP TABLE order_line;
DROP TABLE orders;
ALTER TABLE orders_next RENAME TO orders;
ALTER TABLE order_line_next RENAME TO order_line;
CREATE INDEX orders_by_cycle ON orders (hub, cycle);

CREATE TABLE ticket_next (
    id        TEXT PRIMARY KEY,
    hub       TEXT NOT NULL REFERENCES hub (id),
    site      TEXT NOT NULL REFERENCES site (id),
    cycle     TEXT,
    subject   TEXT NOT NULL CHECK (subject IN ('line', 'submission', 'command')),
    settler   TEXT NOT NULL CHECK (settler IN ('kitchen', 'hub')),
    state     TEXT NOT NULL CHECK (state IN ('open', 'settled', 'expired', 'closed')),
    opened_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO ticket_next SELECT id, hub, site, cycle, subject, settler, state, opened_at FROM ticket;
DROP TABLE ticket;
ALTER TABLE ticket_next RENAME TO ticket;
CREATE INDEX ticket_by_hub ON ticket (hub, state, opened_at);
CREATE INDEX ticket_by_site ON ticket (site, cycle) WHERE state = 'open';
