-- A key as the national tables can hold it: clean text without the blanks that may stand between the words of a name (NBSP, U+3000), which
-- keys are compared without.
CREATE OR REPLACE FUNCTION quality.is_clean_key(value text, max_length integer)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN quality.is_clean_text(value, max_length, false) AND value !~ E'[\u00a0\u3000]';
