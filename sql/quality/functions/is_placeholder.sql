-- Whether a text stands in for a value that nobody had: 无, 空, 测试, test, or the same character over and over (1, 11111, xx, ——).
-- A name of one or two Chinese characters is not one, even if they are the same, but for those two words. For most texts the first two characters decide.
CREATE OR REPLACE FUNCTION quality.is_placeholder(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN substr(value, 2, 1) IN ('', left(value, 1))
        THEN
            value = repeat(left(value, 1), char_length(value))
            AND (char_length(value) > 2 OR left(value, 1) IN ('无', '空') OR left(value, 1) !~ '[㐀-鿿𠀀-𲎯]')
    ELSE value IN ('测试', 'test', 'Test', 'TEST')
END;
