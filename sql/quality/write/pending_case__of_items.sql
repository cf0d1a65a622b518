-- Question: which items must be inspected again because the catalogue or its materials have changed?
-- Parameters: none. Reads the temporary tables incoming_record and decided_version, ods.item. Writes quality.pending_case: an item is
-- compared with others, so with one all are due, the codes included under which none is current any more.
INSERT INTO quality.pending_case (case_key)
SELECT DISTINCT item.case_key
FROM ods.item AS item
WHERE EXISTS (
    SELECT 1
    FROM incoming_record AS incoming
    LEFT JOIN decided_version AS decided ON incoming.seq = decided.seq
    WHERE coalesce(decided.is_version, true)
);
