-- Question: how do the new cities compare in ratings? Parameters: none. One row per new city, largest first.
SELECT
    new_city,
    delivered_count AS delivered,
    qualified_count AS qualified,
    quarantined_count AS quarantined,
    waiting_count AS waiting,
    orphan_count AS orphans,
    default_count AS defaults,
    duplicate_count AS duplicates,
    negative_count AS negatives
FROM ads.rating_by_new_city
ORDER BY delivered_count DESC, new_city ASC;
