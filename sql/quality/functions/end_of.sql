-- The last second that a written time can mean: a date alone means the whole day. Comparisons take a date at its best, so that
-- a case finished on the day on which it was accepted is not finished before it was accepted.
CREATE OR REPLACE FUNCTION quality.end_of(value text, moment timestamp)
RETURNS timestamp
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN char_length(value) = 10 THEN moment + interval '1 day - 1 second' ELSE moment END;
