-- Question: how many records of each delivery are new versions, replays, or repeats within the delivery?
-- Parameters: none. Reads the temporary tables incoming_record and decided_version, ops.delivery. One row per delivery that sent at least one readable record; newest: of the
-- records that say when they were written, the others count as received.
WITH arrived AS (
    SELECT
        incoming.delivery_id,
        count(*) AS received,
        date_trunc('second', max(incoming.synced_at) FILTER (WHERE incoming.synced_at < delivery.received_at)) AS newest
    FROM incoming_record AS incoming
    INNER JOIN ops.delivery AS delivery ON incoming.delivery_id = delivery.delivery_id
    GROUP BY incoming.delivery_id
),

stated AS (
    SELECT
        delivery_id,
        count(*) FILTER (WHERE NOT is_version) AS replays,
        count(*) AS times
    FROM decided_version
    WHERE seq IS NOT NULL
    GROUP BY delivery_id, record_key, synced_at, digest, operation
),

contested AS (
    -- a repeat equals an earlier record of the delivery under the same key and moment
    SELECT
        delivery_id,
        sum(replays)::bigint AS replays,
        sum(times - 1)::bigint AS repeated
    FROM stated
    GROUP BY delivery_id
)

SELECT
    arrived.delivery_id,
    arrived.received,
    arrived.received - coalesce(contested.replays, 0) AS versions,
    coalesce(contested.repeated, 0) AS repeated,
    arrived.newest
FROM arrived
LEFT JOIN contested ON arrived.delivery_id = contested.delivery_id;
