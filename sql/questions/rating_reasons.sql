-- Question: why are ratings not 合格? Parameters: none. One row per rule, the most frequent first; rules on several columns are
-- named as in quarantine_reasons.sql.
SELECT
    reason.rule_id,
    reason.rating_count,
    reason.sole_rating_count,
    rule.dimension,
    rule.column_count,
    rule.description
FROM ads.rating_reason AS reason
LEFT JOIN (
    SELECT
        rule_id,
        min(dimension) AS dimension,
        count(DISTINCT feed || '.' || column_name) AS column_count,
        min(description) AS description
    FROM quality.rule
    WHERE severity = 'critical' AND feed IN ('service', 'rating')
    GROUP BY rule_id
) AS rule ON reason.rule_id = rule.rule_id
ORDER BY reason.rating_count DESC, reason.rule_id ASC;
