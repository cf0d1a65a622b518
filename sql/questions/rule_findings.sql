-- Question: which records break a rule now?
-- Parameters: rule_id; source_id, NULL for all; first, of the page, from 0; size, of the page. Newest first.
SELECT
    finding.case_key,
    finding.feed,
    finding.record_key,
    finding.column_name,
    finding.severity,
    finding.is_waived,
    finding.source_id,
    finding.found_at,
    coalesce(source.name, finding.source_id) AS source_name
FROM quality.finding AS finding
LEFT JOIN dim.source AS source ON finding.source_id = source.source_id
WHERE
    finding.rule_id = %(rule_id)s
    AND (%(source_id)s::text IS NULL OR finding.source_id = %(source_id)s)
ORDER BY finding.found_at DESC, finding.case_key ASC, finding.feed ASC, finding.record_key ASC, finding.column_name ASC
LIMIT %(size)s
OFFSET %(first)s;
