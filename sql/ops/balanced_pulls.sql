-- Question: which pulls of this source were loaded and added up, so that the same bytes again are nothing but replays?
-- Parameters: source_id. Reads ops.delivery, ops.ledger. One row per feed and digest. An empty pull says nothing of its feed.
SELECT DISTINCT
    ledger.feed,
    delivery.digest
FROM ops.delivery AS delivery
INNER JOIN ops.ledger AS ledger ON delivery.delivery_id = ledger.delivery_id
WHERE delivery.source_id = %(source_id)s AND delivery.state = 'loaded' AND ledger.residual = 0 AND ledger.received > 0;
