-- Question: which items do their implementers not describe alike? Parameters: none. At most 100 elements.
SELECT
    catalog_code,
    name,
    element,
    implementer_count,
    differing_count,
    differing_departments
FROM ads.item_comparison
ORDER BY differing_count DESC, catalog_code ASC, element ASC
LIMIT 100;
