-- Strict reading of a business time: exactly 'yyyy-MM-dd HH:mm:ss', or also 'yyyy-MM-dd' where the dialect allows it (station
-- sheets). Everything else is NULL: PostgreSQL's own cast also takes 'today', 'epoch', 'Nov 1 2021', 24:00:00 and :60, which
-- would let a verdict depend on the day it is given. A value is strict if it comes back from the cast as it went in.
-- Sentinels that mean "empty" are NULL as well.
CREATE OR REPLACE FUNCTION quality.parse_time(value text, allow_date boolean)
RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN left(value, 10) = any(ARRAY['1753-01-01', '1900-01-01', '1970-01-01']) THEN NULL
    WHEN value LIKE '____-__-__ __:__:__'
        THEN CASE WHEN pg_input_is_valid(value, 'timestamp') AND value::timestamp::text = value THEN value::timestamp END
    WHEN allow_date AND value LIKE '____-__-__'
        THEN CASE WHEN pg_input_is_valid(value, 'date') AND value::date::text = value THEN value::timestamp END
END;
