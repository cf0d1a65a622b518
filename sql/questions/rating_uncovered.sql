-- Question: what has nobody rated yet? Parameters: none. The hundred with most finished cases.
SELECT
    kind,
    code,
    name,
    case_count
FROM ads.rating_object
WHERE NOT is_covered
ORDER BY case_count DESC NULLS FIRST, kind ASC, code ASC
LIMIT 100;
