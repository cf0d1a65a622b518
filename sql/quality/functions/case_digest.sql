-- What a case is about, for the comparison of two deliveries of it by quality.is_conflicting(): item, certificate number and accept day, each by
-- itself and however they are spelt, empty where one is. The applicant's name is left out: where the number is the same, another name is
-- another spelling, or K10's.
CREATE OR REPLACE FUNCTION quality.case_digest(item_code text, certificate_no text, accept_date text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    coalesce(md5(quality.spelling(quality.filled(item_code))), '') || ','
    || coalesce(md5(quality.spelling(quality.filled(certificate_no))), '') || ','
    || coalesce(left(quality.filled(accept_date), 10), '');
