-- Question: how many records did each rule judge in a run, and how many failed?
-- Parameters: run_id. One row per rule, column and source, failures first. A rule that has left the register since then has no
-- description.
SELECT
    checked.feed,
    checked.rule_id,
    checked.column_name,
    checked.severity,
    checked.source_id,
    checked.checked_count,
    checked.failed_count,
    rule.dimension,
    rule.description,
    rule.basis,
    coalesce(source.name, checked.source_id) AS source_name
FROM quality.run_check AS checked
LEFT JOIN quality.rule AS rule
    ON checked.feed = rule.feed
    AND checked.rule_id = rule.rule_id
    AND checked.column_name = rule.column_name
    AND checked.severity = rule.severity
LEFT JOIN dim.source AS source ON checked.source_id = source.source_id
WHERE checked.run_id = %(run_id)s
ORDER BY
    checked.feed ASC,
    checked.rule_id ASC,
    checked.column_name ASC,
    checked.severity ASC,
    checked.failed_count DESC,
    source.priority ASC,
    checked.source_id ASC;
