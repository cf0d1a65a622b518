-- Question: how do the new cities compare? Parameters: none. One row per new city, largest first.
SELECT
    tally.new_city,
    tally.delivered_count,
    tally.accepted_count,
    tally.quarantined_count,
    tally.duplicate_count,
    tally.case_count,
    tally.qualified_count,
    tally.qualified_rate,
    completeness.complete_rate,
    coalesce(completeness.complete_count, 0) AS complete_count
FROM ads.tally_by_new_city AS tally
LEFT JOIN ads.completeness AS completeness ON tally.new_city = completeness.new_city
ORDER BY tally.case_count DESC, tally.new_city ASC;
