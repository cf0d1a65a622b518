-- Question: which spooled lines are not simply first and current versions under their RowGuid?
-- Parameters: none. Reads the temporary table decided_version; in spool order.
COPY (
    SELECT
        seq,
        is_version,
        is_current,
        version_no,
        record_key,
        coalesce(case_key, '') AS case_key
    FROM decided_version
    WHERE seq IS NOT NULL
    ORDER BY seq
) TO STDOUT;
