-- Question: which records of a source could not be read? Parameters: source_id; first, of the page, from 0; size, of the page.
-- Newest delivery first.
SELECT
    unparsable.feed,
    unparsable.place,
    unparsable.reason_code,
    delivery.label
FROM ops.unparsable AS unparsable
INNER JOIN ops.delivery AS delivery ON unparsable.delivery_id = delivery.delivery_id
WHERE delivery.source_id = %(source_id)s
ORDER BY unparsable.delivery_id DESC, unparsable.feed ASC, unparsable.place ASC
LIMIT %(size)s
OFFSET %(first)s;
