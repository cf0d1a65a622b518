-- Question: which run last judged anything, up to and including this one? Parameters: run_id. At most one row.
SELECT earlier.run_id
FROM ops.run AS run
INNER JOIN ops.run AS earlier ON run.started_at >= earlier.started_at
WHERE
    run.run_id = %(run_id)s
    AND EXISTS (SELECT 1 FROM quality.run_check AS checked WHERE checked.run_id = earlier.run_id)
ORDER BY earlier.started_at DESC
LIMIT 1;
