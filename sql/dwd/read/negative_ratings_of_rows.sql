-- Question: which bad rating does each row of a sheet speak of? Parameter: rows, a JSON list of objects: place, a number that comes
-- back; case_no, assess_number (null where it has none). Gives place, source_id and record_key of the rows that speak of one. Of
-- one case and number only one rating is no duplicate.
SELECT DISTINCT ON (given.place)
    given.place,
    rating.source_id,
    rating.record_key
FROM jsonb_to_recordset(%(rows)s::jsonb) AS given (place integer, case_no text, assess_number text)
INNER JOIN dwd.rating AS rating
    ON
        given.case_no = rating.case_key
        AND given.case_no = rating.case_no
        AND given.assess_number IS NOT DISTINCT FROM rating.assess_number
        AND (rating.is_negative OR rating.was_negative)
        AND rating.verdict NOT IN ('duplicate', 'default')
ORDER BY given.place, rating.source_id, rating.record_key;
