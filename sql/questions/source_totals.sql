-- Question: how many deliveries and unreadable records does a source have? Parameters: source_id. One row.
SELECT
    (SELECT count(*) FROM ops.delivery WHERE source_id = %(source_id)s) AS delivery_count,
    (
        SELECT count(*)
        FROM ops.unparsable AS unparsable
        INNER JOIN ops.delivery AS delivery ON unparsable.delivery_id = delivery.delivery_id
        WHERE delivery.source_id = %(source_id)s
    ) AS unparsable_count;
