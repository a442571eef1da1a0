-- What came, as kitchens say it. The document, with all that was said, is the feed's.

-- The last number given to a site in a year, of reception notes and of credits: unbroken, as that of orders is.
CREATE TABLE document_number (
    site TEXT NOT NULL REFERENCES site (id),
    year INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('reception', 'credit')),
    last INTEGER NOT NULL,
    PRIMARY KEY (site, year, kind)
) STRICT, WITHOUT ROWID;

-- One order, received on one day.
CREATE TABLE reception (
    order_id        TEXT NOT NULL REFERENCES orders (id),
    delivery_on     TEXT NOT NULL,
    hub             TEXT NOT NULL REFERENCES hub (id),
    site            TEXT NOT NULL REFERENCES site (id),
    year            INTEGER NOT NULL,
    sequence        INTEGER NOT NULL,
    credit_year     INTEGER,
    credit_sequence INTEGER,
    PRIMARY KEY (order_id, delivery_on),
    UNIQUE (site, year, sequence),
    UNIQUE (site, credit_year, credit_sequence),
    CHECK ((credit_year IS NULL) = (credit_sequence IS NULL))
) STRICT, WITHOUT ROWID;

-- The one record of a line that counts: the last guard against what came being counted twice.
CREATE TABLE reception_line (
    order_id       TEXT NOT NULL,
    delivery_on    TEXT NOT NULL,
    reference      TEXT NOT NULL,
    hub            TEXT NOT NULL,
    producer       TEXT NOT NULL REFERENCES producer (id),
    record         TEXT NOT NULL,
    received       INTEGER NOT NULL CHECK (received >= 0),
    credit         INTEGER NOT NULL CHECK (credit >= 0),
    producer_share INTEGER NOT NULL,
    transport      INTEGER NOT NULL,
    hub_share      INTEGER NOT NULL,
    gap            TEXT,               -- GapLine, where somebody must look at it
    PRIMARY KEY (order_id, delivery_on, reference),
    FOREIGN KEY (order_id, delivery_on) REFERENCES reception (order_id, delivery_on),
    CHECK (producer_share + transport + hub_share = credit)
) STRICT, WITHOUT ROWID;
CREATE INDEX reception_line_with_gap ON reception_line (hub, delivery_on) WHERE gap IS NOT NULL;
