-- Question: can each source be vouched for? Parameters: none. One row per enabled source, in the order of the register.
SELECT
    source.source_id,
    source.name,
    coalesce(state.state, 'unverified') AS state,
    CASE WHEN state.source_id IS NULL THEN 'NOT_COLLECTED' ELSE state.reason_code END AS reason_code,
    CASE WHEN state.source_id IS NULL THEN '还没有收过数' ELSE state.reason END AS reason
FROM dim.source AS source
LEFT JOIN ops.source_state AS state ON source.source_id = state.source_id
WHERE source.is_enabled
ORDER BY source.priority, source.source_id;
