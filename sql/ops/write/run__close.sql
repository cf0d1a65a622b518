-- Question: with what does this run close?
-- Parameters: run_id, unexplained_count, is_closed. Reads ads.verification. Writes ops.run.
UPDATE ops.run AS run SET
    unexplained_count = %(unexplained_count)s,
    unverified_sources = verification.unverified_source_ids,
    waiting_count = verification.waiting_count,
    closed_at = CASE WHEN %(is_closed)s THEN now() END
FROM ads.verification AS verification
WHERE run.run_id = %(run_id)s;
