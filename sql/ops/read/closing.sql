-- Question: with what did this run close? Parameters: run_id. One row if it has closed.
SELECT
    received_count AS received,
    live_count AS live,
    unexplained_count AS unexplained
FROM ops.run
WHERE run_id = %(run_id)s AND closed_at IS NOT NULL;
