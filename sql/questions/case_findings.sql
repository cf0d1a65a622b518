-- Question: what is wrong with a case? Parameters: case_key. One row per finding on any of its records.
SELECT
    finding.feed,
    finding.record_key,
    finding.rule_id,
    finding.column_name,
    finding.severity,
    finding.is_waived,
    finding.source_id,
    finding.delivery_id,
    finding.found_at,
    rule.description,
    coalesce(source.name, finding.source_id) AS source_name
FROM quality.finding AS finding
LEFT JOIN quality.rule AS rule
    ON finding.feed = rule.feed
    AND finding.rule_id = rule.rule_id
    AND finding.column_name = rule.column_name
    AND finding.severity = rule.severity
LEFT JOIN dim.source AS source ON finding.source_id = source.source_id
WHERE finding.case_key = %(case_key)s
ORDER BY finding.feed, finding.rule_id, finding.column_name, finding.record_key, finding.source_id
LIMIT 500;
