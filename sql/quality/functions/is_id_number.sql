-- Citizen identity number of 18 characters by GB 11643: a province code, a real date of birth that is not after the given
-- day, and the check character ISO 7064 MOD 11-2. Lower-case x is accepted. Numbers of 15 digits have expired: false.
CREATE OR REPLACE FUNCTION quality.is_id_number(value text, as_of date)
RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE
RETURN CASE
    WHEN
        value ~ '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{4}(19|20)[0-9]{9}[0-9Xx]$'
        THEN CASE
            WHEN pg_input_is_valid(substr(value, 7, 8), 'date')
                THEN
                    coalesce(substr(value, 7, 8)::date <= as_of, true)
                    AND substr('10X98765432', 1 + (
                        7 * (ascii(value) - 48)
                        + 9 * (ascii(substr(value, 2, 1)) - 48)
                        + 10 * (ascii(substr(value, 3, 1)) - 48)
                        + 5 * (ascii(substr(value, 4, 1)) - 48)
                        + 8 * (ascii(substr(value, 5, 1)) - 48)
                        + 4 * (ascii(substr(value, 6, 1)) - 48)
                        + 2 * (ascii(substr(value, 7, 1)) - 48)
                        + (ascii(substr(value, 8, 1)) - 48)
                        + 6 * (ascii(substr(value, 9, 1)) - 48)
                        + 3 * (ascii(substr(value, 10, 1)) - 48)
                        + 7 * (ascii(substr(value, 11, 1)) - 48)
                        + 9 * (ascii(substr(value, 12, 1)) - 48)
                        + 10 * (ascii(substr(value, 13, 1)) - 48)
                        + 5 * (ascii(substr(value, 14, 1)) - 48)
                        + 8 * (ascii(substr(value, 15, 1)) - 48)
                        + 4 * (ascii(substr(value, 16, 1)) - 48)
                        + 2 * (ascii(substr(value, 17, 1)) - 48)
                    ) % 11, 1) = upper(substr(value, 18, 1))
            ELSE false
        END
    WHEN value IS NOT NULL THEN false
END;
