-- 哪一天过线？ Cumulative 汇聚 and 合格 cases by arrival day, the last ten days.
SELECT
    day,
    arrived_total,
    qualified_total,
    qualified_total >= target_count AS is_passed
FROM ads.progress
WHERE line = 'case'
ORDER BY day DESC
LIMIT 10;
