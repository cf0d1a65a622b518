-- Question: which refused deliveries of a source has nothing replaced yet?
-- Parameters: source_id. Reads ops.delivery. One row per label, with its latest refusal; a later delivery of the same label that was taken
-- settles it.
SELECT
    (array_agg(refused.reason_code ORDER BY refused.delivery_id DESC))[1] AS reason_code,
    (array_agg(refused.reason ORDER BY refused.delivery_id DESC))[1] AS reason,
    refused.label
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
GROUP BY refused.label
ORDER BY min(refused.delivery_id);
