-- Question: does the server work for one of our connections, or does it wait for us?
-- Parameters: pid, of its process. At most one row: 'working', or what stays the same as long as nothing comes and goes.
SELECT
    CASE
        WHEN activity.state = 'active' AND coalesce(activity.wait_event_type, '') <> 'Client' THEN 'working'
        ELSE concat_ws(' ', activity.state, activity.state_change, progress.bytes_processed)
    END AS mark
FROM pg_stat_activity AS activity
LEFT JOIN pg_stat_progress_copy AS progress ON activity.pid = progress.pid
WHERE activity.pid = %(pid)s;
