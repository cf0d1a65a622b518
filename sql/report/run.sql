-- Question: which run is the latest? Parameters: none. At most one row.
SELECT
    run_id,
    data_date,
    started_at::text AS started_at,
    closed_at::text AS closed_at
FROM ops.run
ORDER BY started_at DESC
LIMIT 1;
