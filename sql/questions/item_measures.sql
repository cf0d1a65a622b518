-- Question: how far are the lines of the action plan that the catalogue answers? Parameters: none. One row per line.
SELECT
    task,
    title,
    numerator,
    denominator,
    value,
    target,
    is_share,
    is_reached
FROM ads.item_measure
ORDER BY task;
