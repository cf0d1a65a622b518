-- Question: which rules do a source's records break now? Parameters: source_id. One row per rule and column, most failures first.
SELECT
    finding.rule_id,
    finding.feed,
    finding.column_name,
    finding.severity,
    count(*) AS finding_count,
    max(rule.description) AS description
FROM quality.finding AS finding
LEFT JOIN quality.rule AS rule
    ON finding.feed = rule.feed
    AND finding.rule_id = rule.rule_id
    AND finding.column_name = rule.column_name
    AND finding.severity = rule.severity
WHERE finding.source_id = %(source_id)s
GROUP BY finding.rule_id, finding.feed, finding.column_name, finding.severity
ORDER BY finding_count DESC, finding.rule_id ASC, finding.column_name ASC;
