-- Question: do cases use the item version in force? Parameters: none. One row per new city.
SELECT
    new_city,
    case_count,
    in_force_count,
    other_version_count,
    unknown_count
FROM ads.item_version_use
ORDER BY new_city;
