-- Communities that own kitchens, as a tree: an authority reads the sums of the kitchens under its own, and of no other.

CREATE TABLE owner (
    id     TEXT PRIMARY KEY,
    hub    TEXT NOT NULL REFERENCES hub (id),
    parent TEXT REFERENCES owner (id),
    siren  TEXT,
    body   TEXT NOT NULL,               -- Owner; its parent is the column
    CHECK (parent <> id)
);
CREATE INDEX owner_by_hub ON owner (hub);
CREATE INDEX owner_by_parent ON owner (parent);

-- None: nobody said of which community. What an authority without one reads is nothing.
ALTER TABLE site ADD COLUMN owner TEXT REFERENCES owner (id);
CREATE INDEX site_by_owner ON site (owner);
ALTER TABLE account ADD COLUMN owner TEXT REFERENCES owner (id);
ALTER TABLE invitation ADD COLUMN owner TEXT REFERENCES owner (id);
