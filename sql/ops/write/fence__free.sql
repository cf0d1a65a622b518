-- Question: which attempts at a source have left a connection behind whose other end says nothing any more?
-- Parameters: application, as their connections are called; silence_seconds. Ends them: a newer attempt takes over, and they hold the fence.
SELECT pg_terminate_backend(pid)
FROM pg_stat_activity
WHERE
    application_name = %(application)s
    AND usename = current_user
    AND datname = current_database()
    AND wait_event_type = 'Client'
    AND state_change < now() - make_interval(secs => %(silence_seconds)s);
