-- Question: which landing folders are past their retention, and may they be removed?
-- Parameters: before (exclusive). Reads ops.delivery, ops.ledger, ops.landing_removal. One row per folder that was last used before,
-- and is not removed since. Removable: every delivery in it was loaded and adds up, or was refused and has been replaced; and
-- it is not among the newest deliveries of its source. A path that is not <source>/<folder> is never one of ours.
WITH delivery AS (
    SELECT
        one.landing_path,
        one.recorded_at,
        one.recorded_at = max(one.recorded_at) OVER (PARTITION BY one.source_id) AS is_newest,
        CASE
            WHEN one.state = 'refused' THEN EXISTS (
                SELECT 1
                FROM ops.delivery AS later
                WHERE
                    later.source_id = one.source_id
                    AND later.label = one.label
                    AND later.delivery_id > one.delivery_id
                    AND later.state <> 'refused'
            )
            ELSE coalesce((
                SELECT bool_and(ledger.residual IS NOT DISTINCT FROM 0)
                FROM ops.ledger AS ledger
                WHERE ledger.delivery_id = one.delivery_id
            ), false)
        END AS is_settled
    FROM ops.delivery AS one
)

SELECT
    delivery.landing_path,
    bool_and(delivery.is_settled AND NOT delivery.is_newest) AS is_removable
FROM delivery
WHERE delivery.landing_path ~ '^[a-z][a-z0-9_]*/[A-Za-z0-9][A-Za-z0-9_.-]*$'
GROUP BY delivery.landing_path
HAVING
    max(delivery.recorded_at) < %(before)s
    AND NOT EXISTS (
        SELECT 1
        FROM ops.landing_removal AS removal
        WHERE removal.landing_path = delivery.landing_path AND removal.removed_at > max(delivery.recorded_at)
    )
ORDER BY delivery.landing_path;
