-- Whether a free text holds a number as long as a phone, a bank card or an identity number: eleven digits and more, whatever
-- blanks, dots or hyphens stand between them and however wide they are written. A date with a time of day is shorter.
CREATE OR REPLACE FUNCTION quality.has_long_number(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN regexp_replace(
    translate(value, '０１２３４５６７８９', '0123456789'), '[\s.·_()（）/—–‐－ \u00a0\u3000-]', '', 'g'
) ~ '[0-9]{11}';
