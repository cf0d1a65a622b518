-- Question: which bad rating does a row of a sheet speak of? Parameters: case_no, assess_number (NULL where it has none). Gives
-- source_id and record_key, or no row. Of one case and number only one rating is no duplicate.
SELECT
    source_id,
    record_key
FROM dwd.rating
WHERE
    case_key = %(case_no)s
    AND case_no = %(case_no)s
    AND assess_number IS NOT DISTINCT FROM %(assess_number)s
    AND is_negative
    AND verdict NOT IN ('duplicate', 'default')
ORDER BY source_id, record_key
LIMIT 1;
