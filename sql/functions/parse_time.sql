-- Strict reading of a business time: exactly 'yyyy-MM-dd HH:mm:ss' in ASCII digits, or also 'yyyy-MM-dd' where the dialect
-- allows it (station sheets). Everything else is NULL: PostgreSQL's own cast also takes 'today', 'epoch', 'Nov 1 2021',
-- 24:00:00 and :60, which would let a verdict depend on the day it is given. Sentinels that mean "empty" are NULL as well.
-- Days up to 28 exist in every month, so that only the last three days ask the slower validity function.
CREATE OR REPLACE FUNCTION quality.parse_time(value text, allow_date boolean)
RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN
        value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01]) ([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$'
        OR (allow_date AND value ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$')
        THEN CASE
            WHEN
                (substr(value, 9, 2) <= '28' OR pg_input_is_valid(value, 'timestamp'))
                AND left(value, 10) <> ALL (ARRAY['1753-01-01', '1900-01-01', '1970-01-01'])
                AND value >= '0001'
                THEN value::timestamp
        END
END;
