-- Question: how do the new cities compare in ratings? Parameters: none. One row per new city, largest first.
SELECT
    new_city,
    delivered_count,
    rating_count,
    qualified_count,
    quarantined_count,
    waiting_count,
    orphan_count,
    default_count,
    duplicate_count,
    negative_count,
    satisfied_count,
    finished_case_count,
    rated_case_count,
    actively_rated_case_count
FROM ads.rating_by_new_city
ORDER BY rating_count DESC, new_city ASC;
