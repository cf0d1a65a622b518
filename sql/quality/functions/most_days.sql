-- The most calendar days that a time limit of the catalogue can take; `unit` is of the list time_unit. Working days are a week's five, and the
-- longest holiday; a month has 31 days. NULL where it is no number.
CREATE OR REPLACE FUNCTION quality.most_days(limit_number text, unit text)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN limit_number ~ '^[0-9]{1,4}$'
        THEN CASE unit
            WHEN '1' THEN ceil(limit_number::integer * 7 / 5.0)::integer + 10
            WHEN '2' THEN limit_number::integer
            WHEN '3' THEN ceil(limit_number::integer / 24.0)::integer
            WHEN '4' THEN ceil(limit_number::integer / 1440.0)::integer
            WHEN '5' THEN limit_number::integer * 31
        END
END;
