-- Grain: one case under inspection, with its facts.
CREATE OR REPLACE VIEW quality.due_fact AS
SELECT fact.*
FROM quality.due_case AS due
INNER JOIN ods.case_fact AS fact ON due.case_key = fact.case_key;
