-- Question: what in this database belongs to somebody else than its new owner, and how does it change hands?
-- Parameters: owner, a role. One statement a row. Sequences of columns go with their tables.
SELECT format('ALTER TABLE %%s OWNER TO %%I', class.oid::regclass, %(owner)s)
FROM pg_class AS class
WHERE
    class.relnamespace = 'public'::regnamespace
    AND class.relkind IN ('r', 'p', 'v', 'm')
    AND pg_get_userbyid(class.relowner) <> %(owner)s
UNION ALL
SELECT format('ALTER TYPE %%s OWNER TO %%I', type.oid::regtype, %(owner)s)
FROM pg_type AS type
WHERE type.typnamespace = 'public'::regnamespace AND type.typtype = 'e' AND pg_get_userbyid(type.typowner) <> %(owner)s
UNION ALL
SELECT format('ALTER SEQUENCE %%s OWNER TO %%I', class.oid::regclass, %(owner)s)
FROM pg_class AS class
WHERE
    class.relnamespace = 'public'::regnamespace
    AND class.relkind = 'S'
    AND pg_get_userbyid(class.relowner) <> %(owner)s
    AND NOT EXISTS (
        SELECT 1 FROM pg_depend AS need
        WHERE need.classid = 'pg_class'::regclass AND need.objid = class.oid AND need.deptype IN ('a', 'i')
    );
