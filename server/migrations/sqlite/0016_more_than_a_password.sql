-- Of whom a hub asks for more than a password, and which sessions were opened with more.
ALTER TABLE hub ADD COLUMN second_step TEXT NOT NULL DEFAULT 'chosen'
    CHECK (second_step IN ('chosen', 'desks', 'everybody'));
ALTER TABLE session ADD COLUMN two_steps INTEGER NOT NULL DEFAULT 0;
