-- Question: which refused deliveries of a source has nothing replaced yet?
-- Parameters: source_id. Reads ops.delivery. A later delivery of the same label that was taken settles a refusal.
SELECT
    refused.label,
    refused.reason_code,
    refused.reason
FROM ops.delivery AS refused
WHERE
    refused.source_id = %(source_id)s
    AND refused.state = 'refused'
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
