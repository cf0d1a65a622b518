-- Question: which spooled lines are not simply first and current versions under their RowGuid?
-- Parameters: none. Reads fate; in spool order.
COPY (
    SELECT
        seq,
        is_version,
        is_current,
        version_no,
        record_key,
        coalesce(case_key, '') AS case_key
    FROM fate
    WHERE seq IS NOT NULL
    ORDER BY seq
) TO STDOUT;
