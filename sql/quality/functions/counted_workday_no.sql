-- The number of the working day as which a day counts: what begins or ends on a rest day counts as on the next working day.
CREATE OR REPLACE FUNCTION quality.counted_workday_no(workday_no integer, is_workday boolean)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN workday_no + CASE WHEN is_workday THEN 0 ELSE 1 END;
