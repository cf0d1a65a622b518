-- Question: how do the new cities compare? Parameters: none. One row per new city, largest first.
SELECT
    new_city,
    delivered_count AS delivered,
    accepted_count AS accepted,
    quarantined_count AS quarantined,
    duplicate_count AS duplicates
FROM ads.tally_by_new_city
ORDER BY delivered_count DESC, new_city ASC;
