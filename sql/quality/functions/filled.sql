-- The value, or NULL where the cell counts as empty: null, empty text, or only blanks (ASCII, NBSP, U+3000).
CREATE OR REPLACE FUNCTION quality.filled(value text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN btrim(value, E' \t\n\r\u00a0\u3000') <> '' THEN value END;
