-- Question: of which day is the newest data that has come, and how many days later may a data date be without being confirmed?
-- Parameters: none. Reads ops.watermark, ops.delivery, ops.setting. One row; newest is NULL before anything has come.
SELECT
    greatest(pulled.newest, dropped.newest)::date AS newest,
    setting.value AS days
FROM ops.setting AS setting
CROSS JOIN (SELECT max(watermark.synced_until) AS newest FROM ops.watermark AS watermark) AS pulled
CROSS JOIN (
    -- A file drop says when it was uploaded; of a pull, the end of its window is no sign of data.
    SELECT max(delivery.received_at) AS newest FROM ops.delivery AS delivery
    WHERE delivery.protocol = 'files' AND delivery.state <> 'refused'
) AS dropped
WHERE setting.name = 'data_date_lead_days';
