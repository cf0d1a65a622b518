-- 哪一天过线？ Cumulative 汇聚 and 合格 cases by arrival day, the last ten days. A lower bound passes nothing.
SELECT
    day,
    arrived_total,
    qualified_total,
    qualified_total >= target_count AND NOT is_lower_bound AS is_passed,
    is_lower_bound
FROM ads.progress
WHERE line = 'case'
ORDER BY day DESC
LIMIT 10;
