-- 先帮哪些站点？ Stations with the lowest rate of 合格, those with at least 10 cases.
SELECT
    tally.name,
    tally.new_city,
    tally.case_count,
    tally.qualified_count,
    round(tally.qualified_rate, 4) AS qualified_rate,
    verification.is_lower_bound
FROM ads.tally_by_station AS tally
CROSS JOIN ads.verification AS verification
WHERE tally.case_count >= 10
ORDER BY tally.qualified_rate ASC, tally.case_count DESC
LIMIT 10;
