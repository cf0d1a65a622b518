-- Question: what had cases judged again, beside deliveries? Parameters: run_id, rule_id; NULL: any. At most 50 acts, newest first.
SELECT
    run_id,
    acted_at,
    reason,
    feed,
    rule_id,
    case_count
FROM quality.rejudgement
WHERE
    coalesce(run_id = %(run_id)s, true)
    AND coalesce(rule_id = %(rule_id)s, %(rule_id)s IS NULL)
ORDER BY acted_at DESC, reason ASC, feed ASC, rule_id ASC
LIMIT 50;
