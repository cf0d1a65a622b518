-- A run notes what waited for inspection when it closed, and what it answered. What is closed already did not note it.
ALTER TABLE ops.run ADD COLUMN waiting_count bigint, ADD COLUMN received_count bigint, ADD COLUMN live_count bigint;
