-- Question: which deliveries of a source that were refused, or files of which nothing could be read, has nothing replaced yet?
-- Parameters: source_id. Reads ops.delivery, ops.ledger. A later delivery of the same label that was taken settles it; a pull of
-- which nothing could be read is pulled again.
SELECT
    refused.label,
    coalesce(refused.reason_code, 'NOTHING_READABLE') AS reason_code,
    coalesce(refused.reason, refused.label || '：一条也读不出') AS reason
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
ORDER BY refused.delivery_id;
