-- Question: how much has each source delivered so far?
-- Parameters: none. Reads ops.delivery, ops.ledger. One row per source that has delivered.
SELECT
    delivery.source_id,
    sum(ledger.received)::bigint AS received
FROM ops.delivery AS delivery
INNER JOIN ops.ledger AS ledger ON delivery.delivery_id = ledger.delivery_id
GROUP BY delivery.source_id;
