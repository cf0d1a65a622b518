-- Question: can each source be vouched for? Parameters: none. One row per registered source: unverified ones first, then in the
-- order of the register.
SELECT
    source.source_id,
    source.name,
    source.kind,
    source.new_city,
    source.street,
    source.protocol,
    source.contact,
    source.is_enabled,
    state.checked_at,
    coalesce(state.state, 'unverified') AS state,
    CASE WHEN state.source_id IS NULL THEN 'NOT_COLLECTED' ELSE state.reason_code END AS reason_code,
    CASE WHEN state.source_id IS NULL THEN '还没有收过数' ELSE state.reason END AS reason
FROM dim.source AS source
LEFT JOIN ops.source_state AS state ON source.source_id = state.source_id
ORDER BY
    source.is_enabled AND coalesce(state.state, 'unverified') = 'unverified' DESC,
    source.is_enabled DESC,
    source.priority ASC,
    source.source_id ASC;
