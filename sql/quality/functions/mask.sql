-- A number that people can compare but not use: first three and last two characters; shorter ones are hidden whole.
CREATE OR REPLACE FUNCTION quality.mask(value text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN char_length(value) > 7 THEN left(value, 3) || '****' || right(value, 2) ELSE left('****', 4 * sign(char_length(value))::integer) END;
