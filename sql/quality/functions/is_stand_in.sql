-- Whether a case key stands for a person's number, which was given as the number of the case: its mask and four digits, as
-- include/govservice/contract/personal_numbers.py makes them.
CREATE OR REPLACE FUNCTION quality.is_stand_in(case_key text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN substr(case_key, 4, 4) = '****';
