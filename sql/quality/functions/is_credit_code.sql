-- Unified social credit code of 18 characters by GB 32100-2015: authority and category of its table 1 (and 54, 55, which the Ministry of
-- Civil Affairs gives to villagers' and residents' committees), a region of six digits, the organisation code with its own check character
-- (GB 11714: check = 11 - sum mod 11, 10 is X, 11 is 0; letters from A = 10), and the check character: weights 3^(i-1) mod 31 over the
-- alphabet without I O S V Z, so that sum + check is a multiple of 31. A known code that is off the standard is one all the same.
CREATE OR REPLACE FUNCTION quality.is_credit_code(value text)
RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
    WHEN
        value ~ '^(1[1239]|[248A][19]|3[1-59]|5[1-59]|[67][129]|9[123]|N[1239]|Y1)[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$'
        AND (
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
        AND substr('0X987654321', 1 + (
            3 * (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(value, 9, 1)) - 1)
            + 7 * (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(value, 10, 1)) - 1)
            + 9 * (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(value, 11, 1)) - 1)
            + 10 * (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(value, 12, 1)) - 1)
            + 5 * (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(value, 13, 1)) - 1)
            + 8 * (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(value, 14, 1)) - 1)
            + 4 * (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(value, 15, 1)) - 1)
            + 2 * (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(value, 16, 1)) - 1)
        ) % 11, 1) = substr(value, 17, 1)
        THEN true
    WHEN value IS NOT NULL THEN quality.is_off_standard_code(value)
END;
