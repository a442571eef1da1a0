-- What was removed is told for a while, answers are kept for a while, and what tablets share of a draft as long as its week
-- is talked about (server/src/retention.rs).

-- Devices that stand before this place start over: what was removed up to it is told to nobody any more.
ALTER TABLE scope ADD COLUMN floor BIGINT NOT NULL DEFAULT 0;

ALTER TABLE feed ADD COLUMN removed_at BIGINT;    -- since when it is known to be removed; of a living entity, nothing
CREATE INDEX feed_removed ON feed (scope, removed_at) WHERE deleted = 1;
CREATE INDEX feed_drafts ON feed (scope, id) WHERE kind = 'draft' AND deleted = 0;

ALTER TABLE receipt ADD COLUMN kept_until BIGINT NOT NULL DEFAULT 0;
UPDATE receipt SET kept_until = received_at + 34560000000; -- 400 days: of those stored before, whatever they answer
CREATE INDEX receipt_by_end ON receipt (kept_until);
