-- Question: what must each station mend?
-- Parameters: none. Reads quality.finding, quality.rule, ops.delivery. One row per finding, by source and case.
-- A suspicion is for the inspectors to look into, not for the station to mend.
SELECT
    finding.source_id,
    CASE WHEN left(finding.case_key, 1) = '#' THEN '' ELSE finding.case_key END AS case_no,
    finding.record_key,
    CASE finding.feed WHEN 'accept' THEN '受理' WHEN 'process' THEN '环节' WHEN 'result' THEN '办结' END AS feed,
    finding.column_name,
    finding.rule_id,
    CASE finding.severity WHEN 'critical' THEN '须改正' WHEN 'warning' THEN '提示' WHEN 'duplicate' THEN '重复件' END AS action,
    rule.description,
    delivery.label
FROM quality.finding AS finding
INNER JOIN quality.rule AS rule
    ON finding.feed = rule.feed
    AND finding.rule_id = rule.rule_id
    AND finding.column_name = rule.column_name
    AND finding.severity = rule.severity
INNER JOIN ops.delivery AS delivery ON finding.delivery_id = delivery.delivery_id
WHERE finding.severity <> 'suspicion'
ORDER BY finding.source_id, finding.case_key, finding.feed, finding.rule_id, finding.column_name;
