-- The number of a step where its source numbers them; `columns` are dim.source.extra_columns of the feed.
CREATE OR REPLACE FUNCTION quality.step_no(columns jsonb, extra jsonb)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN extra ->> (columns ->> 'step_no') ~ '^[0-9]{1,9}$' THEN (extra ->> (columns ->> 'step_no'))::integer
END;
