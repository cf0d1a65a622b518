-- Grain: one case under inspection. Filled by sql/quality/write/due_case__take.sql from the queue, emptied when the verdicts are written; the
-- inspection views show these cases.
CREATE TABLE IF NOT EXISTS quality.due_case (
    case_key text COLLATE "C" PRIMARY KEY
);

COMMENT ON TABLE quality.due_case IS '在检办件 · cases under inspection';
COMMENT ON COLUMN quality.due_case.case_key IS '办件键 · as in ods';
