-- Question: which deliveries of a source are booked already?
-- Parameters: source_id. Reads ops.delivery, ops.ledger. One row per delivery, and feed of which it was loaded, added up and held a
-- record that could be read: an empty pull says nothing of its feed. In the order in which they were booked.
SELECT
    delivery.label,
    delivery.digest,
    delivery.state,
    delivery.received_at::text AS received_at,
    ledger.feed,
    delivery.reason_code
FROM ops.delivery AS delivery
LEFT JOIN ops.ledger AS ledger
    ON delivery.delivery_id = ledger.delivery_id
    AND delivery.state = 'loaded'
    AND ledger.residual = 0
    AND ledger.received > ledger.unparsable
WHERE delivery.source_id = %(source_id)s
ORDER BY delivery.delivery_id;
