-- Question: what stands in the way of a migration?
-- Parameters: none. Drops every view of the layers and takes the mark of the edition from schema ops, so that they are made anew.
DO $$
DECLARE
    view record;
BEGIN
    FOR view IN
        -- by name: one that went with another one has no longer an oid
        SELECT
            format('%I.%I', namespace.nspname, class.relname) AS name,
            CASE class.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS kind
        FROM pg_class AS class
        INNER JOIN pg_namespace AS namespace ON class.relnamespace = namespace.oid
        WHERE
            class.relkind IN ('v', 'm')
            AND namespace.nspname IN ('ops', 'dim', 'ods', 'quality', 'dwd', 'dws', 'ads')
    LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', view.kind, view.name);
    END LOOP;
END $$;
COMMENT ON SCHEMA ops IS NULL;
