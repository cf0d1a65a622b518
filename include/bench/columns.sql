-- Question: which columns has a view, and of which types? Parameters: view. One row per column, in order.
SELECT
    attname,
    format_type(atttypid, NULL) AS kind
FROM pg_attribute
WHERE attrelid = %(view)s::regclass AND attnum > 0
ORDER BY attnum;
