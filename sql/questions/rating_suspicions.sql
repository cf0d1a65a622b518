-- Question: which patterns over many ratings should people look at? Parameters: none. The hundred largest.
SELECT
    rule_id,
    description,
    first_rated_at,
    last_rated_at,
    size,
    rating_count,
    example_case_nos,
    station_name
FROM ads.rating_suspicion
ORDER BY size DESC, rule_id ASC, first_rated_at ASC
LIMIT 100;
