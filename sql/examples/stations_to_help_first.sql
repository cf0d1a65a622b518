-- 先帮哪些站点？ Stations with the lowest rate of 合格, those with at least 10 cases.
SELECT
    name,
    new_city,
    case_count,
    qualified_count,
    round(qualified_rate, 4) AS qualified_rate
FROM ads.tally_by_station
WHERE case_count >= 10
ORDER BY qualified_rate ASC, case_count DESC
LIMIT 10;
