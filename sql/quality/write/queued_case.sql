-- Question: where do the cases stand that one load has queued so far?
-- Parameters: none. Makes the temporary table queued_case, one row per case, empty.
DROP TABLE IF EXISTS queued_case;
CREATE TEMPORARY TABLE queued_case (
    case_key text COLLATE "C" NOT NULL
) ON COMMIT DROP;
