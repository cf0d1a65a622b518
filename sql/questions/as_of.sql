-- Question: as of when are the official figures? Parameters: none. At most one row: the run that closed last.
SELECT
    data_date,
    run_id,
    closed_at,
    total_count,
    qualified_count,
    rating_total_count,
    rating_qualified_count,
    is_lower_bound
FROM ads.as_of
ORDER BY closed_at DESC
LIMIT 1;
