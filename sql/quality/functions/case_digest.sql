-- What a case is about, for the comparison of two deliveries of it: item, certificate number and accept day, however they are spelt. The name
-- is left out: where the number is the same, another name is another spelling, or K10's. NULL where one of them is empty.
CREATE OR REPLACE FUNCTION quality.case_digest(item_code text, certificate_no text, accept_date text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN md5(
    quality.spelling(quality.filled(item_code)) || E'\n' || quality.spelling(quality.filled(certificate_no))
    || E'\n' || left(quality.filled(accept_date), 10)
);
