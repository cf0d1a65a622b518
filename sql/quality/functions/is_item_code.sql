-- 实施编码 of 31 characters: credit code of the implementing body (18), level (1), 基本编码 (12).
CREATE OR REPLACE FUNCTION quality.is_item_code(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN value ~ '^.{18}[1-7][0-9A-Z]{12}$' AND quality.is_credit_code(left(value, 18));
