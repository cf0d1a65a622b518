-- A regular expression that finds something in every text that quality.is_lost_text() or quality.is_misread_text() is true of, and in few others:
-- one look at all texts of a row spares a look at each.
CREATE OR REPLACE FUNCTION quality.garbled_marks()
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    E'\ufffd|锟斤|斤拷|拷锟|烫烫烫|屯屯屯|锘|ï»¿|ï¿½|[\u0080-\u009f]{2}|[?]{2}|[ä-é][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|[°-÷][¡-þ][°-÷][¡-þ]|'
    || quality.misread_pair();
