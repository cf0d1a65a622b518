-- Question: what did this task cost?
-- Parameters: run_id, step, map_index, seconds, peak_rss_mb. Writes ops.step.
INSERT INTO ops.step (run_id, step, map_index, started_at, ended_at, peak_rss_mb)
VALUES (
    %(run_id)s, %(step)s, %(map_index)s, now() - make_interval(secs => %(seconds)s), now(), %(peak_rss_mb)s
)
ON CONFLICT (run_id, step, map_index) DO UPDATE SET
    started_at = excluded.started_at,
    ended_at = excluded.ended_at,
    peak_rss_mb = excluded.peak_rss_mb;
