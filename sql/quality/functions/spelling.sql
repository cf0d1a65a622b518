-- A name as it is compared with others: one name in two spellings is one. Case and width do not matter, nor do blanks, what is nothing,
-- dots between the parts of a name, variation selectors or the kind of brackets.
CREATE OR REPLACE FUNCTION quality.spelling(value text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(
    translate(upper(normalize(value, NFKC)), '[]{}【】〔〕〖〗「」『』〈〉《》', '()()()()()()()()()()'),  -- noqa: CP02
    E'[ \t\n\r.·•・‧∙⋅●。\u1427\u02d9\u16eb\u2e31\ufe00-\ufe0f\U000e0100-\U000e01ef' || quality.invisible() || ']', '', 'g'
);
