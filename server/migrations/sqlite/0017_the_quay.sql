-- What passes over a hub's quay, as those who weigh and load say it. A page is one side of a day: what one producer brought, or
-- what left for one kitchen.
CREATE TABLE quay_page (
    hub         TEXT NOT NULL REFERENCES hub (id),
    delivery_on TEXT NOT NULL,
    cycle       TEXT NOT NULL,
    side        TEXT NOT NULL CHECK (side IN ('in', 'out')),
    place       TEXT NOT NULL,          -- the producer, or the kitchen
    year        INTEGER,                -- of the delivery note: on the way out alone
    sequence    INTEGER,
    body        TEXT NOT NULL,          -- QuayPage
    PRIMARY KEY (hub, delivery_on, cycle, side, place),
    UNIQUE (place, year, sequence),
    CHECK ((side = 'out') = (year IS NOT NULL)),
    CHECK ((year IS NULL) = (sequence IS NULL))
) STRICT;

-- The lots that came, by their code in capitals without blanks and signs.
CREATE TABLE quay_lot (
    hub         TEXT NOT NULL,
    code        TEXT NOT NULL,
    delivery_on TEXT NOT NULL,
    cycle       TEXT NOT NULL,
    producer    TEXT NOT NULL REFERENCES producer (id),
    reference   TEXT NOT NULL,
    PRIMARY KEY (hub, code, delivery_on, cycle, producer, reference)
) STRICT, WITHOUT ROWID;
CREATE INDEX quay_lot_by_page ON quay_lot (hub, delivery_on, cycle, producer);

-- Delivery notes are a series of a kitchen like the others.
CREATE TABLE document_number_next (
    site TEXT NOT NULL REFERENCES site (id),
    year INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reception', 'credit', 'delivery')),
    last INTEGER NOT NULL,
    PRIMARY KEY (site, year, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO document_number_next SELECT site, year, kind, last FROM document_number;
DROP TABLE document_number;
ALTER TABLE document_number_next RENAME TO document_number;

-- A hub has a feed of its own.
INSERT INTO scope (name, head) SELECT 'hub:' || id, 0 FROM hub WHERE true ON CONFLICT (name) DO NOTHING;
