-- Question: which cases does the front database of qinhan_centre touch on one day?
-- Parameters: data_date (the Shanghai day). Reads the national tables of the simulated front database.
SELECT project_no
FROM qinhan_centre.up_pro_accept
WHERE cd_time >= %(data_date)s AND cd_time < %(data_date)s + 1
UNION
SELECT project_no
FROM qinhan_centre.up_pro_process
WHERE cd_time >= %(data_date)s AND cd_time < %(data_date)s + 1
UNION
SELECT project_no
FROM qinhan_centre.up_pro_result
WHERE cd_time >= %(data_date)s AND cd_time < %(data_date)s + 1;
