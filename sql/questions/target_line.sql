-- Question: where do 汇聚 and 合格 stand against the targets? Parameters: none. One row each for cases and ratings.
SELECT
    line,
    total_count,
    qualified_count,
    target_count,
    total_gap,
    qualified_gap,
    qualified_rate,
    is_lower_bound,
    waiting_count
FROM ads.target_line;
