-- Question: what has been done about bad ratings? Parameters: none. One row per new city, then all together.
SELECT
    new_city,
    negative_count,
    real_name_count,
    called_back_count,
    callback_rate,
    problem_count,
    rectified_count,
    rectified_on_time_count,
    rectify_on_time_rate,
    fault_count,
    accounted_count,
    closed_count,
    overdue_count
FROM ads.follow_up_measure
ORDER BY new_city = '合计' ASC, negative_count DESC, new_city ASC;
