-- Question: how many cases are there at the end of this run, and how many are 合格?
-- Parameters: run_id. Reads dwd.case_record. Writes ops.run. Rerun: the same figures, unless the run is closed.
UPDATE ops.run AS run SET
    total_count = figure.case_count,
    qualified_count = figure.qualified_count
FROM (
    SELECT
        count(*) FILTER (WHERE is_countable) AS case_count,
        count(*) FILTER (WHERE is_qualified) AS qualified_count
    FROM dwd.case_record
) AS figure
WHERE run.run_id = %(run_id)s
RETURNING figure.case_count, figure.qualified_count;
