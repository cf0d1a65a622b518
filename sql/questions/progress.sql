-- Question: how did 汇聚 and 合格 grow? Parameters: none. One row per line and day on which something arrived, in order.
SELECT
    line,
    day,
    arrived_total,
    qualified_total,
    target_count
FROM ads.progress
ORDER BY line, day;
