-- A run notes what waited for inspection when it closed. What is closed already did not note it.
ALTER TABLE ops.run ADD COLUMN waiting_count bigint;
