-- Question: who delivered a case, and what is the verdict on each copy? Parameters: case_key. One row per live accept record.
SELECT
    record.source_id,
    record.record_key,
    record.verdict,
    record.is_qualified,
    record.is_countable,
    record.failed_rules,
    record.warned_rules,
    record.duplicate_of,
    record.first_arrived_date,
    record.completed_date,
    record.delivery_id,
    coalesce(source.name, record.source_id) AS source_name,
    coalesce(main.name, record.duplicate_of) AS duplicate_of_name
FROM dwd.case_record AS record
LEFT JOIN dim.source AS source ON record.source_id = source.source_id
LEFT JOIN dim.source AS main ON record.duplicate_of = main.source_id
WHERE record.case_key = %(case_key)s
ORDER BY record.verdict = 'duplicate', source.priority, record.source_id, record.record_key;
