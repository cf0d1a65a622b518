-- A pull counts the records that its source dates after the end of the window.
ALTER TABLE ops.ledger ADD COLUMN later bigint NOT NULL DEFAULT 0;
