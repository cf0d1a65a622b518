-- Question: with what does this run close?
-- Parameters: run_id, received, live, unexplained, is_closed. Reads ads.verification. Writes ops.run. A run that has closed stays as it is.
UPDATE ops.run AS run SET
    received_count = %(received)s,
    live_count = %(live)s,
    unexplained_count = %(unexplained)s,
    unverified_sources = verification.unverified_source_ids,
    waiting_count = verification.waiting_count,
    closed_at = CASE WHEN %(is_closed)s THEN now() END
FROM ads.verification AS verification
WHERE run.run_id = %(run_id)s AND run.closed_at IS NULL;
