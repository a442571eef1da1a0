-- What opens a shared device whose people forgot their codes: handed to who comes in for its place, and to nobody else.
CREATE TABLE sealing_key (
    name     TEXT PRIMARY KEY,
    hub      TEXT NOT NULL REFERENCES hub (id),
    site     TEXT REFERENCES site (id),
    producer TEXT REFERENCES producer (id),
    key      BYTEA NOT NULL,          -- 256 bits
    kept_by  TEXT NOT NULL REFERENCES account (id),
    kept_at  BIGINT NOT NULL
);
