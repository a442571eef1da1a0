-- The application's hashed files, of this build and of those before it: a page that came from a server just before its
-- deployment asks the next server for the rest.
CREATE TABLE app_file (
    name      TEXT PRIMARY KEY,         -- as the bundle names it, compressed copies by their own name
    body      BLOB NOT NULL,
    served_at INTEGER NOT NULL          -- when a server last had it inside
) STRICT, WITHOUT ROWID;
