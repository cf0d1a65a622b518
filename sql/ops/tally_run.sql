-- Question: how many cases are there at the end of this run, and how many are 合格?
-- Parameters: run_id. Reads dws.tally_case_daily. Writes ops.run. Rerun: the same figures, unless the run is closed.
UPDATE ops.run AS run SET
    total_count = figure.case_count,
    qualified_count = figure.qualified_count
FROM (
    SELECT
        coalesce(sum(case_count), 0)::bigint AS case_count,
        coalesce(sum(qualified_count), 0)::bigint AS qualified_count
    FROM dws.tally_case_daily
) AS figure
WHERE run.run_id = %(run_id)s
RETURNING figure.case_count, figure.qualified_count;
