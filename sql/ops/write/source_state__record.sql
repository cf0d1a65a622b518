-- Question: can this source's figures be trusted after this attempt?
-- Parameters: source_id, state, reason_code, reason, run_id. Writes ops.source_state.
INSERT INTO ops.source_state AS old (source_id, state, reason_code, reason, run_id)
VALUES (%(source_id)s, %(state)s, %(reason_code)s, %(reason)s, %(run_id)s)
ON CONFLICT (source_id) DO UPDATE SET
    state = excluded.state,
    reason_code = excluded.reason_code,
    reason = excluded.reason,
    run_id = excluded.run_id,
    checked_at = now();
