-- Unified social credit code, 18 characters, check character by GB 32100-2015: weights 3^(i-1) mod 31 over the alphabet
-- without I O S V Z, check = (31 - sum mod 31) mod 31, that is: sum + check is a multiple of 31.
CREATE OR REPLACE FUNCTION quality.is_credit_code(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN value ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'
        THEN
            (
                (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', left(value, 1)) - 1)
                + 3 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 2, 1)) - 1)
                + 9 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 3, 1)) - 1)
                + 27 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 4, 1)) - 1)
                + 19 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 5, 1)) - 1)
                + 26 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 6, 1)) - 1)
                + 16 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 7, 1)) - 1)
                + 17 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 8, 1)) - 1)
                + 20 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 9, 1)) - 1)
                + 29 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 10, 1)) - 1)
                + 25 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 11, 1)) - 1)
                + 13 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 12, 1)) - 1)
                + 8 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 13, 1)) - 1)
                + 24 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 14, 1)) - 1)
                + 10 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 15, 1)) - 1)
                + 30 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 16, 1)) - 1)
                + 28 * (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 17, 1)) - 1)
                + (strpos('0123456789ABCDEFGHJKLMNPQRTUWXY', substr(value, 18, 1)) - 1)
            ) % 31 = 0
    WHEN value IS NOT NULL THEN false
END;
