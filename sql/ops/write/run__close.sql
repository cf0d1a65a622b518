-- Question: with what does this run close?
-- Parameters: run_id, unexplained_count, is_closed. Reads ops.source_state, dim.source. Writes ops.run.
UPDATE ops.run AS run SET
    unexplained_count = %(unexplained_count)s,
    unverified_sources = (
        SELECT coalesce(array_agg(source.source_id ORDER BY source.source_id), '{}')
        FROM dim.source AS source
        LEFT JOIN ops.source_state AS state ON source.source_id = state.source_id
        WHERE source.is_enabled AND state.state IS DISTINCT FROM 'balanced'
    ),
    closed_at = CASE WHEN %(is_closed)s THEN now() END
WHERE run.run_id = %(run_id)s;
