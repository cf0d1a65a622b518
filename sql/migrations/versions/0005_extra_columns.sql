-- A source says which columns it has beside the national table's; every run writes the register anew before anything reads it.
ALTER TABLE dim.source ADD COLUMN extra_columns jsonb NOT NULL DEFAULT '{}';
ALTER TABLE dim.source ALTER COLUMN extra_columns DROP DEFAULT;
DROP FUNCTION quality.step_no(text[], jsonb);
