-- Question: which patterns over several cases should people look at? Parameters: none. The hundred newest.
SELECT
    suspicion.rule_id,
    suspicion.description,
    suspicion.accepted_date,
    suspicion.case_count,
    suspicion.example_case_nos,
    (
        SELECT string_agg(source.name, '、' ORDER BY source.priority, source.source_id)
        FROM dim.source AS source
        WHERE source.source_id = any(suspicion.source_ids)
    ) AS source_names
FROM ads.case_suspicion AS suspicion
ORDER BY suspicion.accepted_date DESC, suspicion.rule_id ASC, suspicion.case_count DESC, suspicion.example_case_nos ASC
LIMIT 100;
