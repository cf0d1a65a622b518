-- Question: how many records of each delivery are new versions, replays, or repeats within the delivery?
-- Parameters: none. Reads arrival, fate, ops.delivery. One row per delivery that sent at least one readable record; newest: of the
-- records that say when they were written, the others count as received.
WITH arrived AS (
    SELECT
        arrival.delivery_id,
        count(*) AS received,
        max(arrival.synced_at) FILTER (WHERE arrival.synced_at < delivery.received_at) AS newest
    FROM arrival
    INNER JOIN ops.delivery AS delivery ON arrival.delivery_id = delivery.delivery_id
    GROUP BY arrival.delivery_id
),

said AS (
    SELECT
        delivery_id,
        count(*) FILTER (WHERE NOT is_version) AS replays,
        count(*) AS times
    FROM fate
    WHERE seq IS NOT NULL
    GROUP BY delivery_id, record_key, synced_at, digest, operation
),

contested AS (
    -- a repeat says the same of the same record and moment as an earlier arrival of the delivery
    SELECT
        delivery_id,
        sum(replays)::bigint AS replays,
        sum(times - 1)::bigint AS repeated
    FROM said
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
