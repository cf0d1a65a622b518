-- Question: which spooled lines are not simply first and current versions under their RowGuid?
-- Parameters: none. Reads the temporary tables decided_version and incoming_record; in spool order. case_key and synced_at are empty where the
-- line has the right ones.
COPY (
    SELECT
        decided.seq,
        decided.is_version,
        decided.is_current,
        decided.version_no,
        decided.record_key,
        coalesce(decided.case_key, '') AS case_key,
        CASE WHEN incoming.is_redated THEN incoming.synced_at::text ELSE '' END AS synced_at
    FROM decided_version AS decided
    INNER JOIN incoming_record AS incoming ON decided.seq = incoming.seq
    ORDER BY decided.seq
) TO STDOUT;
