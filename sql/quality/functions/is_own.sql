-- Whether a row is the case's own and not one of a copy that another source holds; `copy_sources` are those of ods.case_fact.
CREATE OR REPLACE FUNCTION quality.is_own(source_id text, copy_sources text[])
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN coalesce(source_id <> all(copy_sources), true);
