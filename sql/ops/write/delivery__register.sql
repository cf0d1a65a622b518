-- Question: under which number is a delivery booked?
-- Parameters: source_id, protocol, label, digest, received_at, path, state, reason_code, reason, run_id. Writes ops.delivery.
INSERT INTO ops.delivery (
    source_id, protocol, label, digest, received_at, landing_path, state, reason_code, reason, run_id
)
VALUES (
    %(source_id)s, %(protocol)s, %(label)s, %(digest)s, %(received_at)s, %(path)s, %(state)s, %(reason_code)s, %(reason)s,
    %(run_id)s
)
RETURNING delivery_id;
