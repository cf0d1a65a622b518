-- Whether characters of a text were lost in a conversion, so that nothing brings them back: U+FFFD, as it is or read again as GBK (锟斤拷) or
-- Latin-1 (ï¿½), runs of C1 controls, memory that was never filled (烫烫烫, 屯屯屯).
CREATE OR REPLACE FUNCTION quality.is_lost_text(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN value ~ E'\ufffd|锟斤拷|斤拷锟|拷锟斤|ï¿½|[\u0080-\u009f]{2}|烫烫烫|屯屯屯';
