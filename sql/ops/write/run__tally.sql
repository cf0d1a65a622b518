-- Question: how many cases and ratings are there at the end of this run, and how many are 合格?
-- Parameters: run_id. Reads dwd. Writes ops.run. Rerun: the same figures, unless the run is closed.
UPDATE ops.run AS run SET
    total_count = cases.total,
    qualified_count = cases.qualified,
    rating_total_count = ratings.total,
    rating_qualified_count = ratings.qualified
FROM
    (
        SELECT
            count(*) FILTER (WHERE is_countable) AS total,
            count(*) FILTER (WHERE is_qualified) AS qualified
        FROM dwd.case_record
    ) AS cases,
    (
        SELECT
            count(*) FILTER (WHERE is_countable) AS total,
            count(*) FILTER (WHERE is_qualified) AS qualified
        FROM dwd.rating
    ) AS ratings
WHERE run.run_id = %(run_id)s
RETURNING cases.total, cases.qualified, ratings.total AS rating_total, ratings.qualified AS rating_qualified;
