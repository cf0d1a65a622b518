-- Question: which ratings has a case, and what is the verdict on each? Parameters: case_key. One row per live rating.
SELECT
    rating.source_id,
    rating.record_key,
    rating.assess_number,
    rating.verdict,
    rating.is_qualified,
    rating.failed_rules,
    rating.warned_rules,
    rating.first_arrived_date,
    rating.completed_date,
    rating.delivery_id,
    coalesce(source.name, rating.source_id) AS source_name
FROM dwd.rating AS rating
LEFT JOIN dim.source AS source ON rating.source_id = source.source_id
WHERE rating.case_key = %(case_key)s
ORDER BY rating.assess_number, rating.verdict = 'duplicate', rating.source_id, rating.record_key;
