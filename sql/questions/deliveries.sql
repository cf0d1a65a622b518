-- Question: what is known of these deliveries? Parameters: delivery_ids. One row each, in order of arrival.
SELECT
    delivery.delivery_id,
    delivery.source_id,
    delivery.label,
    delivery.state,
    delivery.received_at,
    delivery.run_id,
    coalesce(source.name, delivery.source_id) AS source_name
FROM ops.delivery AS delivery
LEFT JOIN dim.source AS source ON delivery.source_id = source.source_id
WHERE delivery.delivery_id = any(%(delivery_ids)s)
ORDER BY delivery.received_at, delivery.delivery_id;
