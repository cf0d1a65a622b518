-- Ends the sessions of readers whose transaction is older than the cap, and says how many. statement_timeout is a role's own to change, so
-- it caps nobody; this does. Runs as the owner of the warehouse, because the pipeline may not end others' sessions.
CREATE OR REPLACE FUNCTION ops.end_overlong_readers(cap interval DEFAULT interval '1 hour')
RETURNS integer LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp
RETURN (
    SELECT count(*) FILTER (WHERE pg_terminate_backend(pid))::integer
    FROM pg_stat_activity
    WHERE datname = current_database() AND usename IN ('analyst', 'portal_reader') AND xact_start < clock_timestamp() - cap
);
