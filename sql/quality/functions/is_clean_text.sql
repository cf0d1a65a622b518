-- Text as the national tables can hold it: within its length, trimmed, no characters that are nothing. Where lines are allowed, U+200D may
-- join emoji (U+FE0F, U+20E3, U+2190-U+2BFF, U+1F000-U+1FAFF) to one picture.
CREATE OR REPLACE FUNCTION quality.is_clean_text(value text, max_length integer, allow_lines boolean)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    char_length(value) <= max_length
    AND value = btrim(value, E' \t\n\r\u00a0\u3000')
    AND CASE
        WHEN allow_lines
            THEN
                regexp_replace(value, E'([\ufe0f\u20e3\u2190-\u2bff\U0001f000-\U0001faff])\u200d(?=[\u2190-\u2bff\U0001f000-\U0001faff])', '\1', 'g')
                !~ ('[' || quality.invisible() || ']')
        ELSE value !~ (E'[\t\n\r' || quality.invisible() || ']')
    END;
