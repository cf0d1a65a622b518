-- Question: where do cases and ratings stand against their targets? Parameters: none. One row per line.
SELECT
    line,
    total_count AS total,
    qualified_count AS qualified,
    target_count AS target,
    is_lower_bound
FROM ads.target_line;
