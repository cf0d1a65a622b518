-- Question: how complete are the eight elements of the items in force? Parameters: none. One row per element.
SELECT
    place,
    element,
    item_count,
    complete_count,
    accurate_count,
    complete_rate,
    accurate_rate
FROM ads.item_element
ORDER BY place;
