-- Question: what has been done about bad ratings? Parameters: none. One row: all new cities together.
SELECT
    negative_count AS negatives,
    real_name_count AS real_name,
    called_back_count AS called_back,
    rectified_count AS rectified,
    rectified_on_time_count AS rectified_on_time,
    closed_count AS closed,
    overdue_count AS overdue
FROM ads.follow_up_measure
WHERE new_city = '合计';
