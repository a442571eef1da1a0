-- An order moves forty running totals, each found by its key. What each commit moves is written as one row instead, and goes into
-- the totals every few seconds, once for all orders of that time. What is in this log is also what is still to be told.

CREATE TABLE demand_move (
    place INTEGER PRIMARY KEY,
    hub   TEXT NOT NULL,
    cycle TEXT NOT NULL,
    moves TEXT NOT NULL,                -- {producer: {day: [[reference, ordered, producer_share, amount, lines], …]}}
    FOREIGN KEY (hub, cycle) REFERENCES cycle (hub, id)
) STRICT;
CREATE INDEX demand_move_by_cycle ON demand_move (hub, cycle);

-- Totals that were still to be told moved by nothing since.
INSERT INTO demand_move (hub, cycle, moves)
SELECT hub, cycle,
       json_object(producer, json_object(delivery_on, json_array(json_array(reference, 0, 0, 0, 0))))
FROM demand WHERE stale = 1;
DROP INDEX demand_stale;
ALTER TABLE demand DROP COLUMN stale;
