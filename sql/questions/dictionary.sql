-- Question: what does the warehouse hold, in its own words? Parameters: none. One row per column of every table and view that
-- people may query: schema, relation, its comment, column, type, comment; in the order of the layers.
SELECT
    namespace.nspname AS layer,
    relation.relname AS relation,
    obj_description(relation.oid, 'pg_class') AS meaning,
    attribute.attname AS column_name,
    format_type(attribute.atttypid, attribute.atttypmod) AS type,
    col_description(relation.oid, attribute.attnum) AS column_meaning
FROM pg_class AS relation
INNER JOIN pg_namespace AS namespace ON relation.relnamespace = namespace.oid
INNER JOIN pg_attribute AS attribute ON relation.oid = attribute.attrelid AND attribute.attnum > 0 AND NOT attribute.attisdropped
INNER JOIN unnest(ARRAY['ads', 'dws', 'dwd', 'dim', 'quality', 'ods', 'ops']) WITH ORDINALITY AS layer (name, place)
    ON namespace.nspname = layer.name
-- a view of quality is for the pipeline alone
WHERE relation.relkind = 'r' OR relation.relkind = 'v' AND namespace.nspname <> 'quality'
ORDER BY layer.place, relation.relname, attribute.attnum;
