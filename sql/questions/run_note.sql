-- Question: what is there to say of one run, in figures? Parameters: run_id. At most one row.
SELECT
    run.data_date,
    run.total_count,
    run.qualified_count,
    setting.value AS target_count,
    run.rating_total_count,
    run.rating_qualified_count,
    rating_setting.value AS rating_target_count,
    run.unexplained_count,
    cardinality(run.unverified_sources) AS unverified_count,
    coalesce(run.waiting_count, 0) AS waiting_count,
    coalesce(sum(ledger.received), 0)::bigint AS received,
    coalesce(sum(ledger.versions), 0)::bigint AS versions,
    coalesce(sum(ledger.replayed), 0)::bigint AS replayed
FROM ops.run AS run
INNER JOIN ops.setting AS setting ON setting.name = 'case_target'
INNER JOIN ops.setting AS rating_setting ON rating_setting.name = 'rating_target'
LEFT JOIN ops.delivery AS delivery ON run.run_id = delivery.run_id
LEFT JOIN ops.ledger AS ledger ON delivery.delivery_id = ledger.delivery_id
WHERE run.run_id = %(run_id)s AND run.total_count IS NOT NULL
GROUP BY run.run_id, setting.value, rating_setting.value;
