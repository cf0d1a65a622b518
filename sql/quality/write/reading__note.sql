-- Question: what has this inspection read?
-- Parameters: none. Reads the temporary table present_reading. Writes quality.reading.
DELETE FROM quality.reading;

INSERT INTO quality.reading (part, key, digest)
SELECT
    part,
    key,
    digest
FROM present_reading;
