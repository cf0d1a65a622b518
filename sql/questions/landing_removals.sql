-- Question: which landing folders has a run of maintain removed? Parameters: run_id.
SELECT landing_path
FROM ops.landing_removal
WHERE run_id = %(run_id)s
ORDER BY landing_path;
