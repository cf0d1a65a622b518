-- Question: which runs were the last ones? Parameters: none. At most 10 rows, newest first.
SELECT
    run_id,
    data_date,
    started_at,
    closed_at,
    total_count,
    qualified_count,
    unexplained_count,
    unverified_sources
FROM ops.run
ORDER BY started_at DESC
LIMIT 10;
