-- Grain: one reason to judge a case again; written by loads in the transaction that brings the versions. A case may stand
-- here several times. No key: it is a queue that inspection empties.
CREATE TABLE IF NOT EXISTS quality.pending_case (
    case_key text COLLATE "C" NOT NULL
);

COMMENT ON TABLE quality.pending_case IS '待检队列 · cases touched since the last inspection';
COMMENT ON COLUMN quality.pending_case.case_key IS '办件键 · as in ods';
