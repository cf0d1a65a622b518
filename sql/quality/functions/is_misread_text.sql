-- Whether a text was read in another encoding than it was written in and becomes Chinese when it is read again: UTF-8 read as GBK (寮犱笁), as
-- Latin-1 or Windows-1252 (å¼ ä¸‰), GBK read as Latin-1 (ÕÅÈý), a byte order mark at the beginning; or whether it has question marks in
-- place of characters: two of them beside something else, where lines are allowed, where people do ask, beside no word. Nothing but question
-- marks is a placeholder.
-- Nothing is converted that could fail: GB 18030 has every character, LATIN1 every byte.
CREATE OR REPLACE FUNCTION quality.is_misread_text(value text, allow_lines boolean)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    value ~ '^(锘|ï»¿)'
    OR value ~ '[?]{2}' AND value ~ '[^?]' AND (NOT allow_lines OR value ~ '^[?[:space:][:punct:]0-9]*$')
    -- two characters of three bytes each; a third one of GBK's own rare characters is among what they are read as, or else it may be Chinese
    OR EXISTS (
        SELECT
        FROM regexp_matches(value, quality.misread_pair() || '.', 'g') AS found (three)
        CROSS JOIN LATERAL convert_from(convert_to(found.three[1], 'GB18030'), 'LATIN1') AS bytes (text)
        WHERE bytes.text ~ E'^([ä-é][\u0080-\u00bf]{2}){2}$' AND bytes.text !~ '^([°-÷][¡-þ]){3}$'
    )
    OR translate(
        value, '€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ',
        E'\u0080\u0082\u0083\u0084\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008e\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098\u0099\u009a\u009b\u009c\u009e\u009f'
    ) ~ E'([ä-é][\u0080-\u00bf][\u0080-\u00bf ]){2}|^[ä-é][\u0080-\u00bf]{2}$'
    -- letters among them: a row of middle dots is no text
    OR value ~ '([°-÷][¡-þ]){2}' AND value ~ '[À-ÖØ-öø-þ].?[À-ÖØ-öø-þ]';
