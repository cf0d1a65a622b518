-- Whether a credit code is known to be real though it is off the standard; list off_standard_credit_code of code_lists.csv, which has none at
-- first. Asked only of codes that fail. It says immutable though the list may change, since columns are generated from it: a changed list
-- has items read and cases judged again.
CREATE OR REPLACE FUNCTION quality.is_off_standard_code(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN EXISTS (SELECT FROM dim.code AS known WHERE known.list = 'off_standard_credit_code' AND known.code = value);
