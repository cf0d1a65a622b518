-- Question: what has a source delivered lately? Parameters: source_id. At most 100 rows: refused ones first, then the newest.
SELECT
    delivery.delivery_id,
    delivery.label,
    delivery.received_at,
    delivery.state,
    delivery.reason_code,
    delivery.reason,
    delivery.run_id,
    book.received,
    book.versions,
    book.replayed,
    book.unparsable,
    book.later
FROM ops.delivery AS delivery
LEFT JOIN (
    SELECT
        delivery_id,
        sum(received)::bigint AS received,
        sum(versions)::bigint AS versions,
        sum(replayed)::bigint AS replayed,
        sum(unparsable)::bigint AS unparsable,
        sum(later)::bigint AS later
    FROM ops.ledger
    GROUP BY delivery_id
) AS book ON delivery.delivery_id = book.delivery_id
WHERE delivery.source_id = %(source_id)s
ORDER BY delivery.state = 'refused' DESC, delivery.received_at DESC, delivery.delivery_id DESC
LIMIT 100;
