-- Question: what did the steps of the latest run cost? Parameters: none. One row per step, in order: seconds from its first
-- task's start to its last task's end, and the highest memory peak of its tasks.
SELECT
    step.step,
    round(extract(EPOCH FROM max(step.ended_at) - min(step.started_at)), 1)::float AS seconds,
    max(step.peak_rss_mb) AS peak_rss_mb
FROM ops.step AS step
WHERE step.run_id = (SELECT run_id FROM ops.run ORDER BY started_at DESC LIMIT 1)
GROUP BY step.step
ORDER BY min(step.started_at);
