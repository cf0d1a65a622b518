-- Whether a version is what its source says of the record today: the current one, and not a withdrawal.
CREATE OR REPLACE FUNCTION ods.is_live(is_current boolean, operation character)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN is_current AND operation <> 'D';
