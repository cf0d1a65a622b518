-- The characters that are nothing, as a part of a regular expression's brackets: controls (C0 but for tab and line breaks, DEL, C1), format
-- characters, separators other than blanks (ASCII, NBSP, U+3000), non-characters, and U+2400, which stands for a NUL character: PostgreSQL
-- cannot store one, and the collector writes down its visible symbol. Variation selectors say how the character before them looks: they stay.
CREATE OR REPLACE FUNCTION quality.invisible()
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    E'\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e'
    || E'\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2400\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff'
    || E'\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff'
    || E'\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe\U0003ffff\U0004fffe\U0004ffff\U0005fffe\U0005ffff\U0006fffe\U0006ffff'
    || E'\U0007fffe\U0007ffff\U0008fffe\U0008ffff\U0009fffe\U0009ffff\U000afffe\U000affff\U000bfffe\U000bffff\U000cfffe\U000cffff'
    || E'\U000dfffe\U000dffff\U000efffe\U000effff\U000ffffe\U000fffff\U0010fffe\U0010ffff';
