-- Question: what is known of a run? Parameters: run_id. At most one row.
SELECT
    run_id,
    data_date,
    started_at,
    closed_at,
    total_count,
    qualified_count,
    unexplained_count,
    unverified_sources,
    rule_set,
    waiting_count
FROM ops.run
WHERE run_id = %(run_id)s;
