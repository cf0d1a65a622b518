-- The number of a step (SN), where the vendor numbers them: a source whose codes of event_name are its own.
CREATE OR REPLACE FUNCTION quality.step_no(own_lists text[], extra jsonb)
RETURNS integer
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN 'event_name' = any(own_lists) AND extra ->> 'SN' ~ '^[0-9]{1,9}$' THEN (extra ->> 'SN')::integer END;
