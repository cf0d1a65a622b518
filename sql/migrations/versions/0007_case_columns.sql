-- Columns that rules ask for: the source of the newer tables (V14), what a rating copies of its case (C16), the department that handles an
-- entrusted item (K03). What older deliveries have of them was a column that the contract did not know.
ALTER TABLE ods.accept ADD COLUMN cd_source text;
ALTER TABLE ods.process ADD COLUMN cd_source text;
ALTER TABLE ods.result ADD COLUMN cd_source text;
ALTER TABLE ods.special ADD COLUMN cd_source text;
ALTER TABLE ods.material ADD COLUMN cd_source text;
ALTER TABLE ods.rating
ADD COLUMN sub_matter text, ADD COLUMN pro_status text, ADD COLUMN accept_date text, ADD COLUMN promise_time text;
ALTER TABLE ods.item ADD COLUMN entrust_name text;
ALTER TABLE dim.service_item_version ADD COLUMN is_entrusted boolean NOT NULL DEFAULT false;
ALTER TABLE dim.service_item_version ALTER COLUMN is_entrusted DROP DEFAULT;
ALTER TABLE dim.source ADD COLUMN own_stations_only boolean NOT NULL DEFAULT false;
ALTER TABLE dim.source ALTER COLUMN own_stations_only DROP DEFAULT;

DO $migration$
DECLARE
    place record;
BEGIN
    FOR place IN
        SELECT *
        FROM (
            VALUES
            ('accept', 'cd_source'), ('process', 'cd_source'), ('result', 'cd_source'), ('special', 'cd_source'), ('material', 'cd_source'),
            ('rating', 'sub_matter'), ('rating', 'pro_status'), ('rating', 'accept_date'), ('rating', 'promise_time'), ('item', 'entrust_name')
        ) AS added (feed, name)
    LOOP
        EXECUTE format($q$
            UPDATE ods.%1$I AS version SET (%2$I, extra) = (
                SELECT known.value, nullif(version.extra - known.key, '{}')
                FROM jsonb_each_text(version.extra) AS known
                WHERE lower(replace(known.key, '_', '')) = %3$L
                ORDER BY known.key
                LIMIT 1
            )
            WHERE EXISTS (SELECT FROM jsonb_object_keys(version.extra) AS known (key) WHERE lower(replace(known.key, '_', '')) = %3$L)
        $q$, place.feed, place.name, replace(place.name, '_', ''));
    END LOOP;
END
$migration$;
