-- What a case is about, for the comparison of two deliveries of it: item, applicant and accept day. NULL where one of them is empty.
CREATE OR REPLACE FUNCTION quality.case_digest(item_code text, applicant text, certificate_no text, accept_date text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN md5(
    quality.filled(item_code) || E'\n' || quality.filled(applicant) || E'\n' || upper(quality.filled(certificate_no))
    || E'\n' || left(quality.filled(accept_date), 10)
);
