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
ALTER TABLE dim.service_item_version ADD COLUMN is_entrusted boolean NOT NULL DEFAULT false;
ALTER TABLE dim.service_item_version ALTER COLUMN is_entrusted DROP DEFAULT;
ALTER TABLE dim.source ADD COLUMN own_stations_only boolean NOT NULL DEFAULT false;
ALTER TABLE dim.source ALTER COLUMN own_stations_only DROP DEFAULT;
