-- The value, or NULL where the cell counts as empty: null, empty text, or only blanks (ASCII, NBSP, U+3000), line breaks and characters
-- that are nothing.
CREATE OR REPLACE FUNCTION quality.filled(value text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN value ~ (E'[^ \t\n\r\u00a0\u3000' || quality.invisible() || ']') THEN value END;
