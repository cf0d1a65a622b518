-- Strict reading of a business time: exactly 'yyyy-MM-dd HH:mm:ss', or also 'yyyy-MM-dd' where the dialect allows it (station
-- sheets). Everything else is NULL: PostgreSQL's own cast also takes 'today', 'epoch', 'Nov 1 2021', 24:00:00 and :60, which
-- would let a verdict depend on the day it is given. A value is strict if it comes back from the cast as it went in.
-- NULL as well is what systems write where they have no time, the beginnings of their calendars: whatever lies before 1949-10-01, and
-- 1970-01-01, which in Shanghai time may have its hours on either side (a zone that was added or taken away). They are compared as text.
CREATE OR REPLACE FUNCTION quality.parse_time(value text, allow_date boolean)
RETURNS timestamp
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN value COLLATE "C" < '1949-10-01' THEN NULL
    WHEN value COLLATE "C" >= '1969-12-31 16:00:00' AND value COLLATE "C" < '1970-01-02' THEN NULL
    WHEN value LIKE '____-__-__ __:__:__'
        THEN CASE WHEN pg_input_is_valid(value, 'timestamp') AND value::timestamp::text = value THEN value::timestamp END
    WHEN allow_date AND value LIKE '____-__-__'
        THEN CASE WHEN pg_input_is_valid(value, 'date') AND value::date::text = value THEN value::timestamp END
END;
