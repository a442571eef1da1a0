-- Producers record commands as kitchens do: an outbox is bound to a place, whichever of the two it is.
ALTER TABLE outbox DROP CONSTRAINT outbox_site_fkey;
ALTER TABLE outbox RENAME COLUMN site TO place; -- a site or a producer: bound at first sight, for ever
