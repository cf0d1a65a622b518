-- The number of a case as it is shown: as it was written, but for a person's number, for which the case key stands.
CREATE OR REPLACE FUNCTION quality.case_no(case_key text, project_no text)
RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN quality.is_stand_in(case_key) THEN case_key ELSE project_no END;
