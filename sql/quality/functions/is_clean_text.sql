-- Text as the national tables can hold it: within its length, trimmed, no control characters. U+2400 stands for a NUL
-- character, which PostgreSQL cannot store and the collector writes down as its visible symbol.
CREATE OR REPLACE FUNCTION quality.is_clean_text(value text, max_length integer, allow_lines boolean)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    char_length(value) <= max_length
    AND value = btrim(value, E' \t\n\r\u00a0\u3000')
    AND NOT CASE
        WHEN allow_lines THEN value ~ E'[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\u2400]'
        ELSE value ~ E'[\u0001-\u001f\u007f\u2400]'
    END;
