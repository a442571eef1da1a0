-- A kitchen may withdraw an order before the cut-off; the questions it asked are closed.

ALTER TABLE orders DROP CONSTRAINT orders_state_check;
ALTER TABLE orders ADD CONSTRAINT orders_state_check CHECK (state IN ('accepted', 'consolidated', 'withdrawn'));

ALTER TABLE ticket DROP CONSTRAINT ticket_state_check;
ALTER TABLE ticket ADD CONSTRAINT ticket_state_check CHECK (state IN ('open', 'settled', 'expired', 'closed'));
CREATE INDEX ticket_by_site ON ticket (site, cycle) WHERE state = 'open';
