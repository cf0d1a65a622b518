-- Question: whose records break a rule? Parameters: rule_id. One row per source, most failures first.
SELECT
    finding.source_id,
    coalesce(source.name, finding.source_id) AS name,
    count(*) AS finding_count
FROM quality.finding AS finding
LEFT JOIN dim.source AS source ON finding.source_id = source.source_id
WHERE finding.rule_id = %(rule_id)s
GROUP BY finding.source_id, source.name
ORDER BY finding_count DESC, finding.source_id ASC;
