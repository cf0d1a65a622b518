-- Question: which items must be inspected again because the catalogue or its materials have changed?
-- Parameters: none. Reads arrival, fate, ods.item. Writes quality.pending_case: an item is compared with others, so with one all are due,
-- the codes included under which none is current any more.
INSERT INTO quality.pending_case (case_key)
SELECT DISTINCT item.case_key
FROM ods.item AS item
WHERE EXISTS (
    SELECT 1
    FROM arrival
    LEFT JOIN fate ON arrival.seq = fate.seq
    WHERE coalesce(fate.is_version, true)
);
