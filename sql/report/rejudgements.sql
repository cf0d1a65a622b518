-- Question: what had the latest run judge cases again, beside deliveries? Parameters: none. One row per act.
SELECT
    reason,
    feed,
    rule_id,
    case_count
FROM quality.rejudgement
WHERE run_id = (SELECT run_id FROM ops.run ORDER BY started_at DESC LIMIT 1)
ORDER BY acted_at, reason, feed, rule_id;
