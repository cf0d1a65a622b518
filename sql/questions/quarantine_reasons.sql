-- Question: why do 汇聚 and 合格 differ? Parameters: none. One row per rule, the most frequent first. A rule on several columns
-- is named by its dimension and the number of its columns, because one column's sentence would be wrong for the others.
SELECT
    reason.rule_id,
    reason.case_count,
    reason.sole_case_count,
    rule.dimension,
    rule.column_count,
    rule.description
FROM ads.quarantine_reason AS reason
LEFT JOIN (
    SELECT
        rule_id,
        min(dimension) AS dimension,
        count(DISTINCT feed || '.' || column_name) AS column_count,
        min(description) AS description
    FROM quality.rule
    WHERE severity = 'critical'
    GROUP BY rule_id
) AS rule ON reason.rule_id = rule.rule_id
ORDER BY reason.case_count DESC, reason.rule_id ASC;
