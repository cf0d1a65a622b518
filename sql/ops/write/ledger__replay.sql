-- Question: what does a delivery count whose bytes have been loaded before under another name?
-- Parameters: delivery_id, digest, source_id, later (JSON: records after the window by feed). Reads and writes ops.ledger. Every readable record is a replay.
INSERT INTO ops.ledger (delivery_id, feed, declared, received, overlap, unparsable, replayed, versions, later)
SELECT
    %(delivery_id)s AS replay_id,
    ledger.feed,
    ledger.declared,
    ledger.received,
    ledger.overlap,
    ledger.unparsable,
    ledger.replayed + ledger.versions AS replayed,
    0 AS versions,
    coalesce((%(later)s::jsonb ->> ledger.feed)::bigint, 0) AS later
FROM ops.ledger AS ledger
WHERE
    ledger.delivery_id = (
        SELECT min(delivery.delivery_id)
        FROM ops.delivery AS delivery
        WHERE
            delivery.source_id = %(source_id)s
            AND delivery.digest = %(digest)s
            AND delivery.state = 'loaded'
    );
