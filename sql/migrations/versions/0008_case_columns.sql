-- Columns that rules ask for: the source of the newer tables (V14), what a rating copies of its case (C16), the department that handles an
-- entrusted item (K03). Nothing was delivered in them so far; what an older delivery has of them stands in `extra`.
ALTER TABLE ods.accept ADD COLUMN cd_source text;
ALTER TABLE ods.process ADD COLUMN cd_source text;
ALTER TABLE ods.result ADD COLUMN cd_source text;
ALTER TABLE ods.special ADD COLUMN cd_source text;
ALTER TABLE ods.material ADD COLUMN cd_source text;
ALTER TABLE ods.rating
ADD COLUMN sub_matter text, ADD COLUMN pro_status text, ADD COLUMN accept_date text, ADD COLUMN promise_time text;
ALTER TABLE ods.item ADD COLUMN entrust_name text;
ALTER TABLE ods.case_fact ADD COLUMN sound_accepted_at timestamp;
UPDATE ods.case_fact SET sound_accepted_at = accepted_at;
ALTER TABLE dim.service_item_version ADD COLUMN is_entrusted boolean NOT NULL DEFAULT false;
ALTER TABLE dim.service_item_version ALTER COLUMN is_entrusted DROP DEFAULT;
ALTER TABLE dim.source ADD COLUMN own_stations_only boolean NOT NULL DEFAULT false;
ALTER TABLE dim.source ALTER COLUMN own_stations_only DROP DEFAULT;

-- A person's number that was given as the number of a case stays in ods.<feed>.project_no and nowhere else; the case is judged anew under the
-- key that stands for it, which include/govservice/contract/personal_numbers.py explains.
CREATE TEMPORARY TABLE personal_key ON COMMIT DROP AS
SELECT
    given.case_key,
    left(given.case_key, 3) || '****' || right(given.case_key, 2) || '-' || left(md5(upper(given.case_key)), 4) AS stand_in
FROM (
    SELECT case_key FROM ods.accept
    UNION
    SELECT case_key FROM ods.process
    UNION
    SELECT case_key FROM ods.result
    UNION
    SELECT case_key FROM ods.special
    UNION
    SELECT case_key FROM ods.material
    UNION
    SELECT case_key FROM ods.service
    UNION
    SELECT case_key FROM ods.rating
) AS given
WHERE
    given.case_key ~ '^1[3-9][0-9]{9}$'
    OR CASE
        WHEN given.case_key ~ '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{4}[3-9][0-9]{8}$'
            THEN pg_input_is_valid('19' || substr(given.case_key, 7, 6), 'date')
        WHEN given.case_key ~ '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{4}(19|20)[0-9]{9}[0-9Xx]$'
            THEN
                pg_input_is_valid(substr(given.case_key, 7, 8), 'date')
                AND (substr(given.case_key, 7, 8) < '20100101' OR quality.is_id_number(given.case_key, NULL))
    END;
UPDATE ods.accept AS version SET case_key = personal.stand_in FROM personal_key AS personal WHERE version.case_key = personal.case_key;
UPDATE ods.process AS version SET case_key = personal.stand_in FROM personal_key AS personal WHERE version.case_key = personal.case_key;
UPDATE ods.result AS version SET case_key = personal.stand_in FROM personal_key AS personal WHERE version.case_key = personal.case_key;
UPDATE ods.special AS version SET case_key = personal.stand_in FROM personal_key AS personal WHERE version.case_key = personal.case_key;
UPDATE ods.material AS version SET case_key = personal.stand_in FROM personal_key AS personal WHERE version.case_key = personal.case_key;
UPDATE ods.service AS version SET case_key = personal.stand_in FROM personal_key AS personal WHERE version.case_key = personal.case_key;
UPDATE ods.rating AS version SET case_key = personal.stand_in FROM personal_key AS personal WHERE version.case_key = personal.case_key;
UPDATE dwd.verdict_history AS noted SET case_key = personal.stand_in FROM personal_key AS personal WHERE noted.case_key = personal.case_key;
UPDATE quality.missing_record AS noted SET case_key = personal.stand_in FROM personal_key AS personal WHERE noted.case_key = personal.case_key;
UPDATE ops.follow_up_act AS act SET case_no = personal.stand_in FROM personal_key AS personal WHERE act.case_no = personal.case_key;
DELETE FROM dwd.case_record AS judged USING personal_key AS personal WHERE judged.case_key = personal.case_key;
DELETE FROM dwd.rating AS judged USING personal_key AS personal WHERE judged.case_key = personal.case_key;
DELETE FROM quality.finding AS judged USING personal_key AS personal WHERE judged.case_key = personal.case_key;
DELETE FROM ods.case_fact AS judged USING personal_key AS personal WHERE judged.case_key = personal.case_key;
INSERT INTO quality.pending_case (case_key) SELECT stand_in FROM personal_key;
