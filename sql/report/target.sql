-- Question: where do the cases stand against the target? Parameters: none. One row.
SELECT
    case_count AS total,
    qualified_count AS qualified,
    target_count AS target,
    is_lower_bound
FROM ads.target_line;
