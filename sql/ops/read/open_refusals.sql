-- Question: which deliveries of a source that were refused, or files of which nothing could be read, has nothing replaced yet?
-- Parameters: source_id. Reads ops.delivery, ops.ledger. One row per label, with its latest refusal; a later delivery of the same label
-- that was taken settles it; a pull of which nothing could be read is pulled again.
SELECT
    refused.label,
    coalesce((array_agg(refused.reason_code ORDER BY refused.delivery_id DESC))[1], 'NOTHING_READABLE') AS reason_code,
    coalesce((array_agg(refused.reason ORDER BY refused.delivery_id DESC))[1], refused.label || '：一条也读不出') AS reason
FROM ops.delivery AS refused
WHERE
    refused.source_id = %(source_id)s
    AND (
        refused.state = 'refused'
        OR refused.protocol = 'files' AND EXISTS (
            SELECT 1
            FROM ops.ledger AS ledger
            WHERE
                ledger.delivery_id = refused.delivery_id
                AND ledger.received > 0
                AND ledger.received = ledger.unparsable
        )
    )
    AND NOT EXISTS (
        SELECT 1
        FROM ops.delivery AS later
        WHERE
            later.source_id = refused.source_id
            AND later.label = refused.label
            AND later.delivery_id > refused.delivery_id
            AND later.state <> 'refused'
    )
GROUP BY refused.label
ORDER BY min(refused.delivery_id);
