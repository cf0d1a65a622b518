-- Question: has anything changed that figures and books are counted from?
-- Parameters: none. One row: equal to the last one as long as nothing has. Runs write in this order: deliveries, verdicts, tally,
-- closing; so figures counted between verdicts and tally are counted again after the tally. What waits for inspection makes them a lower bound at once.
SELECT
    (SELECT max(delivery_id) FROM ops.delivery) AS last_delivery,
    (SELECT max(checked_at) FROM ops.source_state) AS sources_checked_at,
    (SELECT count(*) FROM dim.source) AS source_count,
    (SELECT count(*) FROM ops.run WHERE total_count IS NOT NULL) AS tallied_count,
    (SELECT max(closed_at) FROM ops.run) AS closed_at,
    (SELECT sum(value) FROM ops.setting) AS settings,
    (SELECT waiting_count FROM ads.verification) AS waiting_count;
