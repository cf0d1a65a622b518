-- 离目标还差多少？ Where do 汇聚 and 合格 stand against the target, and may the figure be claimed?
SELECT
    title,
    total_count,
    qualified_count,
    target_count,
    total_gap,
    qualified_gap,
    is_lower_bound,
    unverified_sources,
    waiting_count
FROM ads.target_line;
