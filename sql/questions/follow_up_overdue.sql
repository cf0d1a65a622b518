-- Question: who has let the limits of bad ratings pass? Parameters: none. The hundred with most.
SELECT
    owner_name,
    contact,
    overdue_count,
    case_nos
FROM ads.follow_up_overdue
ORDER BY overdue_count DESC, owner_name ASC
LIMIT 100;
