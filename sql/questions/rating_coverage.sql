-- Question: how much of what must be rated is? Parameters: none. One row per kind.
SELECT
    kind,
    title,
    covered_count,
    object_count,
    coverage_rate
FROM ads.rating_coverage
ORDER BY array_position(ARRAY['item', 'department', 'centre', 'station', 'channel'], kind);
