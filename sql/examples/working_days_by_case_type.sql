-- 办得多快？ Working days from acceptance to finish, by case type.
SELECT
    case_type,
    count(*) AS finished_count,
    round(avg(worked_workdays), 2) AS average_workdays,
    percentile_disc(0.9) WITHIN GROUP (ORDER BY worked_workdays) AS within_workdays_90,
    (SELECT is_lower_bound FROM ads.verification) AS is_lower_bound
FROM ads.case_masked
WHERE finished_at IS NOT NULL
GROUP BY case_type
ORDER BY finished_count DESC;
