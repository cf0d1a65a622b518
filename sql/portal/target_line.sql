-- Question: where do 汇聚 and 合格 stand against the target? Parameters: none. One row.
SELECT
    case_count,
    qualified_count,
    target_count,
    case_gap,
    qualified_gap,
    qualified_rate,
    is_lower_bound
FROM ads.target_line;
