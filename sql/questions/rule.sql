-- Question: what does a rule say, and how many records break it now? Parameters: rule_id. One row per feed, column and severity.
SELECT
    rule.feed,
    rule.column_name,
    rule.view_name,
    rule.condition_digest IS NULL AS is_pattern,
    rule.severity,
    rule.dimension,
    rule.description,
    rule.basis,
    rule.confidence,
    rule.owner,
    rule.since,
    rule.history,
    rule.bad_example,
    rule.good_example,
    count(finding.record_key) AS finding_count
FROM quality.rule AS rule
LEFT JOIN quality.finding AS finding
    ON rule.feed = finding.feed
    AND rule.rule_id = finding.rule_id
    AND rule.column_name = finding.column_name
    AND rule.severity = finding.severity
WHERE rule.rule_id = %(rule_id)s
GROUP BY rule.feed, rule.rule_id, rule.column_name, rule.severity
ORDER BY finding_count DESC, rule.feed ASC, rule.column_name ASC, rule.severity ASC;
