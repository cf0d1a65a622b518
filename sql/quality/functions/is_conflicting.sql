-- Whether two digests of quality.case_digest() differ in anything that both deliveries filled; NULL where that cannot be told.
CREATE OR REPLACE FUNCTION quality.is_conflicting(digest text, other text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN
    nullif(split_part(digest, ',', 1), '') <> nullif(split_part(other, ',', 1), '')
    OR nullif(split_part(digest, ',', 2), '') <> nullif(split_part(other, ',', 2), '')
    OR nullif(split_part(digest, ',', 3), '') <> nullif(split_part(other, ',', 3), '');
